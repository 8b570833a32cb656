"""The small forms of the administrator's verbs."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

from django import forms
from django.apps import apps
from django.conf import settings
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from banyan import policy
from banyan.kit import machines
from banyan.kit.models import Grant, Person
from banyan.kit.office import VerbForm

NOT_CHOSEN = ("", "—")
EVERYWHERE = "everywhere"
MOST_PLACES = 5
HINT = _("Its name or code, as the registry has it; or a region's path, such as /fujian/fuzhou/gulou.")
NAMES = {"name", "name_en", "code", "uscc"}


def places(dimension: str, said: str) -> set[str]:
    """The paths or keys of the places of a dimension that have this path, key, name or code."""
    found: set[str] = set()
    for model in apps.get_models():
        for look_up in {"path", "key"}.intersection(getattr(model, "reach", {}).get(dimension, ())):
            names = {look_up, *NAMES.intersection(field.name for field in model._meta.fields)}
            called = reduce(or_, (Q(**{name: said}) for name in sorted(names)))
            found |= set(model._default_manager.filter(called).values_list(look_up, flat=True)[:MOST_PLACES])
    return found


def roles() -> list[tuple[str, str]]:
    """The roles of the packs, each with its title."""
    language = get_language() or "zh"
    entries = policy.load(settings.BANYAN_PACKS).entries(kind="role")
    return [(entry.key, f"{entry.title.in_language(language)} ({entry.key})") for entry in entries]


class EnterPerson(VerbForm):
    username = forms.CharField(label=_("name to sign in with"), max_length=150)
    display_name = forms.CharField(label=_("name shown"), max_length=80, required=False)
    password = forms.CharField(
        label=_("first password"), required=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )


class SetPassword(VerbForm):
    password = forms.CharField(
        label=_("new password"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )


class BindSubject(VerbForm):
    subject = forms.CharField(
        label=_("subject at the provider"), max_length=255, help_text=_("as its identity token says it in “sub”")
    )


class NeedsReason(VerbForm):
    needs_reason = True


class SetPresence(VerbForm):
    is_present = forms.BooleanField(label=_("at work"), required=False)
    begins_with_record = True


class GiveRole(VerbForm):
    role = forms.ChoiceField(label=_("role"), choices=lambda: [NOT_CHOSEN, *roles()])
    dimension = forms.ChoiceField(
        label=_("limited to"),
        choices=[NOT_CHOSEN, (EVERYWHERE, _("everywhere")), ("region", _("a region")),
                 ("organisation", _("an organisation")), ("laboratory", _("a laboratory")),
                 ("client", _("a client of the query: its own alone")),
                 ("receiver", _("a receiver of changes"))],
    )  # fmt: skip
    path = forms.CharField(label=_("which one"), max_length=200, required=False, help_text=HINT)
    from_on = forms.DateField(label=_("from"))
    until_on = forms.DateField(label=_("until"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        from banyan.kit import clock

        super().__init__(*args, **kwargs)
        self.initial.setdefault("from_on", clock.today())

    def clean(self) -> dict[str, Any]:
        """A place that does not exist would give a role that shows nothing, and nobody would know why."""
        data = super().clean() or self.cleaned_data
        dimension, said = data.get("dimension", ""), data.get("path", "").strip()
        if not dimension or dimension == EVERYWHERE:
            return data
        if dimension == "client":  # nobody is let see what is another client's
            return data | {"path": self._name_of(data)}
        found = places(dimension, said) if said else set()
        if len(found) == 1:
            return data | {"path": found.pop()}
        if found:
            why = _("Several are called “%(said)s”: %(paths)s. Write one of these.")
            self.add_error("path", why % {"said": said, "paths": ", ".join(sorted(found))})
        else:
            why = _("There is no “%(said)s”. Write the name or the code that its page in the registry shows.")
            self.add_error("path", why % {"said": said})
        return data

    def _name_of(self, data: dict[str, Any]) -> str:
        """The name to sign in with of whoever gets the role."""
        person = data.get("person") or self.record
        return str(data.get("username") or getattr(person, "username", ""))

    def given(self) -> dict[str, Any]:
        data = super().given()
        return data | ({"dimension": "", "path": ""} if data["dimension"] == EVERYWHERE else {})


class GiveRoleTo(GiveRole):
    person = forms.ModelChoiceField(Person.objects.all(), label=_("person"))
    field_order = ("person",)


def ways_in() -> list[tuple[str, str]]:
    """What a machine may be let in for, each in words."""
    return [(name, f"{words} ({name})") for name, words in machines.scopes().items()]


class EnterMachine(GiveRole):
    username = forms.CharField(label=_("name in records"), max_length=150, help_text=_("as ERP-of-the-firm"))
    display_name = forms.CharField(label=_("name shown"), max_length=80, required=False)
    scopes = forms.MultipleChoiceField(label=_("let in for"), choices=ways_in)
    field_order = ("username", "display_name", "scopes")


class SetScopes(VerbForm):
    scopes = forms.MultipleChoiceField(label=_("let in for"), choices=ways_in)
    begins_with_record = True


class EndGrant(VerbForm):
    model = Grant
    fields_of_model = ("until_on",)

    def __init__(self, *args: Any, **kwargs: Any):
        from banyan.kit import clock

        super().__init__(*args, **kwargs)
        self.fields["until_on"].required = True
        self.initial.setdefault("until_on", clock.today())
