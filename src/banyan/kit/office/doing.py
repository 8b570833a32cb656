"""The pages that do a verb: to one record, to a selection, or to make a new record."""

from __future__ import annotations

import secrets
from contextlib import nullcontext
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import quote, unquote
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from banyan.kit import clock, locks, rights, titles, waiting
from banyan.kit.models import Version
from banyan.kit.office.buttons import BY_FORM, EACH, Button
from banyan.kit.office.timeline import timeline_of
from banyan.kit.refusals import NotAllowed, NotFound, Refused
from banyan.kit.scope import scoped
from banyan.kit.sign_in import guard
from banyan.kit.workflow import NotNow

MOST_SELECTED = 2_000
SHOWN = 20
SENT, MOST_SENT = "sent_forms", 20
"""Where a session remembers what its last forms made, so that one sent again makes nothing again."""


def make_new(screen: Any, request: HttpRequest, name: str) -> HttpResponseBase:
    """The form of a verb that makes a record, and the doing of it."""
    button = _button(screen, request, name, where="list")
    once = request.POST.get("once", "")
    if request.method == "POST" and (made_before := request.session.get(SENT, {}).get(once)):
        messages.info(request, _("This form was sent already, and nothing was made again: this is what it made."))
        return HttpResponseRedirect(made_before)
    form = _form(screen, request, button, None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        made, refusal = _do(button, request, {}, form)
        if refusal is None:
            _say_done(request, _("Done: %(verb)s.") % {"verb": button.title(screen.flow)}, made)
            if once:
                sent = {**request.session.get(SENT, {}), once[:40]: _after(screen, made)}
                request.session[SENT] = dict(list(sent.items())[-MOST_SENT:])
            return HttpResponseRedirect(_after(screen, made))
    return _ask(screen, request, button, form, refusal, records=[])


def do_to_one(screen: Any, request: HttpRequest, key: str, name: str) -> HttpResponseBase:
    """The form of a verb for one record, and the doing of it."""
    button = _button(screen, request, name, where="record")
    key = unquote(key)
    record = screen.get_object(request, key)
    if record is None:
        raise Http404(key)
    form = _form(screen, request, button, _stored(record))
    refusal = None
    if request.method == "POST" and form.is_valid():
        refusal = _changed_meanwhile(screen, button, request, record)
        if refusal is None:
            made, refusal = _do(button, request, _subject(screen, button, _stored(record)), form)
        if refusal is None:
            _say_done(request, _("Done: %(verb)s.") % {"verb": button.title(screen.flow)}, made)
            return HttpResponseRedirect(_record_url(screen, key))
    elif request.method != "POST" and not button.is_open(record, screen.flow):
        refusal = _not_now(screen, button, record)
    return _ask(screen, request, button, form, refusal, records=[record], key=key)


def ask_for_bulk(screen: Any, request: HttpRequest, queryset: Any, name: str) -> HttpResponseBase | None:
    """From a list: open the page of a verb with the records that were selected."""
    keys = list(queryset.order_by().values_list("pk", flat=True)[: MOST_SELECTED + 1])
    if len(keys) > MOST_SELECTED:
        messages.error(request, _("Select at most %(most)d records at a time.") % {"most": MOST_SELECTED})
        return None
    button = _button(screen, request, name, where="bulk")
    form = button.form(person=request.user, right=button.declared.right)
    return _ask(screen, request, button, form, None, records=_chosen(screen, request, keys))


def do_to_many(screen: Any, request: HttpRequest, name: str) -> HttpResponseBase:
    """Do a verb to the records whose keys were sent, after its page was confirmed."""
    button = _button(screen, request, name, where="bulk")
    keys = request.POST.getlist("key")[: MOST_SELECTED + 1]
    if request.method != "POST" or not keys or len(keys) > MOST_SELECTED:
        messages.warning(request, _("Select the records first, then the verb."))
        return HttpResponseRedirect(_list_url(screen))
    records = _chosen(screen, request, keys)
    form = _form(screen, request, button, None)
    if not form.is_valid():
        return _ask(screen, request, button, form, None, records=records)
    refusal = None
    if button.bulk == EACH:
        done, refused = _do_to_each(screen, button, request, records, form)
    else:
        _made, refusal = _do(button, request, {button.bulk: records}, form)
        done, refused = (0, []) if refusal else (len(records), [])
    if refusal is not None:
        return _ask(screen, request, button, form, refusal, records=records)
    if done:
        said = ngettext("Done for %(count)d record.", "Done for %(count)d records.", done)
        _say_done(request, said % {"count": done})
    for sentence in refused[:SHOWN]:
        messages.error(request, sentence)
    if len(refused) > SHOWN:
        messages.error(request, _("%(count)d more were refused.") % {"count": len(refused) - SHOWN})
    return HttpResponseRedirect(_filtered(_list_url(screen), request))


def _do_to_each(
    screen: Any, button: Button, request: HttpRequest, records: list[Any], form: Any
) -> tuple[int, list[str]]:
    """Do the verb record by record; one that is refused does not stop the others."""
    done, refused = 0, []
    for record in records:
        _made, refusal = _do(button, request, {_parameter(screen, button): record}, form)
        if refusal is None:
            done += 1
        else:
            refused.append(titles.paired(record, refusal.sentence))
    return done, refused


def _do(button: Button, request: HttpRequest, given: dict[str, Any], form: Any) -> tuple[Any, Refused | None]:
    """Call the verb as the signed-in person, today. A refusal comes back to be shown.

    What a lock refuses is kept until it is open, where the person asked for that.
    """
    try:
        with locks.asking() if "keep" in request.POST else nullcontext(locks.Asked()) as asked:
            made = button.verb(by=request.user, on=clock.today(), reason=form.reason, **given, **form.given())
    except Refused as refusal:
        return None, refusal
    request.kept = [*getattr(request, "kept", ()), *asked.kept]  # type: ignore[attr-defined]
    return made, None


def _say_done(request: HttpRequest, said: str, made: Any = None) -> None:
    """Tell the person that it is done, or that it waits, and what is told this once."""
    kept = len(getattr(request, "kept", ()))
    if kept:
        waits = ngettext(
            "Kept as a late entry; it waits until the period is open.",
            "%(count)d late entries were kept; they wait until the period is open.",
            kept,
        )
        messages.warning(request, waits % {"count": kept})
    else:
        messages.success(request, said)
    if told := getattr(made, "told_once", ""):
        messages.warning(request, told)


def _button(screen: Any, request: HttpRequest, name: str, *, where: str) -> Button:
    """The button, if the screen offers it there and the person has its right; else Http404 or NotAllowed."""
    button = screen.button(name)
    if not (button.bulk if where == "bulk" else button.where == where):
        raise Http404(name)
    if not screen.has_view_permission(request) or not rights.has(request.user, button.declared.right):
        raise NotAllowed(
            _("“%(verb)s” was asked for.") % {"verb": button.title(screen.flow)},
            _("It needs the right “%(right)s”, which you do not have.") % {"right": button.declared.right},
            _("Ask the administrator of your office to grant you a role that holds it."),
        )
    guard.demand_proof(request, button.declared.event)
    return button


def _form(screen: Any, request: HttpRequest, button: Button, record: Any) -> Any:
    """The form of a verb. That of one that makes a record may begin with what an address names (`?rule=…`)."""
    data = (request.POST, waiting.files_of(request)) if request.method == "POST" else ()
    given = {} if data or record is not None else {"initial": request.GET.dict()}
    return button.form(*data, person=request.user, right=button.declared.right, record=record, **given)


def _stored(record: Any) -> Any:
    """The record as it is stored: what is shown on a page has its personal fields opened."""
    return type(record)._default_manager.get(pk=record.pk)


def _chosen(screen: Any, request: HttpRequest, keys: list[str]) -> list[Any]:
    """The selected records within the person's rights. Raises NotFound where one is not."""
    records = list(scoped(screen.model, request.user).filter(pk__in=keys).order_by("pk"))
    if len(records) != len(set(keys)):
        raise NotFound(
            _("Selected records were asked for."),
            _("Some of them are no longer within your office."),
            _("Go back to the list and select again."),
        )
    return records


def _parameter(screen: Any, button: Button) -> str:
    return button.record or str(screen.model.noun.split(".")[1])


def _subject(screen: Any, button: Button, record: Any) -> dict[str, Any]:
    """The record as the verb takes it: alone, in a list where the verb takes many, or left to the form."""
    if button.record == BY_FORM:
        return {}
    if button.bulk not in ("", EACH):
        return {button.bulk: [record]}
    return {_parameter(screen, button): record}


def _not_now(screen: Any, button: Button, record: Any) -> Refused | None:
    """Why the verb is not open in the record's state, in the workflow's own words where it has one."""
    if screen.flow is not None and button.move:
        try:
            screen.flow.demand(record, button.move)
        except Refused as refusal:
            return refusal
    return Refused(
        _("“%(verb)s” was asked for %(record)s.") % {"verb": button.title(screen.flow), "record": record},
        _("Its present state does not allow it."),
        _("Go back to the record; it shows what can be done now."),
    )


def _seen(record: Any) -> str:
    """The number of the last event that wrote a record: what a form that shows it has seen of it."""
    last = Version.objects.filter(noun=record.noun, key=str(record.pk)).order_by("-id").values_list("event").first()
    return str(last[0]) if last else ""


def _changed_meanwhile(screen: Any, button: Button, request: HttpRequest, record: Any) -> Refused | None:
    """Why a form that began with the record's values is not taken: somebody changed them after it was opened."""
    seen = request.POST.get("seen", "")
    if not button.form.begins_with_record or not seen or seen == _seen(record):
        return None
    return Refused(
        _("“%(verb)s” was asked for %(record)s.") % {"verb": button.title(screen.flow), "record": record},
        _("Somebody changed the record after you had opened this form, which shows what stood there before."),
        _("See below what was changed, correct your entries, which are kept, and send the form again."),
        code="changed-meanwhile",
    )


def _ask(
    screen: Any, request: HttpRequest, button: Button, form: Any, refusal: Refused | None, *,
    records: list[Any], key: str = "",
) -> HttpResponseBase:  # fmt: skip
    """The page that asks for what the verb needs."""
    single = bool(key)
    is_late = refusal is not None and (isinstance(refusal, NotNow) or refusal.code == "changed-meanwhile")
    context = {
        "title": button.title(screen.flow),
        "subtitle": str(records[0]) if single else "",
        "form": form,
        "refusal": refusal,
        "timeline": timeline_of(records[0], titles=screen.titles_of_events)[:1] if is_late and single else (),
        "seen": _seen(records[0]) if single and button.form.begins_with_record else "",
        "once": secrets.token_urlsafe(12) if not records else "",
        **_waits(refusal, form),
        "records": [] if single else records[:SHOWN],
        "more": max(0, len(records) - SHOWN),
        "count": len(records),
        "keys": [] if single else [record.pk for record in records],
        "action": request.get_full_path()
        if single or not records
        else _filtered(_selected_url(screen, button), request),
        "cancel": _record_url(screen, key) if single else _filtered(_list_url(screen), request),
        "variant": button.variant,
        "media": form.media,
    }
    response = screen.page(request, "office/verb.html", context)
    if refusal is not None:
        response.status_code = refusal.status
    elif form.is_bound and form.errors:
        response.status_code = 422
    return response


def _waits(refusal: Refused | None, form: Any) -> dict[str, Any]:
    """Whether a refused form can wait, and the files that came with it: they are kept while it is asked again."""
    if not isinstance(refusal, locks.Locked):
        return {}
    files = {name: form.files.getlist(name) for name in form.files}
    names = [file.name for several in files.values() for file in several]
    return {"can_wait": True, "waiting": waiting.ticket(files) if names else "", "names_waiting": names}


def _after(screen: Any, made: Any) -> str:
    """Where to go after a record was made: to it, or to the list."""
    if isinstance(made, screen.model):
        return _record_url(screen, made.pk)
    return _list_url(screen)


def _record_url(screen: Any, key: str) -> str:
    meta = screen.model._meta
    return reverse(f"office:{meta.app_label}_{meta.model_name}_change", args=[quote(key)])


def _list_url(screen: Any) -> str:
    meta = screen.model._meta
    return reverse(f"office:{meta.app_label}_{meta.model_name}_changelist")


def _filtered(url: str, request: HttpRequest) -> str:
    """An address with the filters of the list from which a selection came."""
    return f"{url}?{request.GET.urlencode()}" if request.GET else url


def _selected_url(screen: Any, button: Button) -> str:
    meta = screen.model._meta
    return reverse(f"office:{meta.app_label}_{meta.model_name}_selected", args=[button.name])
