"""SDMX-JSON 2.0: structure messages, and data messages of flat observations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson

from banyan.edge.exchange.queries import structures as s
from banyan.edge.exchange.queries.as_xml import codelist_urn, concept_urn, flow_urn, structure_urn
from banyan.edge.exchange.queries.observations import Observation, first_last

STRUCTURE_TYPE = "application/vnd.sdmx.structure+json;version=2.0.0"
DATA_TYPE = "application/vnd.sdmx.data+json;version=2.0.0"
DATA_TYPE_1 = "application/vnd.sdmx.data+json;version=1.0.0"
_SCHEMAS = "https://raw.githubusercontent.com/sdmx-twg/sdmx-json/master/"


def structure_message(found: s.Structures, *, prepared: datetime) -> bytes:
    """A structure message: dataflows, data structures, code lists, concepts."""
    agency = found.agency
    data: dict[str, Any] = {
        "dataflows": [
            {**_kept(flow.agency, flow.id, flow.version, flow.names), **_texts("description", flow.says),
             "structure": structure_urn(flow)}
            for flow in found.flows
        ],
        "dataStructures": [_data_structure(flow) for flow in found.structures],
        "codelists": [
            {**_kept(agency, one.id, s.VERSION, one.names),
             "codes": [{"id": code.id, **_texts("name", code.names)} for code in one.codes]}
            for one in found.codelists
        ],
        "conceptSchemes": [
            {**_kept(agency, s.CONCEPTS, s.VERSION, s.in_languages(s.CONCEPT_WORDS)),
             "concepts": [{"id": one.id, **_texts("name", dict(one.names.items()))} for one in found.concepts]}
        ] if found.concepts else [],
    }  # fmt: skip
    name = "structure-message/tools/schemas/2.0.0/sdmx-json-structure-schema.json"
    return _written("structures", agency, prepared, name, {kind: kept for kind, kept in data.items() if kept})


def data_message(flow: s.Flow, observations: Sequence[Observation], *, prepared: datetime) -> bytes:
    """A data message whose observations are keyed by the places of their codes, as their attributes are."""
    dimensions, attributes, found = _placed(flow, observations)
    structure = {
        **_texts("name", flow.names), "dataSets": [0],
        "links": [{"urn": flow_urn(flow), "rel": "dataflow"}, {"urn": structure_urn(flow), "rel": "datastructure"}],
        "dimensions": {"dataSet": [], "series": [], "observation": dimensions},
        "measures": {"observation": [{"id": "OBS_VALUE", **_texts("name", s.OBS_VALUE.names)}]},
        "attributes": {"dataSet": [], "series": [], "observation": attributes},
    }  # fmt: skip
    data_set = {"structure": 0, "action": "Replace", "observations": found}
    name = "data-message/tools/schemas/2.0.0/sdmx-json-data-schema.json"
    return _written(flow.id, flow.agency, prepared, name, {"structures": [structure], "dataSets": [data_set]})


def data_message_1(flow: s.Flow, observations: Sequence[Observation], *, prepared: datetime) -> bytes:
    """The same as SDMX-JSON 1.0, for readers of SDMX 2.1: names in one language.

    The standard lets attributes that nothing has be left out, or stand without values. Readers that know the data
    structure look for each of its attributes, and skip one without values together with its place: so all stand in
    the structure's order, and one that nothing has offers its codes, or an empty text, to which nothing refers.
    """
    dimensions, attributes, found = _placed(flow, observations)
    coded = {one.id: one.codelist for one in s.ATTRIBUTES}
    for one in attributes:
        one["values"] = one["values"] or _offered(coded[one["id"]])
    structure = {
        "name": flow.names["en"], "links": [{"urn": flow_urn(flow), "rel": "dataflow"}],
        "dimensions": {"dataSet": [], "series": [], "observation": _in_one_language(dimensions)},
        "attributes": {"dataSet": [], "series": [], "observation": _in_one_language(attributes)},
    }  # fmt: skip
    header = {
        "id": f"{flow.id}-{prepared:%Y%m%d%H%M%S}", "test": False, "prepared": prepared.isoformat(timespec="seconds"),
        "sender": {"id": flow.agency},
    }  # fmt: skip
    message = {"header": header, "structure": structure, "dataSets": [{"action": "Replace", "observations": found}]}
    return orjson.dumps(message)


def _offered(codelist: str) -> list[dict[str, Any]]:
    """The values of an attribute that nothing has: those that it could have, as far as they can be listed."""
    codes = s.codelist(codelist).codes if codelist else ()
    return [_coded(code.id, {code.id: code.names}) for code in codes] or [{"value": ""}]


def _in_one_language(components: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    def one(said: Mapping[str, Any]) -> dict[str, Any]:
        kept = {name: value for name, value in said.items() if name not in ("names", "relationship")}
        if "value" in kept:
            kept["name"] = kept.pop("value")
        return kept

    return [one(component) | {"values": [one(value) for value in component["values"]]} for component in components]


def _placed(
    flow: s.Flow, observations: Sequence[Observation]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], dict[str, list[Any]]]:
    """Dimensions and attributes with the values that occur, and observations by the places of theirs."""
    ids = [one.id for one in flow.dimensions]
    keys: list[dict[str, int]] = [{} for _id in (*ids, "TIME_PERIOD")]
    names = [one.id for one in s.ATTRIBUTES]
    said: list[dict[str, int]] = [{} for _name in names]
    found: dict[str, list[Any]] = {}
    for one in observations:
        codes = (*(one.key[id] for id in ids), one.period)
        key = ":".join(str(places.setdefault(code, len(places))) for places, code in zip(keys, codes, strict=True))
        attributes = [
            None if (value := one.attributes.get(name)) is None else places.setdefault(value, len(places))
            for places, name in zip(said, names, strict=True)
        ]
        found[key] = [one.value, *attributes]
    words = {name: {code.id: code.names for code in s.codelist(name).codes} for name in flow.codelists}
    dimensions = [
        {"id": one.id, **_texts("name", one.names), "keyPosition": place,
         "values": [_coded(code, words.get(one.codelist, {})) for code in keys[place]]}
        for place, one in enumerate(flow.dimensions)
    ] + [
        {"id": "TIME_PERIOD", **_texts("name", s.TIME_PERIOD.names), "keyPosition": len(ids),
         "roles": ["TIME_PERIOD"], "values": [_period(code) for code in keys[-1]]}
    ]  # fmt: skip
    by_id = {one.id: one for one in s.ATTRIBUTES}
    held = [
        {"id": name, **_texts("name", by_id[name].names), "relationship": {"observation": {}},
         "values": [_coded(value, words[by_id[name].codelist]) if by_id[name].codelist else {"value": value}
                    for value in places]}
        for name, places in zip(names, said, strict=True)
    ]  # fmt: skip
    return dimensions, held, found


def _data_structure(flow: s.Flow) -> dict[str, Any]:
    def component(one: s.Component, **more: Any) -> dict[str, Any]:
        shape: dict[str, Any] = {"format": {"dataType": one.text}}
        if one.codelist:
            shape = {"enumeration": codelist_urn(flow.agency, one.codelist)}
        return {
            "id": one.id,
            "conceptIdentity": concept_urn(flow.agency, one.id),
            "localRepresentation": shape,
        } | more

    return {
        **_kept(flow.agency, flow.structure_id, flow.version, flow.names),
        "dataStructureComponents": {
            "dimensionList": {
                "id": "DimensionDescriptor",
                "dimensions": [component(one, position=place) for place, one in enumerate(flow.dimensions)],
                "timeDimension": component(s.TIME_PERIOD),
            },
            "attributeList": {
                "id": "AttributeDescriptor",
                "attributes": [
                    component(one, usage="mandatory" if one.is_mandatory else "optional",
                              attributeRelationship={"observation": {}})
                    for one in s.ATTRIBUTES
                ],
            },
            "measureList": {"id": "MeasureDescriptor", "measures": [component(s.OBS_VALUE, usage="optional")]},
        },
    }  # fmt: skip


def _coded(code: str, words: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    return {"id": code, **_texts("name", words[code])} if code in words else {"id": code, "name": code}


def _period(name: str) -> dict[str, str]:
    first, last = first_last(name)
    return {"id": name, "name": name, "start": f"{first}T00:00:00", "end": f"{last}T23:59:59"}


def _kept(agency: str, id: str, version: str, names: Mapping[str, str]) -> dict[str, Any]:
    return {"id": id, "agencyID": agency, "version": version, "isExternalReference": False, **_texts("name", names)}


def _texts(field: str, texts: Mapping[str, str]) -> dict[str, Any]:
    """A text in the first language, and in all: `name` and `names`."""
    found = dict(texts.items())
    return {field: found["en"], f"{field}s": found}


def _written(name: str, agency: str, prepared: datetime, schema: str, data: dict[str, Any]) -> bytes:
    meta = {
        "schema": _SCHEMAS + schema, "id": f"{name}-{prepared:%Y%m%d%H%M%S}", "test": False,
        "prepared": prepared.isoformat(timespec="seconds"), "contentLanguages": list(s.LANGUAGES),
        "sender": {"id": agency},
    }  # fmt: skip
    return orjson.dumps({"meta": meta, "data": data})
