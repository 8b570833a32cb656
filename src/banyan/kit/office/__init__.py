"""The office: base classes from which every room declares its screens.

A room's `admin.py` says `@register(Noun) class NounScreen(Screen): …`, its `forms.py` holds the `VerbForm`s, its
`panels.py` what it shows on another room's page. Everything is limited by rights and changed by verbs only.
"""

from banyan.kit.office.buttons import BY_FORM, Button
from banyan.kit.office.files import FileScreen
from banyan.kit.office.forms import LegibleForm, VerbForm
from banyan.kit.office.pages import page_for
from banyan.kit.office.panels import Note, Page, Panel, Todo, TodoItem, link, with_records
from banyan.kit.office.papers import PaperScreen, files_of, papers_panel
from banyan.kit.office.screens import Inline, Screen
from banyan.kit.office.site import OfficeSite, office, register
from banyan.kit.office.values import shown

__all__ = [
    "BY_FORM",
    "Button",
    "FileScreen",
    "Inline",
    "LegibleForm",
    "Note",
    "OfficeSite",
    "Page",
    "Panel",
    "PaperScreen",
    "Screen",
    "Todo",
    "TodoItem",
    "VerbForm",
    "files_of",
    "link",
    "office",
    "page_for",
    "papers_panel",
    "register",
    "shown",
    "with_records",
]
