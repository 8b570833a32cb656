"""The words of the Core Business Vocabulary 2.0, as EPCIS's JSON schema lists them, in all their forms.

One word has four forms: bare in JSON (`shipping`), as URN in XML (`urn:epcglobal:cbv:bizstep:shipping`), as web
address (`https://ref.gs1.org/cbv/BizStep-shipping`) and short (`cbv:BizStep-shipping`). Events keep the bare one.
"""

from collections.abc import Mapping
from typing import NamedTuple

GS1_WORDS = "https://gs1.org/voc/"
CBV_WORDS = "https://ref.gs1.org/cbv/"


class Vocabulary(NamedTuple):
    """A closed list of words and the beginnings of their other forms."""

    words: frozenset[str]
    urn: str  # what stands before a word in XML
    web: str  # what stands before it in a web address
    short: str

    def bare(self, text: str) -> str:
        """The bare word for any form of it; another text comes back as it was."""
        for start in (self.urn, self.web, self.short):
            if start and text.startswith(start) and text[len(start) :] in self.words:
                return text[len(start) :]
        return text

    def written(self, word: str) -> str:
        """A word as XML writes it; what is no word of the list comes back as it was."""
        return (self.urn or self.short) + word if word in self.words else word


def _cbv(words: str, urn: str, web: str) -> Vocabulary:
    return Vocabulary(frozenset(words.split()), f"urn:epcglobal:cbv:{urn}:", CBV_WORDS + web, "cbv:" + web)


BUSINESS_STEPS = _cbv(
    """accepting arriving assembling collecting commissioning consigning creating_class_instance cycle_counting
    decommissioning departing destroying disassembling dispensing encoding entering_exiting holding inspecting
    installing killing loading other packing picking receiving removing repackaging repairing replacing reserving
    retail_selling sampling sensor_reporting shipping staging_outbound stock_taking stocking storing transporting
    unloading unpacking void_shipping""",
    "bizstep",
    "BizStep-",
)
DISPOSITIONS = _cbv(
    """active available completeness_inferred completeness_verified conformant container_closed container_open damaged
    destroyed dispensed disposed encoded expired in_progress in_transit inactive mismatch_class mismatch_instance
    mismatch_quantity needs_replacement no_pedigree_match non_conformant non_sellable_other partially_dispensed
    recalled reserved retail_sold returned sellable_accessible sellable_not_accessible stolen unavailable unknown""",
    "disp",
    "Disp-",
)
TRANSACTION_TYPES = _cbv(
    "bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt", "btt", "BTT-"
)
PARTY_TYPES = _cbv("owning_party possessing_party location", "sdt", "SDT-")
ERROR_REASONS = _cbv("did_not_occur incorrect_data", "er", "ER-")
COMPONENTS = _cbv(
    """x y z axial_distance azimuth height spherical_radius polar_angle elevation_angle easting northing latitude
    longitude altitude""",
    "comp",
    "Comp-",
)._replace(urn="")
MEASUREMENTS = Vocabulary(
    frozenset(
        """AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Radioactivity Altitude AmountOfSubstance
        AmountOfSubstancePerUnitVolume Angle AngularAcceleration AngularMomentum AngularVelocity Area
        Capacitance Conductance Conductivity Count Density Dimensionless DoseEquivalent DoseEquivalentRate
        DynamicViscosity ElectricCharge ElectricCurrent ElectricCurrentDensity ElectricFieldStrength Energy
        Exposure Force Frequency Illuminance Inductance Irradiance KinematicViscosity Length LinearMomentum
        Luminance LuminousFlux LuminousIntensity MagneticFlux MagneticFluxDensity MagneticVectorPotential Mass
        MassConcentration MassFlowRate MassPerAreaTime MemoryCapacity MolalityOfSolute MolarEnergy MolarMass
        MolarVolume Power Pressure RadiantFlux RadiantIntensity RelativeHumidity Resistance Resistivity
        SolidAngle SpecificVolume Speed SurfaceDensity SurfaceTension Temperature Time Torque Voltage Volume
        VolumeFlowRate VolumeFraction VolumetricFlux Wavenumber""".split()  # noqa: SIM905
    ),
    "",
    GS1_WORDS,
    "gs1:",
)
SENSOR_ALERTS = Vocabulary(frozenset({"ALARM_CONDITION", "ERROR_CONDITION"}), "", GS1_WORDS, "gs1:")

WORDS_OF_REPORTS: Mapping[str, Vocabulary] = {
    "type": MEASUREMENTS,
    "exception": SENSOR_ALERTS,
    "component": COMPONENTS,
}
OF_FIELDS: Mapping[str, Vocabulary] = {
    "bizStep": BUSINESS_STEPS,
    "disposition": DISPOSITIONS,
    "reason": ERROR_REASONS,
}

EVENT_TYPES = ("ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent")
EPC_LISTS = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")
QUANTITY_LISTS = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")
PARTY_LISTS: Mapping[str, tuple[str, Vocabulary]] = {
    "bizTransactionList": ("bizTransaction", TRANSACTION_TYPES),
    "sourceList": ("source", PARTY_TYPES),
    "destinationList": ("destination", PARTY_TYPES),
}
METADATA_FIELDS = (
    *("time", "startTime", "endTime", "deviceID", "deviceMetadata", "rawData"),
    *("dataProcessingMethod", "bizRules"),
)
REPORT_FIELDS = (
    *("type", "exception", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules", "time"),
    *("microorganism", "chemicalSubstance", "value", "component", "stringValue", "booleanValue", "hexBinaryValue"),
    *("uriValue", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue", "uom"),
    "coordinateReferenceSystem",
)
REPORT_NUMBERS = frozenset({"value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue"})
_COMMON = (
    *("type", "eventTime", "recordTime", "eventTimeZoneOffset", "eventID", "certificationInfo", "errorDeclaration"),
    *("bizStep", "disposition", "readPoint", "bizLocation", "sourceList", "destinationList", "sensorElementList"),
    "bizTransactionList",
)
_TREE = ("parentID", "childEPCs", "childQuantityList", "action")
FIELDS: Mapping[str, frozenset[str]] = {
    "ObjectEvent": frozenset({*_COMMON, "epcList", "quantityList", "action", "persistentDisposition", "ilmd"}),
    "AggregationEvent": frozenset({*_COMMON, *_TREE}),
    "AssociationEvent": frozenset({*_COMMON, *_TREE}),
    "TransactionEvent": frozenset({*_COMMON, "parentID", "epcList", "quantityList", "action"}),
    "TransformationEvent": frozenset(
        {
            *(*_COMMON, "inputEPCList", "inputQuantityList", "outputEPCList", "outputQuantityList"),
            *("transformationID", "persistentDisposition", "ilmd"),
        }
    ),
}
XML_FIELDS = {kind: fields | {"persistentDisposition"} for kind, fields in FIELDS.items()}
ALL_FIELDS = frozenset().union(*FIELDS.values())
