"""The office's screens of people, grants, events and runs."""

from __future__ import annotations

import functools
import json
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from banyan.kit import clock, forms, machines, people, rights, titles
from banyan.kit.models import Binding, Event, Grant, Machine, Person, Reading, Run, RunStep, Version, Visit
from banyan.kit.office import Button, Inline, Screen, link, register
from banyan.kit.office.timeline import title_of
from banyan.kit.sign_in import factors, provider


class GrantsInline(Inline):
    model = Grant
    fields = ("role", "dimension", "path", "from_on", "until_on")


@register(Person)
class PersonScreen(Screen):
    list_display = ("username", "display_name", "is_active", "is_present", "last_login")
    filters = ("is_active", "is_present")
    finds_by = ("username", "display_name")
    icon = "group"
    ordering = ("username",)
    fields = (("username", "display_name"), ("is_active", "is_present"), ("date_joined", "last_login"))
    inlines = (GrantsInline,)
    buttons = (
        Button(people.enter_person, _("Enter person"), forms.EnterPerson, where="list"),
        Button(people.give_role, _("Give a role"), forms.GiveRole, icon="add_moderator", variant="primary"),
        Button(people.set_password, _("Set password"), forms.SetPassword, icon="password"),
        Button(provider.bind_subject, _("Bind a subject"), forms.BindSubject, icon="link"),
        Button(factors.reset, _("Reset second factors"), forms.NeedsReason, icon="phonelink_erase", variant="danger"),
        Button(people.set_presence, _("Set presence"), forms.SetPresence, icon="event_available", bulk="each"),
        Button(
            people.suspend_person, _("Suspend"), forms.NeedsReason, when=lambda one: one.is_active, bulk="each",
            variant="danger",
        ),
        Button(people.readmit_person, _("Readmit"), forms.NeedsReason, when=lambda one: not one.is_active),
    )  # fmt: skip


@register(Grant)
class GrantScreen(Screen):
    list_display = ("person", "role", "dimension", "path", "from_on", "until_on")
    filters = ("person", "from_on", "until_on")
    finds_by = ("role", "path", "person__username")
    icon = "key"
    ordering = ("-pk",)
    fields = (("person", "role"), ("dimension", "path"), ("from_on", "until_on"))
    buttons = (
        Button(people.give_role, _("Give a role"), forms.GiveRoleTo, where="list"),
        Button(
            people.end_grant, _("End"), forms.EndGrant, bulk="each", variant="danger",
            when=lambda one: one.until_on is None or one.until_on > clock.today(),
        ),
    )  # fmt: skip


@register(Binding)
class BindingScreen(Screen):
    list_display = ("person", "issuer", "subject", "ended_on")
    finds_by = ("subject", "person__username")
    icon = "link"
    ordering = ("-pk",)
    empty = _("Nobody signs in by a provider yet. Bind a subject on the page of a person.")
    fields = (("person", "ended_on"), ("issuer", "subject"))
    buttons = (
        Button(
            provider.release_subject, _("End"), forms.NeedsReason, when=lambda one: one.ended_on is None,
            record="binding", variant="danger",
        ),
    )  # fmt: skip


@register(Visit)
class VisitScreen(Screen):
    list_display = ("person", "began_at", "seen_at", "ended_at", "proved_by")
    filters = ("ended_at",)
    finds_by = ("person__username",)
    icon = "devices"
    ordering = ("-pk",)
    empty = _("Nobody has signed in yet.")
    export_fields = ("person", "began_at", "ended_at")
    fields = (("person", "proved_by"), ("began_at", "seen_at", "ended_at"))
    readonly_fields = ("proved_by",)

    def proved_by(self, visit: Visit) -> str:
        """By what the person proved who they are, in words."""
        return titles.listed(factors.NAMES.get(name, name) for name in visit.proofs) or "—"

    proved_by.short_description = _("proved by")  # type: ignore[attr-defined]


@register(Machine)
class MachineScreen(Screen):
    list_display = ("person", "client_id", "let_in_for", "role_and_place", "is_let_in")
    finds_by = ("client_id", "person__username")
    icon = "smart_toy"
    ordering = ("-pk",)
    empty = _("No program signs in yet. Let one in for a firm, and give its people the secret that is shown once.")
    fields = ("person", "client_id", "let_in_for", ("role_and_place", "is_let_in"))
    readonly_fields = ("let_in_for", "role_and_place", "is_let_in")
    buttons = (
        Button(machines.enter_machine, _("Let a machine in"), forms.EnterMachine, where="list"),
        Button(machines.set_scopes, _("Set scopes"), forms.SetScopes, icon="checklist"),
        Button(machines.renew_secret, _("Renew the secret"), forms.NeedsReason, icon="key", variant="danger"),
    )

    def let_in_for(self, machine: Machine) -> str:
        """Its scopes, in words."""
        known = machines.scopes()
        return "; ".join(f"{known.get(one, one)} ({one})" for one in machine.scopes)

    let_in_for.short_description = _("let in for")  # type: ignore[attr-defined]

    def role_and_place(self, machine: Machine) -> str:
        """The grants of the person it acts as."""
        grants = machine.person.grants.all()
        return (
            titles.strung(
                f"{titles.title(grant.role)} ({grant.role}) · {titles.place(grant.path) or titles.dimension('')} · "
                f"{grant.until_on or '…'}"
                for grant in grants
            )
            or "—"
        )

    role_and_place.short_description = _("role, where, until")  # type: ignore[attr-defined]

    def is_let_in(self, machine: Machine) -> bool:
        """Whether it can sign in today: suspending the person shuts it out at once."""
        return machine.person.is_active and bool(rights.roles_of(machine.person))

    is_let_in.boolean = True  # type: ignore[attr-defined]
    is_let_in.short_description = _("can sign in")  # type: ignore[attr-defined]


@register(Event)
class EventScreen(Screen):
    list_display = ("number", "at", "what", "by", "about", "rows", "reason")
    list_display_links = ("number",)
    export_fields = ("number", "at", "on", "name", "by", "subject", "rows", "reason", "digest", "previous", "hash")
    filters = ("on",)
    sortable_by = ("number",)
    finds_by = ("name", "by", "subject")
    search_help_text = _("Beginning of the event's name, of the person or of the subject")
    icon = "history"
    ordering = ("-number",)
    empty = _("Nothing has been done yet.")
    show_timeline = False
    fields = (
        *(("number", "at"), ("what", "on"), ("by", "about"), "reason", "said_before", "said_after", "touched"),
        *("digest", "previous", "hash"),
    )  # fmt: skip
    readonly_fields = ("what", "about", "said_before", "said_after", "touched")

    @staticmethod
    def _as_list(text: str) -> str:
        content = json.loads(text) if text else {}
        lines = [
            (subject, name, "—" if value in (None, "") else value)
            for subject, fields in content.items()
            for name, value in fields.items()
        ]
        return format_html_join("", "<div>{} · {}: {}</div>", lines) or "—"

    @functools.cached_property
    def titles(self) -> dict[str, Any]:
        """What the office's buttons call events, found once; each is said in the reader's language."""
        return self.titles_of_events

    def what(self, event: Any) -> str:
        """What the verb's button or the verb itself is called, and the event's name."""
        title = str(self.titles.get(event.name) or title_of(event.name))
        return event.name if title == event.name else f"{title} ({event.name})"

    what.short_description = _("event")  # type: ignore[attr-defined]

    @functools.cached_property
    def nouns(self) -> dict[str, Any]:
        """The nouns that have a screen, by the names that events call them."""
        return {getattr(model, "noun", ""): model for model in self.admin_site._registry}

    def _named(self, noun: str, key: str) -> str:
        """A record by what it is and its key, leading to its page where readers of events may see one.

        What is no noun may be an entry of the packs, such as the data of a period.
        """
        if noun not in self.nouns:
            said = titles.title(noun)
            return f"{noun}:{key}" if said == noun else f"{said} {key}"
        model = self.nouns[noun]
        said = f"{model._meta.verbose_name} {key}"
        readers, seers = (rights.roles_with(right) for right in (Event.view_right, rights.view_right(model)))
        url = link(model(pk=key)) if readers <= seers else ""
        return format_html('<a href="{}">{}</a>', url, said) if url else said

    def about(self, event: Any) -> str:
        """The record that the event was about; none where it was about many."""
        return self._named(*event.subject.split(":", 1)) if ":" in event.subject else event.subject or "—"

    about.short_description = _("subject")  # type: ignore[attr-defined]

    def said_before(self, event: Any) -> str:
        """What changed, as it was before; personal fields are ciphertext."""
        return self._as_list(event.before)

    said_before.short_description = _("before")  # type: ignore[attr-defined]

    def said_after(self, event: Any) -> str:
        """What changed, as it was after; personal fields are ciphertext."""
        return self._as_list(event.after)

    said_after.short_description = _("after")  # type: ignore[attr-defined]

    def touched(self, event: Any) -> str:
        """The first records that the event wrote a version of."""
        rows = Version.objects.filter(event=event.number).order_by("id").values_list("noun", "key")[:20]
        parts = ((self._named(noun, key),) for noun, key in rows)
        return format_html("<div>{}</div>", format_html_join(" · ", "{}", parts)) or "—"

    touched.short_description = _("records written")  # type: ignore[attr-defined]


class StepsInline(Inline):
    model = RunStep
    fields = ("name", "started_at", "seconds", "outcome", "error")
    ordering = ("id",)


@register(Reading)
class ReadingScreen(Screen):
    list_display = ("at", "by", "purpose", "address")
    export_fields = ("at", "by", "under", "address")
    filters = ("at",)
    finds_by = ("by", "under", "address")
    icon = "visibility"
    empty = _("Nobody has read anything under a stated purpose yet.")
    show_timeline = False
    fields = (("at", "by"), "purpose", "address")
    readonly_fields = ("purpose",)

    def purpose(self, reading: Any) -> str:
        """The record that says why, leading to its page."""
        noun, _colon, key = reading.under.partition(":")
        model = next((one for one in self.admin_site._registry if getattr(one, "noun", "") == noun), None)
        url = link(model(pk=key)) if model else ""
        return format_html('<a href="{}">{}</a>', url, key) if url else reading.under

    purpose.short_description = _("under")  # type: ignore[attr-defined]


@register(Run)
class RunScreen(Screen):
    list_display = ("name", "on", "round", "cut", "started_at", "finished_at")
    filters = ("on",)
    finds_by = ("name",)
    icon = "schedule"
    ordering = ("-on", "-pk")
    empty = _("The daily flow has not run yet.")
    show_timeline = False
    fields = (("name", "on", "round"), ("cut", "packs"), ("started_at", "finished_at"))
    inlines = (StepsInline,)
