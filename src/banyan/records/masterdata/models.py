"""Nouns of master data: an entry of a vocabulary as one firm told it, and what it is found by."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from banyan import epcis
from banyan.base.registry.queries import Organisation
from banyan.kit.models import Record
from banyan.kit.scope import ScopedManager

LONGEST = epcis.LONGEST_IDENTIFIER


class VocabularyElement(Record):
    """One place, product, party … as a firm told it. A later statement of the firm replaces it; this one then is
    withdrawn and stays."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("told by"))
    vocabulary = models.CharField(_("vocabulary"), max_length=LONGEST)
    kind = models.CharField(_("kind"), max_length=LONGEST)
    identifier = models.CharField(_("identifier"), max_length=LONGEST)
    gtin = models.CharField(_("bar code (GTIN)"), max_length=14, blank=True, db_index=True)
    told_at = models.DateTimeField(_("recorded at"))
    capture = models.CharField(_("capture"), max_length=60)
    content = models.JSONField(_("as it was sent"), editable=False)

    noun: ClassVar[str] = "masterdata.element"
    view_right: ClassVar[str] = "traceability.view"
    reach: ClassVar = {
        "region": ("organisation__county__path",),
        "organisation": ("organisation_id", "readers__organisation_id"),
    }

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("entry of master data")
        verbose_name_plural = _("master data")
        ordering = ("-told_at", "-key")
        indexes = (models.Index(fields=["identifier", "kind"], name="element_identifier"),)
        constraints = (
            models.UniqueConstraint(
                fields=["organisation", "vocabulary", "identifier"], condition=models.Q(withdrawn_on__isnull=True),
                name="one_present_statement",
            ),
        )  # fmt: skip

    def __str__(self) -> str:
        return self.identifier


class ElementAttribute(models.Model):
    """One attribute of an entry, to be found by. A value that is no short text is found by the name alone."""

    element = models.ForeignKey(VocabularyElement, models.PROTECT, related_name="attributes")
    name = models.CharField(max_length=LONGEST)
    value = models.CharField(max_length=LONGEST, blank=True)

    objects = ScopedManager()

    class Meta:
        verbose_name = _("attribute of master data")
        indexes = (models.Index(fields=["name", "value"], name="attribute_name"),)


class ElementPart(models.Model):
    """What lies in a place or belongs to a group, as its entry says."""

    element = models.ForeignKey(VocabularyElement, models.PROTECT, related_name="parts")
    identifier = models.CharField(max_length=LONGEST)

    objects = ScopedManager()

    class Meta:
        verbose_name = _("part of master data")


class ElementReader(models.Model):
    """A partner that may read an entry: its teller shared with it, or it answers for the place that is told of."""

    element = models.ForeignKey(VocabularyElement, models.PROTECT, related_name="readers", db_index=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", db_index=False)

    objects = ScopedManager()

    class Meta:
        verbose_name = _("reader of master data")
        constraints = (models.UniqueConstraint(fields=["organisation", "element"], name="element_reader_once"),)
        indexes = (models.Index(fields=["element"], name="element_reader_element"),)
