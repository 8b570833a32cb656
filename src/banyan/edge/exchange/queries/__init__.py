"""Reads of the exchange: structures and observations of indicators, and the messages that carry them."""

from banyan.edge.exchange.queries import as_csv, as_json, as_xml
from banyan.edge.exchange.queries.observations import Key, Observation, Spans, observations_of, published_observations
from banyan.edge.exchange.queries.structures import (
    Code,
    Codelist,
    Component,
    Flow,
    Structures,
    agency,
    flow_of,
    flows,
    structures_of,
)

__all__ = [
    "Code",
    "Codelist",
    "Component",
    "Flow",
    "Key",
    "Observation",
    "Spans",
    "Structures",
    "agency",
    "as_csv",
    "as_json",
    "as_xml",
    "flow_of",
    "flows",
    "observations_of",
    "published_observations",
    "structures_of",
]
