"""SDMX-ML 3.0: structure messages and structure-specific data messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from lxml import etree

from banyan.edge.exchange.queries import structures as s
from banyan.edge.exchange.queries.observations import Observation

STRUCTURE_TYPE = "application/vnd.sdmx.structure+xml;version=3.0.0"
DATA_TYPE = "application/vnd.sdmx.data+xml;version=3.0.0"
_BASE = "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/"
_NAMES = {"mes": f"{_BASE}message", "str": f"{_BASE}structure", "com": f"{_BASE}common",
          "ss": f"{_BASE}data/structurespecific", "xsi": "http://www.w3.org/2001/XMLSchema-instance"}  # fmt: skip
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def structure_message(found: s.Structures, *, prepared: datetime) -> bytes:
    """A structure message: dataflows, data structures, code lists, concepts."""
    root = etree.Element(_tag("mes:Structure"), nsmap={name: _NAMES[name] for name in ("mes", "str", "com", "xsi")})
    _header(root, "structures", found.agency, prepared)
    body = _add(root, "mes:Structures")
    if found.codelists:
        into = _add(body, "str:Codelists")
        for one in found.codelists:
            _codelist(into, one, found.agency)
    if found.concepts:
        scheme = _kept(
            _add(body, "str:ConceptSchemes"), "str:ConceptScheme", "conceptscheme.ConceptScheme", found.agency,
            s.CONCEPTS, s.VERSION, s.in_languages(s.CONCEPT_WORDS),
        )  # fmt: skip
        for concept in found.concepts:
            urn = f"{_urn('conceptscheme.Concept', found.agency, s.CONCEPTS, s.VERSION)}.{concept.id}"
            _names(_add(scheme, "str:Concept", urn=urn, id=concept.id), concept.names)
    if found.flows:
        into = _add(body, "str:Dataflows")
        for flow in found.flows:
            one = _kept(into, "str:Dataflow", "datastructure.Dataflow", flow.agency, flow.id, flow.version,
                        flow.names, flow.says)  # fmt: skip
            _add(one, "str:Structure", structure_urn(flow))
    if found.structures:
        into = _add(body, "str:DataStructures")
        for flow in found.structures:
            _data_structure(into, flow)
    return _written(root)


def data_message(flow: s.Flow, observations: Sequence[Observation], *, prepared: datetime) -> bytes:
    """A structure-specific data message: series of observations over time."""
    urn = flow_urn(flow)
    own = f"{urn}:ObsLevelDim:TIME_PERIOD"
    names = {name: _NAMES[name] for name in ("mes", "com", "ss", "xsi")} | {"ns1": own}
    root = etree.Element(_tag("mes:StructureSpecificData"), nsmap=names)
    header = _header(root, flow.id, flow.agency, prepared)
    reference = _add(header, "mes:Structure", structureID=flow.structure_id, namespace=own,
                     dimensionAtObservation="TIME_PERIOD")  # fmt: skip
    _add(reference, "com:StructureUsage", urn)
    data = _add(root, "mes:DataSet")
    data.set(_tag("ss:structureRef"), flow.structure_id)
    data.set(_tag("ss:action"), "Replace")
    data.set(_tag("xsi:type"), "ns1:DataSetType")
    ordered = sorted(observations, key=lambda one: (tuple(one.key.values()), one.period))
    for key, group in groupby(ordered, key=lambda one: tuple(one.key.items())):
        series = etree.SubElement(data, "Series", dict(key))
        for one in group:
            value = {} if one.value is None else {"OBS_VALUE": repr(one.value)}
            etree.SubElement(series, "Obs", {"TIME_PERIOD": one.period, **value, **one.attributes})
    return _written(root)


def flow_urn(flow: s.Flow) -> str:
    """The URN of a dataflow."""
    return _urn("datastructure.Dataflow", flow.agency, flow.id, flow.version)


def structure_urn(flow: s.Flow) -> str:
    """The URN of its data structure."""
    return _urn("datastructure.DataStructure", flow.agency, flow.structure_id, flow.version)


def concept_urn(agency: str, id: str) -> str:
    """The URN of a concept."""
    return f"{_urn('conceptscheme.Concept', agency, s.CONCEPTS, s.VERSION)}.{id}"


def codelist_urn(agency: str, id: str) -> str:
    """The URN of a code list."""
    return _urn("codelist.Codelist", agency, id, s.VERSION)


def _data_structure(into: Any, flow: s.Flow) -> None:
    dsd = _kept(into, "str:DataStructure", "datastructure.DataStructure", flow.agency, flow.structure_id,
                flow.version, flow.names)  # fmt: skip
    parts = _add(dsd, "str:DataStructureComponents")
    own = f"{flow.agency}:{flow.structure_id}({flow.version})"

    def component(parent: Any, name: str, one: s.Component, **more: str) -> Any:
        urn = f"urn:sdmx:org.sdmx.infomodel.datastructure.{_CLASSES[name]}={own}.{one.id}"
        made = _add(parent, name, urn=urn, id=one.id, **more)
        _add(made, "str:ConceptIdentity", concept_urn(flow.agency, one.id))
        shape = _add(made, "str:LocalRepresentation")
        if one.codelist:
            _add(shape, "str:Enumeration", codelist_urn(flow.agency, one.codelist))
        else:
            _add(shape, "str:TextFormat", textType=one.text)
        return made

    def listed(name: str, kind: str) -> Any:
        return _add(parts, name, urn=f"urn:sdmx:org.sdmx.infomodel.datastructure.{kind}={own}.{kind}", id=kind)

    dimensions = listed("str:DimensionList", "DimensionDescriptor")
    for place, one in enumerate(flow.dimensions, start=1):
        component(dimensions, "str:Dimension", one, position=str(place))
    component(dimensions, "str:TimeDimension", s.TIME_PERIOD)
    attributes = listed("str:AttributeList", "AttributeDescriptor")
    for one in s.ATTRIBUTES:
        made = component(attributes, "str:Attribute", one, usage="mandatory" if one.is_mandatory else "optional")
        _add(_add(made, "str:AttributeRelationship"), "str:Observation")
    component(listed("str:MeasureList", "MeasureDescriptor"), "str:Measure", s.OBS_VALUE, usage="optional")


_CLASSES = {"str:Dimension": "Dimension", "str:TimeDimension": "TimeDimension", "str:Attribute": "DataAttribute",
            "str:Measure": "Measure"}  # fmt: skip


def _codelist(into: Any, one: s.Codelist, agency: str) -> None:
    made = _kept(into, "str:Codelist", "codelist.Codelist", agency, one.id, s.VERSION, one.names)
    for code in one.codes:
        urn = f"{_urn('codelist.Code', agency, one.id, s.VERSION)}.{code.id}"
        _names(_add(made, "str:Code", urn=urn, id=code.id), code.names)


def _kept(
    into: Any, tag: str, kind: str, agency: str, id: str, version: str, names: Mapping[str, str],
    says: Mapping[str, str] | None = None,
) -> Any:  # fmt: skip
    made = _add(into, tag, urn=_urn(kind, agency, id, version), isExternalReference="false", agencyID=agency, id=id,
                version=version)  # fmt: skip
    _names(made, names)
    for language, text in (says or {}).items():
        _add(made, "com:Description", text).set(_LANG, language)
    return made


def _header(root: Any, name: str, agency: str, prepared: datetime) -> Any:
    header = _add(root, "mes:Header")
    _add(header, "mes:ID", f"{name}-{prepared:%Y%m%d%H%M%S}")
    _add(header, "mes:Test", "false")
    _add(header, "mes:Prepared", prepared.isoformat(timespec="seconds"))
    _add(header, "mes:Sender", id=agency)
    return header


def _names(made: Any, names: Mapping[str, str]) -> None:
    for language, text in names.items():
        _add(made, "com:Name", text).set(_LANG, language)


def _add(parent: Any, tag: str, text: str | None = None, /, **attributes: str) -> Any:
    made = etree.SubElement(parent, _tag(tag), attributes)
    made.text = text
    return made


def _tag(name: str) -> str:
    space, _colon, local = name.partition(":")
    return f"{{{_NAMES[space]}}}{local}"


def _urn(kind: str, agency: str, id: str, version: str) -> str:
    return f"urn:sdmx:org.sdmx.infomodel.{kind}={agency}:{id}({version})"


def _written(root: Any) -> bytes:
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return content
