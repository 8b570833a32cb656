"""The shape of an event as EPCIS 2.0's JSON schema has it, as a model that checks ten identifiers in microseconds."""

from typing import Annotated, Any, Literal, NotRequired, TypeVar

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, TypeAdapter, with_config
from typing_extensions import TypedDict

from .vocabulary import (
    BUSINESS_STEPS,
    COMPONENTS,
    DISPOSITIONS,
    ERROR_REASONS,
    GS1_WORDS,
    MEASUREMENTS,
    PARTY_TYPES,
    SENSOR_ALERTS,
    TRANSACTION_TYPES,
    Vocabulary,
)

URI = r"^[A-Za-z][A-Za-z0-9+.\-]*:(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})*$"
TIME = (
    r"^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d"
    r"(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$"
)
Uri = Annotated[str, StringConstraints(pattern=URI)]
Time = Annotated[str, StringConstraints(pattern=TIME)]
Number = Annotated[float, Field(allow_inf_nan=False)]
_Item = TypeVar("_Item")
Many = Annotated[
    list[_Item], Field(fail_fast=True)
]  # the first wrong one tells enough, a million of them would fill the memory


def _word_of(words: Vocabulary, forbidden: tuple[str, ...]) -> Any:
    """A word of a list, or an address of one's own that does not pretend to be a word of the standard."""

    def known(value: str) -> str:
        if value in words.words:
            return value
        if value.startswith(forbidden):
            raise ValueError("is not a word of the standard's list")
        if ":" not in value:
            raise ValueError("is neither a word of the standard's list nor an address of one's own")
        return value

    is_address = rf"(?:{URI[1:-1]})"
    bare = r"[A-Za-z_]+"
    return Annotated[str, StringConstraints(pattern=f"^(?:{bare}|{is_address})$"), AfterValidator(known)]


_CBV = ("urn:epcglobal:cbv", "http://ns.gs1.org/cbv/", "https://ns.gs1.org/cbv/")
_VOC = (GS1_WORDS, "http://gs1.org/voc/", "https://www.gs1.org/voc/", "http://www.gs1.org/voc/")
Step = _word_of(BUSINESS_STEPS, _CBV)
Disposition = _word_of(DISPOSITIONS, _CBV)

_strict = with_config(ConfigDict(strict=True, extra="forbid"))
_open = with_config(ConfigDict(strict=True, extra="allow"))  # extensions; their names are looked at by the check


@_strict
class Quantity(TypedDict):
    """So much of a class or lot."""

    epcClass: Uri
    quantity: NotRequired[Number]
    uom: NotRequired[Annotated[str, StringConstraints(pattern="^[A-Z0-9]{2,3}$")]]


@_strict
class Transaction(TypedDict):
    """A business paper that the event belongs to."""

    type: NotRequired[_word_of(TRANSACTION_TYPES, _CBV)]  # type: ignore[valid-type]
    bizTransaction: Uri


@_strict
class Source(TypedDict):
    """Who or where the things come from."""

    type: _word_of(PARTY_TYPES, _CBV)  # type: ignore[valid-type]
    source: Uri


@_strict
class Destination(TypedDict):
    """Who or where the things go to."""

    type: _word_of(PARTY_TYPES, _CBV)  # type: ignore[valid-type]
    destination: Uri


@_open
class Place(TypedDict):
    """A read point or a business location."""

    id: Uri


@_strict
class Persistent(TypedDict):
    """Dispositions that last until they are taken back."""

    set: NotRequired[Annotated[Many[Disposition], Field(min_length=1)]]  # type: ignore[valid-type]
    unset: NotRequired[Annotated[Many[Disposition], Field(min_length=1)]]  # type: ignore[valid-type]


@_open
class ErrorDeclaration(TypedDict):
    """The statement that an earlier event with the same content was wrong."""

    declarationTime: Time
    reason: NotRequired[_word_of(ERROR_REASONS, _CBV)]  # type: ignore[valid-type]
    correctiveEventIDs: NotRequired[Many[Uri]]


@_open
class SensorMetadata(TypedDict):
    """What holds for all reports of a sensor element."""

    time: NotRequired[Time]
    startTime: NotRequired[Time]
    endTime: NotRequired[Time]
    deviceID: NotRequired[Uri]
    deviceMetadata: NotRequired[Uri]
    rawData: NotRequired[Uri]
    dataProcessingMethod: NotRequired[Uri]
    bizRules: NotRequired[Uri]


@_open
class SensorReport(TypedDict):
    """One reading."""

    type: NotRequired[_word_of(MEASUREMENTS, _VOC)]  # type: ignore[valid-type]  # the check knows when it is needed
    exception: NotRequired[_word_of(SENSOR_ALERTS, _VOC)]  # type: ignore[valid-type]
    deviceID: NotRequired[Uri]
    deviceMetadata: NotRequired[Uri]
    rawData: NotRequired[Uri]
    dataProcessingMethod: NotRequired[Uri]
    bizRules: NotRequired[Uri]
    time: NotRequired[Time]
    microorganism: NotRequired[Uri]
    chemicalSubstance: NotRequired[Uri]
    coordinateReferenceSystem: NotRequired[Uri]
    value: NotRequired[Number]
    component: NotRequired[_word_of(COMPONENTS, _CBV)]  # type: ignore[valid-type]
    stringValue: NotRequired[str]
    booleanValue: NotRequired[bool]
    hexBinaryValue: NotRequired[Annotated[str, StringConstraints(pattern="^[A-Fa-f0-9]+$")]]
    uriValue: NotRequired[Uri]
    minValue: NotRequired[Number]
    maxValue: NotRequired[Number]
    meanValue: NotRequired[Number]
    sDev: NotRequired[Number]
    percRank: NotRequired[Number]
    percValue: NotRequired[Number]
    uom: NotRequired[str]


@_open
class SensorElement(TypedDict):
    """Readings and what they have in common."""

    sensorMetadata: NotRequired[SensorMetadata]
    sensorReport: Annotated[Many[SensorReport], Field(min_length=1)]


Action = Literal["OBSERVE", "ADD", "DELETE"]
Offset = Annotated[str, StringConstraints(pattern=r"^[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00)$")]


@_open
class _Event(TypedDict):
    """What all five kinds of event share."""

    eventTime: Time
    recordTime: NotRequired[Time]
    eventTimeZoneOffset: Offset
    eventID: NotRequired[Uri]
    certificationInfo: NotRequired[Uri | Many[Uri]]
    errorDeclaration: NotRequired[ErrorDeclaration]
    bizStep: NotRequired[Step]  # type: ignore[valid-type]
    disposition: NotRequired[Disposition]  # type: ignore[valid-type]
    readPoint: NotRequired[Place]
    bizLocation: NotRequired[Place]
    persistentDisposition: NotRequired[Persistent]
    sourceList: NotRequired[Many[Source]]
    destinationList: NotRequired[Many[Destination]]
    sensorElementList: NotRequired[Many[SensorElement]]


@_open
class _Business(_Event):
    """What four kinds may say of the papers they belong to, and TransactionEvent has to."""

    bizTransactionList: NotRequired[Many[Transaction]]


@_open
class ObjectEvent(_Business):
    """Things were seen, came to be or ceased to be."""

    type: Literal["ObjectEvent"]
    action: Action
    epcList: NotRequired[Many[Uri]]
    quantityList: NotRequired[Many[Quantity]]
    ilmd: NotRequired[dict[str, Any]]


@_open
class AggregationEvent(_Business):
    """Things were put into, seen in or taken out of another."""

    type: Literal["AggregationEvent"]
    action: Action
    parentID: NotRequired[Uri]
    childEPCs: NotRequired[Many[Uri]]
    childQuantityList: NotRequired[Many[Quantity]]


@_open
class AssociationEvent(_Business):
    """Things were fixed to, seen on or taken off another thing or place."""

    type: Literal["AssociationEvent"]
    action: Action
    parentID: Uri
    childEPCs: NotRequired[Many[Uri]]
    childQuantityList: NotRequired[Many[Quantity]]


@_open
class TransactionEvent(_Event):
    """Things were tied to business papers, or no longer are."""

    type: Literal["TransactionEvent"]
    action: Action
    bizTransactionList: Annotated[Many[Transaction], Field(min_length=1)]
    parentID: NotRequired[Uri]
    epcList: NotRequired[Many[Uri]]
    quantityList: NotRequired[Many[Quantity]]


@_open
class TransformationEvent(_Business):
    """Things were used up and others came out of them."""

    type: Literal["TransformationEvent"]
    inputEPCList: NotRequired[Many[Uri]]
    inputQuantityList: NotRequired[Many[Quantity]]
    outputEPCList: NotRequired[Many[Uri]]
    outputQuantityList: NotRequired[Many[Quantity]]
    transformationID: NotRequired[Uri]
    ilmd: NotRequired[dict[str, Any]]


SHAPES: dict[str, TypeAdapter[Any]] = {
    shape.__name__: TypeAdapter(shape)
    for shape in (ObjectEvent, AggregationEvent, AssociationEvent, TransactionEvent, TransformationEvent)
}


@_open
class Attribute(TypedDict):
    """One fact of the master data."""

    id: Uri
    attribute: NotRequired[Annotated[int | float | str | dict[str, Any], Field(union_mode="left_to_right")]]


@_open
class VocabularyElement(TypedDict):
    """One place, product, party … of the master data."""

    id: Uri
    attributes: NotRequired[Many[Attribute]]
    children: NotRequired[Many[Uri]]


@_open
class VocabularyList(TypedDict):
    """The elements of one kind."""

    type: Uri
    vocabularyElementList: NotRequired[Many[VocabularyElement]]


@_open
class MasterData(TypedDict):
    """What a document tells beside its events: names and addresses of what they speak of."""

    vocabularyList: NotRequired[Many[VocabularyList]]


MASTER_DATA: TypeAdapter[Any] = TypeAdapter(MasterData)
