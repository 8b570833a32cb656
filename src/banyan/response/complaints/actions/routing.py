"""Verbs that bring a matter to its office: routed, returned with its clock, classified by a person, joined.

Bulk verbs: `route_complaints(complaints=…, office=…)`, `queue_complaints(complaints=…)`.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.base.registry.queries import Organisation, ProductClass, Region
from banyan.kit.refusals import Refused
from banyan.kit.verbs import Deed, verb
from banyan.response.complaints.models import COMPLAINT_FLOW, Complaint
from banyan.response.complaints.queries import naming, terms

RIGHT = "complaints.handle"


@verb("complaints.routed", right=RIGHT, names=("office",))
def route_complaints(
    deed: Deed, *, complaints: Sequence[Complaint], office: Region | None = None
) -> Sequence[Complaint]:
    """Give matters to an office, or to the one that subject and place say. Their clock runs on as it did."""
    city, by_city = naming.the_city(), naming.handled_by_city(on=deed.on)
    for complaint in complaints:
        COMPLAINT_FLOW.move(complaint, "route")
        found = office.pk if office else naming.office_of(
            subject=complaint.subject, county=complaint.county_id, city=city.pk if city else None, by_city=by_city
        )  # fmt: skip
        if not found:
            raise Refused(
                _("Routing %(complaint)s was asked for.") % {"complaint": complaint},
                _("Neither its place nor its subject says which office handles it."),
                _("Choose the office, or say what it is about and where."),
                str(COMPLAINT_FLOW.written),
                code="office-unknown",
            )
        complaint.office_id, complaint.assignee = found, None
    deed.save_many(complaints, "state", "office", "assignee")
    return complaints


@verb("complaints.returned", right=RIGHT)
def return_route(deed: Deed, *, complaint: Complaint) -> Complaint:
    """Return a matter that came to the wrong office to the queue of the city, with the reason.

    Its clock runs on: no day is won by it.
    """
    terms.demand_reason(deed.reason, _("Returning a matter to the queue"))
    COMPLAINT_FLOW.move(complaint, "return_route")
    complaint.office, complaint.assignee = naming.the_queue(), None
    complaint.times_returned += 1
    return deed.save(complaint, "state", "office", "assignee", "times_returned")


@verb("complaints.queued", right=RIGHT, title=gettext_lazy("Put into the queue of the city"))
def queue_complaints(deed: Deed, *, complaints: Sequence[Complaint]) -> int:
    """Put matters that no office has into the queue of the city, where somebody sees them. Gives how many.

    Nothing is done where the registry has no region that stands for the whole.
    """
    if (queue := naming.the_queue()) is None:
        return 0
    deed.hold()  # nobody routes them meanwhile
    without = list(Complaint.objects.filter(pk__in=[one.pk for one in complaints], office=None))
    for one in without:
        one.office = queue
    deed.save_many(without, "office")
    return len(without)


@verb(
    "complaints.classified", right=RIGHT, names=("product_class", "firm", "county"),
    title=gettext_lazy("Class, firm and place confirmed"),
)  # fmt: skip
def classify_complaint(
    deed: Deed, *, complaint: Complaint, subject: str, product_class: ProductClass | None = None,
    firm: Organisation | None = None, county: Region | None = None,
) -> Complaint:  # fmt: skip
    """Say what a matter is about. What a person says is learnt from; what was suggested stays beside it."""
    if subject not in dict(naming.subjects(on=deed.on)):
        raise Refused(
            _("The subject “%(subject)s” was to be given.") % {"subject": subject},
            _("The packs know no such subject."),
            _("Choose one of the list."),
            code="subject-unknown",
        )
    if firm and complaint.shown_to_id and firm.pk != complaint.shown_to_id:
        raise Refused(
            _("Another firm was to be named for %(complaint)s.") % {"complaint": complaint},
            _("It was sent to %(firm)s already.") % {"firm": complaint.shown_to},
            _("Record that this firm does not answer, and file a message against the other one."),
            code="firm-has-it",
        )
    complaint.subject, complaint.is_classified = subject, True
    complaint.product_class = product_class or complaint.product_class
    complaint.firm, complaint.county = firm or complaint.firm, county or complaint.county
    if complaint.firm:
        complaint.firm_name = complaint.firm_name or complaint.firm.name
    return deed.save(complaint, "subject", "is_classified", "product_class", "firm", "firm_name", "county")


@verb("complaints.joined", right=RIGHT, names=("to",), title=gettext_lazy("Joined to an earlier one"))
def join_complaint(deed: Deed, *, complaint: Complaint, to: Complaint) -> Complaint:
    """Join a matter to an earlier one on the same track that is the same: that one alone is handled on."""
    asked = _("Joining %(complaint)s to %(other)s was asked for.") % {"complaint": complaint, "other": to}
    if to.pk == complaint.pk or to.state == "joined" or to.track != complaint.track or to.withdrawn_on:
        raise Refused(
            asked,
            _("It is itself, joined to another one, withdrawn, or on the other track."),
            _("Choose the earliest one that is still handled."),
            code="not-joinable",
        )
    COMPLAINT_FLOW.move(complaint, "join")
    complaint.duplicate_of, complaint.ended_on = to, deed.on
    terms.stop_clock(complaint)
    return deed.save(complaint, "state", "duplicate_of", "ended_on", *terms.CLOCK)
