"""The office: base classes from which every room declares its screens.

A room's `admin.py` says `@register(Noun) class NounScreen(Screen): …`, its `forms.py` holds the `VerbForm`s, its
`panels.py` what it shows on another room's page. Everything is limited by rights and changed by verbs only.
"""

from banyan.kit.office.buttons import BY_FORM, Button
from banyan.kit.office.forms import VerbForm
from banyan.kit.office.pages import page_for
from banyan.kit.office.panels import Page, Panel, Todo, TodoItem, link, records_seen
from banyan.kit.office.screens import Inline, Screen, shown
from banyan.kit.office.site import OfficeSite, office, register

__all__ = [
    "BY_FORM",
    "Button",
    "Inline",
    "OfficeSite",
    "Page",
    "Panel",
    "Screen",
    "Todo",
    "TodoItem",
    "VerbForm",
    "link",
    "office",
    "page_for",
    "records_seen",
    "register",
    "shown",
]
