"""Pages of complaints: what is sealed, for handlers; and for everybody the form, one's progress, what is public."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from banyan.base.registry.queries import organisation
from banyan.kit import clock, privacy, readings, rights, terms, tries, waiting
from banyan.kit.documents import FORMS
from banyan.kit.office import office, page_for
from banyan.kit.pages import knows, page_asked
from banyan.kit.refusals import Refused
from banyan.kit.rights import System
from banyan.kit.scope import scoped
from banyan.response.complaints import actions, forms, queries
from banyan.response.complaints.models import COMPLAINT_FLOW, Complaint
from banyan.response.complaints.queries.opening import demand_handler, plain, subject_of

PUBLIC = System("public")
A_MINUTE = "complaints.messages_a_minute"
PERSONAL = "complaints.personal"
TOLD_AGAIN_FOR = timedelta(hours=1)
"""For so long a form that is sent again is answered by its secret address; nobody who finds it later is told it."""


SENT = "complaint_sent"
"""The cookie that names the form which a browser sent last, and no word of it: who goes back has another form."""


# ---------------------------------------------------------------- the office


@page_for(PERSONAL)
@knows()
@never_cache
def opened(request: HttpRequest, key: str) -> HttpResponse:
    """Who sent a message, its own words, its photographs, the handlers' notes. Each reading is noted."""
    complaint = _complaint(request, key)
    context = {
        "title": str(complaint), "complaint": complaint, "back": reverse(
            "office:complaints_complaint_change", args=[complaint.pk]),
        "found": queries.opened(complaint, person=request.user),
    }  # fmt: skip
    return render(request, "complaints/opened.html", {**office.each_context(request), **context})


@page_for(PERSONAL)
@knows()
@never_cache
def photo(request: HttpRequest, key: str, photo: str) -> HttpResponse:
    """A photograph of a message, for those who handle it; the reading is noted."""
    complaint = _complaint(request, key)
    found = get_object_or_404(complaint.message.photos.filter(withdrawn_on=None), pk=photo)
    return _file(found.file, complaint.message, found.media_type, "")


@page_for(PERSONAL)
@knows()
@never_cache
def note_file(request: HttpRequest, key: str, note: str) -> HttpResponse:
    """The file of a note, always as a download."""
    complaint = _complaint(request, key)
    found = get_object_or_404(complaint.message.notes.filter(withdrawn_on=None).exclude(file=""), pk=note)
    return _file(found.file, found, "application/octet-stream", plain(found, "file_name") or found.pk)


@page_for("complaints.view")
@knows()
@never_cache
def letter(request: HttpRequest, key: str, letter: str, form: str) -> HttpResponse:
    """A letter as PDF or Word. One to the sender opens who that is, for handlers alone, and the reading is noted."""
    complaint = scoped(Complaint, request.user).filter(pk=key).select_related("message", "firm", "office").first()
    if complaint is None or form not in FORMS:
        raise Http404(key)
    to_sender = letter not in dict(queries.letters_of(complaint, to_sender=False))
    if letter not in dict(queries.letters_of(complaint, to_sender=True)):
        raise Http404(letter)
    if to_sender:
        demand_handler(complaint, request.user)
        readings.note(person=request.user, under=subject_of(complaint))
    elif not any(rights.has(request.user, right) for right in (PERSONAL, "complaints.answer")):
        raise Http404(letter)
    content, media_type = queries.written(letter, complaint, form=form)
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = content_disposition_header(True, f"{letter}-{complaint.number}.{form}")
    return answer


def _complaint(request: HttpRequest, key: str) -> Complaint:
    found = scoped(Complaint, request.user).filter(pk=key).select_related("message").first()
    if found is None:
        raise Http404(key)
    demand_handler(found, request.user)
    readings.note(person=request.user, under=subject_of(found))
    return found


def _file(file: Any, subject: Any, media_type: str, name: str) -> HttpResponse:
    with file.open("rb") as stored:
        content = privacy.unsealed_content(subject=privacy.subject_of(subject), content=stored.read())
    if content is None:
        raise Http404(file.name)
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if name:
        answer["Content-Disposition"] = content_disposition_header(True, name)
    return answer


# ---------------------------------------------------------------- everybody


@require_http_methods(["GET", "HEAD", "POST"])
@knows("gtin", "firm")
@never_cache
def tell(request: HttpRequest) -> HttpResponse:
    """The form for everybody. What was filled in stays in it, whatever prevents it from being taken."""
    asked = {"gtin": request.GET.get("gtin", "")[:20], "firm_name": request.GET.get("firm", "")[:240]}
    if request.method != "POST":
        return _form(request, forms.Tell(initial=asked))
    files = waiting.files_of(request)
    form = forms.Tell(request.POST, files)
    if not form.is_valid():
        return _form(request, form, files=files)
    once = request.POST.get("once", "")
    once = once if forms.is_form_key(once) else ""
    if address := _taken_from(request, form):
        return redirect(address)
    filing = form.filing(language=get_language() or "", once=once)
    try:
        actions.demand_not_taken(messages=[filing.message])  # who presses twice is told so, however many press
        if wait := _too_many(request):
            return _asked_to_wait(request, form, files, wait)
        complaint = actions.file_message(filing=filing, by=PUBLIC, on=clock.today())
    except actions.TakenAlready as refusal:
        if address := _told_again(refusal, filing):
            return redirect(address)
        return _form(request, form, refusal=refusal, files=files, status=refusal.status, anew=not refusal.is_same)
    except Refused as refusal:
        return _form(request, form, refusal=refusal, status=refusal.status)
    answer = redirect("complaint:progress", complaint.token)
    if once:
        answer.set_signed_cookie(
            SENT, " ".join([once, *form.digests()]), salt=SENT, max_age=TOLD_AGAIN_FOR, path=request.path,
            secure=request.is_secure(), httponly=True, samesite="Lax",
        )  # fmt: skip
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@knows("again")
@never_cache
def progress(request: HttpRequest, token: str) -> HttpResponse:
    """What has become of one's message, under its secret address; here one says whether it is solved.

    With `again` it answers a form that was taken before: it says that this is the same message.
    """
    if (message := queries.message_by_token(token)) is None:
        raise Http404
    refusal = None
    if request.method == "POST":
        try:
            _say(request, message)
            return redirect("complaint:progress", token)
        except Refused as error:
            refusal = error
    rows = [{"complaint": one, "steps": queries.steps(one), "can": queries.sender_can(one)}
            for one in queries.progress(message)]  # fmt: skip
    context = {"rows": rows, "refusal": refusal, "address": request.build_absolute_uri(request.path),
               "is_again": bool(request.GET.get("again"))}  # fmt: skip
    answer = render(request, "complaints/progress.html", context, status=refusal.status if refusal else 200)
    answer["X-Robots-Tag"], answer["Referrer-Policy"] = "noindex", "same-origin"
    return answer


def _say(request: HttpRequest, message: Any) -> None:
    """Do what the sender says of a matter of the message. Raises Refused."""
    complaint = get_object_or_404(message.tracks.all(), pk=request.POST.get("complaint", ""), withdrawn_on=None)
    words, said = request.POST.get("words", ""), request.POST.get("say", "")
    given = {"complaint": complaint, "by": PUBLIC, "on": clock.today()}
    if said not in queries.sender_can(complaint):
        COMPLAINT_FLOW.demand(complaint, queries.MOVES_OF_SENDER.get(said, "say_not_solved"))
        raise Http404(said)
    if said == "accept":
        actions.accept_offer(**given)
    elif said == "decline":
        actions.decline_offer(words=words, **given)
    elif said == "materials":
        actions.take_materials(words=words, **given)
    else:
        actions.say_not_solved(words=words, **given)


@require_safe
@knows("q", "page")
def published(request: HttpRequest) -> HttpResponse:
    """The complaints that are public today, found by firm or product."""
    text = request.GET.get("q", "").strip()[:60]
    page = page_asked(queries.published(text=text), request.GET, size=20)
    return render(request, "complaints/published.html", {"section": "complaints", "q": text, "page": page})


@require_safe
@knows()
def firm(request: HttpRequest, key: str) -> HttpResponse:
    """A firm's rates over all its complaints, and those that are public."""
    found = organisation(key=key)
    rates = queries.rates_of(found, on=clock.today())
    rows = list(queries.published_of(found)[:50])
    if not rates.received and not rows:
        raise Http404(key)
    context = {"section": "complaints", "firm": found, "rates": rates, "rows": rows}
    return render(request, "complaints/firm.html", context)


def _form(
    request: HttpRequest, form: forms.Tell, *, refusal: Refused | None = None, files: Any = None, status: int = 200,
    anew: bool = False,
) -> HttpResponse:  # fmt: skip
    if form.is_bound and status == 200 and form.errors:
        status = 422
    ticket, names = "", list[str]()
    if files:
        rows = [one for one in files.getlist("photos") if one.size <= actions.MOST_BYTES]
        try:
            ticket, names = (waiting.ticket({"photos": rows}), [one.name for one in rows]) if rows else ("", [])
        except Refused:
            ticket, names = "", []
    once = "" if anew else request.POST.get("once", "")
    context = {
        "section": "complaints", "form": form, "refusal": refusal, "ticket": ticket, "kept": names,
        "once": once if forms.is_form_key(once) else forms.form_key(),
    }  # fmt: skip
    return render(request, "complaints/tell.html", context, status=status)


def _told_again(refusal: actions.TakenAlready, filing: Any) -> str:
    """The receipt of a message that is sent again, where it is told again; else ""."""
    if refusal.is_same and clock.now() - refusal.message.received_at < TOLD_AGAIN_FOR:
        return f"{reverse('complaint:progress', args=[filing.message.token])}?again=1"
    return ""


def _taken_from(request: HttpRequest, form: forms.Tell) -> str:
    """The receipt of the message that this browser sent last, where the form says the same; else ""."""
    once, *photos = request.get_signed_cookie(SENT, "", salt=SENT, max_age=TOLD_AGAIN_FOR).split() or [""]
    filing = form.filing(language="", once=once, photos=photos)
    try:
        actions.demand_not_taken(messages=[filing.message])
    except actions.TakenAlready as refusal:
        return _told_again(refusal, filing)
    return ""


def _asked_to_wait(request: HttpRequest, form: forms.Tell, files: Any, seconds: int) -> HttpResponse:
    refusal = Refused(
        _("A message was to be sent."),
        _("Many messages came from this network within a minute."),
        _("Press the button again in %(seconds)d seconds. All that you wrote is kept here.") % {"seconds": seconds},
        code="too-many",
    )
    answer = _form(request, form, refusal=refusal, files=files, status=429)
    answer["Retry-After"] = str(seconds)
    return answer


def _too_many(request: HttpRequest) -> int:
    """How many seconds an address is to wait; 0 while it has sent few within this minute."""
    most, _written = terms.value(A_MINUTE, on=clock.today())
    if most is None:
        return 0
    minute, second = divmod(int(time.time()), 60)
    sent = tries.counted(f"complaints\n{request.META.get('REMOTE_ADDR', '')}\n{minute}", seconds=60)
    return 0 if sent <= most else 60 - second
