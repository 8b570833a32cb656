"""The base of every foreseen error: what was asked, what prevents it, what to do instead, where it is written."""

from __future__ import annotations

from django.utils.translation import get_language


class Refused(Exception):
    """A request that a rule of the house or of the law prevents.

    Each part is a sentence for people. `written` names the text that orders it (a pack reference, a page of
    the manual) and may be empty where only our own data model is in the way. `code` is stable for programs.
    `seconds` says after how long the same may be asked again, where it is only too early.
    """

    code = "refused"
    status = 409
    seconds = 0

    def __init__(self, asked: str, prevents: str, instead: str, written: str = "", *, code: str = ""):
        self.asked, self.prevents, self.instead, self.written = asked, prevents, instead, written
        if code:
            self.code = code
        super().__init__(self.sentence)

    @property
    def sentence(self) -> str:
        """The whole refusal as one text for a page, a terminal or a log."""
        parts = [str(part) for part in (self.asked, self.prevents, self.instead) if part]
        if (get_language() or "").startswith("zh"):  # no space after a full stop that is as wide as a character
            return "".join(parts) + (f"（{self.written}）" if self.written else "")
        return " ".join(parts) + (f" ({self.written})" if self.written else "")

    @property
    def headers(self) -> dict[str, str]:
        """What the answer says to programs beside its status."""
        return {"Retry-After": str(self.seconds)} if self.seconds else {}


class NotAllowed(Refused):
    """The person lacks the right, or the record lies outside what was granted."""

    code = "not-allowed"
    status = 403


class NotFound(Refused):
    """There is no such record within what the person may see."""

    code = "not-found"
    status = 404


class BadRequest(Refused):
    """The request itself is malformed: an unknown parameter, a value of the wrong form."""

    code = "bad-request"
    status = 400
