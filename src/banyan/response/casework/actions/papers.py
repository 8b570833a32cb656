"""Verbs of papers: made from a template with the next number of the office's year, and kept as they were made."""

from __future__ import annotations

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.kit.refusals import Refused
from banyan.kit.verbs import Deed, verb
from banyan.response.casework.models import Case, Paper
from banyan.response.casework.queries import terms
from banyan.response.casework.queries.numbers import number_of_paper
from banyan.response.casework.queries.papers import TEMPLATES, composed


@verb("casework.paper.issued", right="casework.handle", title=gettext_lazy("Paper made"))
def issue_paper(deed: Deed, *, case: Case, template: str) -> Paper:
    """Make a paper of a case again or on its own: with a number of its own, as the case stands."""
    if template not in TEMPLATES:
        raise Refused(
            _("The paper “%(template)s” was asked for.") % {"template": template},
            _("There is no such template."),
            _("Choose one of the list."),
            code="no-such-template",
        )
    return issue(deed, case, template)


def issue(deed: Deed, case: Case, template: str) -> Paper:
    """Make and keep a paper within another verb's deed, in the language of the site."""
    deed.hold()
    office = case.county
    with translation.override(settings.LANGUAGE_CODE):
        body, cited = composed(case, template)
        title = terms.title_of("papers", template, on=deed.on)
    number = number_of_paper(office, template, on=deed.on)
    return deed.add(
        Paper(
            key=f"{case.pk}.p{Paper.objects.filter(case=case).count() + 1}", case=case, template=template,
            number=number, office=office, title=title, made_on=deed.on, made_by=getattr(deed.by, "username", ""),
            body=body, cited=cited,
        )
    )  # fmt: skip
