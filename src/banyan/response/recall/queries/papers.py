"""Letters of recalls: the order to investigate, notice and order to recall, plan, public notice, what to hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from banyan.insight.risk.queries import level_in_words
from banyan.kit import amounts
from banyan.kit.documents import FORMS, Document, Pairs, Paragraph, Signatures, Table
from banyan.response.recall.models import TALLIES, Holding, Inquiry, Notice, Recall
from banyan.response.recall.queries import reconciling, terms


def written(paper: str, record: Any, *, form: str) -> tuple[bytes, str]:
    """A letter about a record as a file, with its media type, in the language that is active."""
    write, media_type = FORMS[form]
    return write(PAPERS[paper](record)), media_type


def order_to_investigate(inquiry: Inquiry) -> Document:
    """The order to the maker to investigate a possible defect (缺陷调查通知书)."""
    return _document(
        _("Order to investigate a possible defect"),
        f"{inquiry.number}-01",
        _goods(
            inquiry, (_("Ordered on"), inquiry.ordered_on), (_("Report by"), inquiry.report_by),
            (_("Possible defect"), inquiry.defect), (_("Hazard"), inquiry.hazard),
        ),
        Paragraph(
            _("Investigate whether these goods have a defect, and report in writing what you found: how it comes "
              "about, which lots it concerns, how many units were made and sold, and what you have done.")
        ),
        Paragraph(_("If you find the defect yourself, stop making and selling the goods and recall them.")),
        *_ruled(inquiry, "order_investigation", inquiry.ordered_on),
        Signatures([_("Received by"), _("For the authority")]),
    )  # fmt: skip


def notice_to_recall(recall: Recall) -> Document:
    """The notice that the maker is to recall (召回通知书)."""
    said = (
        _("Whoever contests this notice says so in writing to the authority by %(day)s, with proof. Who does not "
          "contest it files a plan of the recall within the term of the rules.") % {"day": recall.object_by}
        if recall.object_by else _("File a plan of the recall within the term of the rules.")
    )  # fmt: skip
    return _document(
        _("Notice to recall"),
        f"{recall.number}-01",
        _goods(
            recall, (_("Served on"), recall.notified_on), (_("Level of risk"), level_in_words(recall.level)),
            (_("Defect"), recall.defect), (_("Hazard"), recall.hazard),
        ),
        Paragraph(_("A defect was found in these goods. Stop making and selling them, and recall them.")),
        Paragraph(said),
        *_ruled(recall, "objection", recall.notified_on),
        Signatures([_("Received by"), _("For the authority")]),
    )  # fmt: skip


def order_to_recall(recall: Recall) -> Document:
    """The order to recall, as it was given by who may give it (责令召回通知书)."""
    return _document(
        _("Order to recall"),
        f"{recall.number}-02",
        _goods(
            recall, (_("Ordered by"), recall.ordered_by), (_("Ordered on"), recall.ordered_on),
            (_("Plan by"), recall.plan_by), (_("Defect"), recall.defect), (_("Hazard"), recall.hazard),
        ),
        Paragraph(_("You did not recall these goods although they are defective. You are ordered to recall them.")),
        Paragraph(_("File the plan of the recall by the day above. Who refuses or delays answers for it by law.")),
        *_ruled(recall, "plan", recall.ordered_on),
        Signatures([_("Received by"), _("For the authority")]),
    )  # fmt: skip


def plan_of_recall(recall: Recall) -> Document:
    """The maker's plan (召回计划)."""
    return _document(
        _("Plan of the recall"),
        f"{recall.number}-03",
        _goods(
            recall, (_("Defect"), recall.defect), (_("Hazard"), recall.hazard), (_("Measures"), recall.measures),
            (_("Schedule"), recall.schedule), (_("Contact"), recall.contact), (_("Filed on"), recall.plan_filed_on),
            (_("Units recalled"), amounts.said(recall.recalled)),
        ),
        *_ruled(recall, "plan", recall.plan_filed_on),
        Signatures([_("For the maker"), _("Received by")]),
    )  # fmt: skip


def account_of_units(recall: Recall) -> Document:
    """The units of a recall by holder, as stated and as traced, with what does not agree."""
    holdings = reconciling.holdings_of(recall)
    rows = [
        (one["holding"].title, *(f"{cell['stated']} / {cell['traced']}" for cell in one["cells"]))
        for one in reconciling.table(holdings)
    ]
    apart = reconciling.differences(recall, holdings)
    return _document(
        _("Units by holder"),
        f"{recall.number}-04",
        _goods(recall, (_("Units recalled"), amounts.said(recall.recalled))),
        Table((_("Holder"), *(str(label) for label in TALLIES.values())), rows,
              caption=_("As stated / by the trace")),
        *(Paragraph(one.sentence) for one in apart),
        *([] if apart else [Paragraph(_("The units agree at every holder."))]),
        Signatures([_("For the maker"), _("For the authority")]),
    )  # fmt: skip


def public_notice(notice: Notice) -> Document:
    """The public notice on paper, to be hung up in shops (召回公告)."""
    return _document(
        _("Recall notice"),
        notice.number,
        _known(
            (_("Product"), notice.product_name), (_("Brand"), notice.brand),
            (_("Model or specification"), notice.model),
            (_("Lots"), notice.lots), (_("Bar code"), notice.gtin), (_("Maker"), notice.maker_name),
            (_("Units recalled"), amounts.said(notice.recalled)), (_("Defect"), notice.defect),
            (_("Hazard"), notice.hazard), (_("What to do"), notice.measures), (_("Contact"), notice.contact),
            (_("Published on"), notice.published_on),
        ),
        Paragraph(_("Stop using these goods and get in touch with the contact above.")),
        *_ruled(notice.recall, "publish", notice.published_on),
    )  # fmt: skip


def letter_to_holder(holding: Holding) -> Document:
    """What a seller is told to do with the goods that it holds (停止销售通知)."""
    recall = holding.recall
    return _document(
        _("Stop selling and hold for recall"),
        f"{recall.number}-{holding.pk.rpartition('.')[2]}",
        _known(
            (_("Addressed to"), holding.party_name), (_("Product"), recall.product_name), (_("Brand"), recall.brand),
            (_("Model or specification"), recall.model), (_("Lots"), recall.lots), (_("Bar code"), recall.gtin),
            (_("Maker"), recall.maker_name), (_("Hazard"), recall.hazard), (_("Measures"), recall.measures),
            (_("Contact"), recall.contact), (_("Received by the trace"), holding.traced.get("received", "")),
        ),
        Paragraph(
            _("Stop selling these goods at once, take them from the shelves, hold them apart, tell those who bought "
              "them, and state how many units you received, sold, took back, sent back and destroyed.")
        ),
        Signatures([_("Received by"), _("For the authority")]),
    )  # fmt: skip


PAPERS: Mapping[str, Callable[[Any], Document]] = {
    "order-to-investigate": order_to_investigate,
    "notice-to-recall": notice_to_recall,
    "order-to-recall": order_to_recall,
    "plan": plan_of_recall,
    "units-by-holder": account_of_units,
    "public-notice": public_notice,
    "letter-to-holder": letter_to_holder,
}


def papers_of(record: Any) -> list[tuple[str, str]]:
    """Which letters a record has today: (name in addresses, title)."""
    if isinstance(record, Inquiry):
        return [("order-to-investigate", _("Order to investigate a possible defect"))]
    if isinstance(record, Notice):
        return [("public-notice", _("Recall notice"))]
    if isinstance(record, Holding):
        return [("letter-to-holder", _("Stop selling and hold for recall"))]
    if not isinstance(record, Recall):
        return []
    held = (
        ("notice-to-recall", _("Notice to recall"), record.notified_on),
        ("order-to-recall", _("Order to recall"), record.ordered_on),
        ("plan", _("Plan of the recall"), record.plan_filed_on),
        ("units-by-holder", _("Units by holder"), record.recalled is not None),
    )
    return [(name, title) for name, title, has in held if has]


def _document(title: str, number: str, *blocks: Any) -> Document:
    language = "zh" if (translation.get_language() or "zh").startswith("zh") else "en"
    return Document(title=title, number=_("No. %(number)s") % {"number": number}, language=language, blocks=blocks)


def _goods(goods: Any, *more: tuple[str, Any]) -> Pairs:
    """Whom a letter goes to and of which goods it speaks, then what it says of them."""
    maker = goods.maker
    name = f"{maker} ({maker.uscc})" if maker and maker.uscc else str(maker or goods.maker_name)
    return _known(
        (_("Maker"), name), (_("Address"), maker.address if maker else ""), (_("Product"), goods.product_name),
        (_("Brand"), goods.brand), (_("Model or specification"), goods.model), (_("Lots"), goods.lots),
        (_("Bar code"), goods.gtin), *more,
    )  # fmt: skip


def _known(*lines: tuple[str, Any]) -> Pairs:
    """What is known; an empty line is none."""
    return Pairs([(name, str(value)) for name, value in lines if value not in ("", "—", None)])


def _ruled(goods: Any, step: str, day: Any) -> list[Paragraph]:
    """Where the term of a letter is written; nothing where no text sets one."""
    where = terms.written(goods, step, on=day) if day else ""
    return [Paragraph(_("Written in: %(where)s.") % {"where": where}, True)] if where else []
