"""Sentences of the policy floor that pages translate: English, with their source and what was filled in."""

from __future__ import annotations

from typing import Any

from pydantic_core import PydanticCustomError


class Said(str):
    """A text in English that remembers the sentence it was made from, for the catalogue, and its parameters."""

    message: str
    params: dict[str, Any]

    def __new__(cls, message: str, /, **params: Any) -> Said:
        said = super().__new__(cls, message % params)
        said.message, said.params = message, params
        return said


# What pydantic finds wrong with a value, by its type of error; what is not here is no value for its field.
OF_TYPES = {
    "extra_forbidden": Said("unknown field"),
    "missing": Said("is missing"),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float"), Said("is no whole number")),
    **dict.fromkeys(("is_instance_of", "decimal_type", "decimal_parsing", "float_type"), Said("is no number")),
    **dict.fromkeys(("bool_type", "bool_parsing"), Said("is neither true nor false")),
    **dict.fromkeys(("string_type", "string_too_short"), Said("is no text, or an empty one")),
    "string_pattern_mismatch": Said("is no name: small letters, digits, points and low lines only"),
    **dict.fromkeys(
        ("date_type", "date_parsing", "date_from_datetime_parsing"), Said("is no day such as 2024-05-20")
    ),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), Said("holds no fields of its own")),
    **dict.fromkeys(("tuple_type", "list_type"), Said("is no list")),
    "too_short": Said("is empty"),
}
BOUNDED = {
    "greater_than_equal": ("ge", Said("is less than %(bound)s", bound="ge")),
    "less_than_equal": ("le", Said("is more than %(bound)s", bound="le")),
    "greater_than": ("gt", Said("is not more than %(bound)s", bound="gt")),
    "less_than": ("lt", Said("is not less than %(bound)s", bound="lt")),
}


def wrong(field: str, text: Said) -> PydanticCustomError:
    """What a validator raises where a definition does not hold together: the field at fault, "" for none, and why."""
    told = f"{field}: {text}" if field else str(text)
    return PydanticCustomError("rule", "{told}", {"told": told, "field": field, "said": text})


def fault_of(error: Any) -> tuple[str, Said]:
    """What is wrong by one error of pydantic's, in our own words, and the field that it names beyond its place."""
    kind, context = error["type"], error.get("ctx", {})
    if kind == "rule":
        return context["field"], context["said"]
    if kind in BOUNDED:
        name, text = BOUNDED[kind]
        return "", Said(text.message, bound=context[name])
    if kind == "literal_error":
        return "", Said("is not one of %(known)s", known=str(context["expected"]).replace(" or ", ", "))
    return "", OF_TYPES.get(kind) or Said("is no value for this field")
