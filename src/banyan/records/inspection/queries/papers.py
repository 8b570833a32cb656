"""Papers that officers hand over: notice, sampling form, report of a refusal, result notice, order to correct."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _

from banyan.kit import people, privacy
from banyan.kit import terms as kit_terms
from banyan.kit.documents import FORMS, Document, Heading, Pairs, Paragraph, Signatures, Table
from banyan.records.inspection.models import STANDING, Conclusion, Correction, Result, Sample, Task
from banyan.records.inspection.queries import terms
from banyan.records.plans.queries import Scheme


def written(paper: str, record: Any, *, form: str) -> tuple[bytes, str]:
    """A paper about a record as a file, with its media type, in the language that is active."""
    write, media_type = FORMS[form]
    return write(PAPERS[paper](record)), media_type


def notice(task: Task) -> Document:
    """The notice that the samplers show before they sample (监督抽查通知书)."""
    line = task.line
    return _document(
        _("Notice of supervision spot check"),
        task.pk,
        task.authority,
        _pairs(
            *_party(_("Addressed to"), task.organisation),
            (_("Organised by"), task.authority),
            (_("Plan"), str(line.plan) if line else ""),
            (_("Product"), str(task.product_class or "")),
            (_("Sampling rules"), line.rules if line else ""),
            (_("Samplers"), _names(task.samplers)),
            (_("Laboratory"), str(task.laboratory or "")),
            (_("Day"), str(task.notified_on or task.planned_on)),
        ),
        Paragraph(
            _("The samplers show this notice and their identity cards. They are at least two, and they choose "
              "the samples themselves from goods for sale.")
        ),
        *map(Paragraph, _rights_of_the_checked(task.scheme)),
        Signatures([_("Samplers"), _("For the firm")]),
    )  # fmt: skip


def refusal(task: Task) -> Document:
    """What the samplers report to the organiser and to the authority of the place, that it may be followed up."""
    language = "zh" if (translation.get_language() or "zh").startswith("zh") else "en"
    is_product = task.scheme == Scheme.PRODUCT_SUPERVISION and task.visited_on is not None
    law = kit_terms.rows("product_law.refusal", on=task.visited_on) if is_product else ()  # type: ignore[arg-type]
    steps = [Paragraph(f"{row['step']}. {row[language]}") for row in law]
    witness = privacy.unseal(subject=privacy.subject_of(task), token=task.witness) if task.witness else None
    return _document(
        _("Report of a refusal"),
        task.pk,
        task.authority,
        _pairs(
            *_party(_("Firm that refused"), task.organisation),
            (_("Product"), str(task.product_class or "")),
            (_("Organised by"), task.authority),
            (_("Plan"), str(task.line.plan) if task.line else ""),
            (_("Day of the visit"), str(task.visited_on)),
            (_("Samplers"), _names(task.samplers)),
            (_("Witness"), privacy.mask(witness or "")),
            (_("Enforcement case"), task.case),
        ),
        Heading(_("What happened")),
        Paragraph(task.note),
        *([Heading(_("What the law provides")), *steps] if steps else []),
        Signatures([_("Samplers"), _("Received by the authority")]),
    )


def _rights_of_the_checked(scheme: str) -> list[str]:
    """What a firm pays, when it may decline, and what a refusal costs: each scheme by its own law."""
    if scheme != Scheme.PRODUCT_SUPERVISION:
        law = (
            _("Who refuses the check without cause answers for it under the Food Safety Law.")
            if scheme.startswith("food_")
            else _("Who refuses the check without cause answers for it under the law.")
        )
        return [
            _("No fee is charged for the check. The goods that are sampled are paid for."),
            _("You may decline if fewer than two samplers come, or if they show no notice or card."),
            law,
        ]
    return [
        _("No fee is charged for the check. Test samples are bought at the marked price; the spare is taken"
          " first without payment and is returned, or bought if it is used."),
        _("You may decline if fewer than two samplers come, if they show no notice or card, or if you prove"
          " that the same product was checked by this authority, or by a higher one, within the window."),
        _("Who refuses the check without cause answers for it under the Product Quality Law."),
    ]  # fmt: skip


def sampling_form(sample: Sample) -> Document:
    """The form that both sides sign when a sample was taken and sealed (抽样单)."""
    task = sample.task
    where = f"{sample.latitude}, {sample.longitude}" if sample.latitude is not None else "—"
    photos = sample.evidence.filter(withdrawn_on=None)
    return _document(
        _("Sampling form"),
        sample.number,
        sample.authority,
        Heading(_("Product"), 2),
        Pairs(
            [
                (_("Name"), sample.product_name),
                (_("Brand and model"), " ".join(one for one in (sample.brand, sample.model) if one) or "—"),
                (_("Executed standard"), sample.standard or "—"),
                (_("Batch number"), sample.lot or "—"),
                (_("Made on"), _shown(sample.made_on)),
                (_("Nominal maker"), str(sample.maker or sample.maker_name or "—")),
            ]
        ),
        Heading(_("Sampling"), 2),
        Pairs(
            [
                (_("Plan"), str(task.line.plan) if task and task.line else "—"),
                *_party(_("Sampled party"), sample.seller, stated=sample.seller_name),
                (_("Place"), sample.place or "—"),
                (_("Position"), where),
                (_("Day"), _shown(sample.sampled_on)),
                (_("Quantity"), sample.quantity or "—"),
                (_("Price paid (CNY)"), _shown(sample.price)),
                (_("Seal of the test sample"), sample.seal),
                (_("Seal of the spare"), sample.spare_seal or "—"),
                (_("Laboratory"), str(sample.laboratory or "—")),
                (_("Samplers"), _names(task.samplers if task else [])),
            ]
        ),
        *_pictures(photos),
        Signatures([_("Samplers"), _("For the sampled party")]),
    )


def result_notice(sample: Sample) -> Document:
    """What the parties get in writing about a result (检验结果通知书)."""
    result = sample.results.filter(STANDING).order_by("reported_on", "key").last()
    parties = dict.fromkeys(one for one in (sample.seller, sample.maker) if one)
    blocks: list[Any] = [
        _pairs(
            *(line for one in parties for line in _party(_("Addressed to"), one)),
            (_("Sample"), sample.number),
            (_("Product"), sample.product_name),
            (_("Brand and model"), " ".join(one for one in (sample.brand, sample.model) if one)),
            (_("Batch number"), sample.lot),
            (_("Sampled on"), _shown(sample.sampled_on)),
            (_("Laboratory"), str((result and result.laboratory) or sample.laboratory or "")),
            (_("Report"), result.report_number if result else ""),
            (_("Reported on"), _shown(result.reported_on) if result else ""),
            (_("Conclusion"), str(sample.get_conclusion_display())),
        ),
        *_items(result),
    ]
    if sample.conclusion == Conclusion.FAILED:
        blocks.append(Paragraph(_("Stop making and selling these goods at once.")))
    if result and result.kind == Result.Kind.RETEST:
        blocks.append(
            Paragraph(_("This is the result of the second laboratory, which tested the spare sample. It is final."))
        )
    elif sample.conclusion == Conclusion.FAILED:
        blocks += _how_to_contest(sample)
    blocks.append(Signatures([_("Received by"), _("For the authority")]))
    return _document(_("Notice of a test result"), sample.number, sample.authority, *blocks)


def _how_to_contest(sample: Sample) -> list[Paragraph]:
    """Until when a party may object, and where that is written."""
    last = max((one.object_by for one in sample.services.all() if one.object_by), default=None)
    if last is None:
        return []
    said = _(
        "Whoever contests this result says so in writing to the authority by %(day)s; later the result counts as "
        "accepted. The spare sample is tested by another laboratory; its result is final, and the side that is wrong "
        "pays for it."
    ) % {"day": last}
    where = terms.written(scheme=sample.scheme, step="objection", on=sample.served_on or last)
    return [Paragraph(said), *([Paragraph(_("Written in: %(where)s.") % {"where": where}, True)] if where else [])]


def order_to_correct(correction: Correction) -> Document:
    """The order that follows a final failure (责令改正通知书)."""
    sample = correction.sample
    return _document(
        _("Order to correct"),
        correction.pk,
        sample.authority,
        _pairs(
            *_party(_("Addressed to"), correction.party),
            (_("Sample"), sample.number),
            (_("Product"), sample.product_name),
            (_("Brand and model"), " ".join(one for one in (sample.brand, sample.model) if one)),
            (_("Batch number"), sample.lot),
            (_("Ordered on"), _shown(correction.ordered_on)),
            (_("Correct and report by"), _shown(correction.correct_by)),
            (_("Re-check by"), _shown(correction.recheck_by)),
        ),
        *map(Paragraph, _what_is_ordered(sample.scheme)),
        Signatures([_("Received by"), _("For the authority")]),
    )


def _what_is_ordered(scheme: str) -> list[str]:
    if scheme.startswith("food_"):
        return [
            _("Stop making and selling this food at once, seal what is in stock, recall what was sold, and tell "
              "those who bought it."),
            _("Find the cause, correct it, and report in writing."),
        ]  # fmt: skip
    ordered = [
        _("Stop making and selling these goods at once, find the cause, correct it, and report in writing."),
        _("The re-check costs you nothing. Do not begin again before it has passed."),
    ]
    if scheme == Scheme.PRODUCT_SUPERVISION:
        ordered.append(
            _("If the re-check fails too, the failure is announced, a second one follows, and after that "
              "closure for rectification and the loss of the licence.")
        )  # fmt: skip
    return ordered


PAPERS: Mapping[str, Callable[[Any], Document]] = {
    "notice": notice,
    "refusal": refusal,
    "sampling-form": sampling_form,
    "result-notice": result_notice,
    "order-to-correct": order_to_correct,
}


def papers_of(record: Any) -> list[tuple[str, str]]:
    """Which papers a record has today: (name in addresses, title)."""
    if isinstance(record, Task):
        found = [("notice", _("Notice of supervision spot check"))] if record.notified_on else []
        return (
            [*found, ("refusal", _("Report of a refusal"))] if record.state in ("refused", "case_opened") else found
        )
    if isinstance(record, Sample):
        found = [("sampling-form", _("Sampling form"))] if record.seal else []
        return [*found, ("result-notice", _("Notice of a test result"))] if record.conclusion else found
    return [("order-to-correct", _("Order to correct"))] if isinstance(record, Correction) else []


def _document(title: str, number: str, authority: str, *blocks: Any) -> Document:
    language = "zh" if (translation.get_language() or "zh").startswith("zh") else "en"
    said = _("No. %(number)s") % {"number": number}
    return Document(title=title, subtitle=authority, number=said, language=language, blocks=blocks)


def _pairs(*lines: tuple[str, str]) -> Pairs:
    """What is known; on a paper that is handed over, an empty line is none."""
    return Pairs([line for line in lines if line[1] not in ("", "—")])


def _party(title: str, organisation: Any, *, stated: str = "") -> list[tuple[str, str]]:
    """A party by name and code, and where it sits, so that the paper reaches the right one."""
    if organisation is None:
        return [(title, stated or "—")]
    name = f"{organisation} ({organisation.uscc})" if organisation.uscc else str(organisation)
    return [(title, name), *([(_("Address"), organisation.address)] if organisation.address else [])]


def _items(result: Result | None) -> list[Any]:
    if result is None:
        return []
    rows = [
        (item.item, item.value or "—", item.limit or "—", item.unit or "—", item.get_conclusion_display())
        for item in result.items.order_by("order")
    ]
    columns = (_("Item"), _("Value found"), _("Limit"), _("Unit"), _("Conclusion"))
    return [Table(columns, rows)] if rows else []


def _pictures(photos: Any) -> list[Any]:
    rows = [(one.name, _shown(one.taken_on), one.digest[:16]) for one in photos]
    return [Heading(_("Pictures"), 2), Table((_("File"), _("Day"), _("Digest (SHA-256)")), rows)] if rows else []


def _names(usernames: list[str]) -> str:
    return people.named(usernames) or "—"


def _shown(value: Any) -> str:
    return "—" if value is None or value == "" else str(value)
