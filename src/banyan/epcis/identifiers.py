"""Identifiers of things and places: a URN and a GS1 Digital Link that name the same thing get one form.

The one form is the constrained canonical GS1 Digital Link of CBV 2.0, 8.9: domain `id.gs1.org`, no query, only the
key and its finest qualifier. URNs are read as the EPC Tag Data Standard writes them, links as GS1 Digital Link 1.2.
"""

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

DOMAIN = "https://id.gs1.org"
SAFE = "'"  # kept as it is beside letters, digits and -._~ when a value is written into a path
KEPT_IDENTIFIERS = 2**16  # how many are remembered: a document names the same places and products again and again
KEPT_DIGITS = 2**12  # the serials of a product share its digits


class BadIdentifier(ValueError):
    """An identifier of GS1 that breaks its own rules: length, alphabet or check digit."""


class Identifier(NamedTuple):
    """An identifier taken apart: its one form, which key it is, what kind of thing it names, and its parts."""

    canonical: str
    key: str  # gtin, sscc, gln, party, grai, giai, gdti, …, or "" for an identifier outside GS1
    kind: str  # instance, lot, class, logistic unit, place, party, document, or "other"
    gtin: str = ""
    lot: str = ""
    serial: str = ""


class _Key(NamedTuple):
    ai: str
    name: str
    kind: str
    digits: int  # leading digits whose last is the check digit; 0 where the key has none
    rest: re.Pattern[str]  # what follows those digits inside the key's own value
    most: int  # characters of the whole value


_NOTHING = re.compile("")
_ALPHABET_82 = re.compile(r"[!-\"%-?A-Z_a-z]*")
_ALPHABET_39 = re.compile(r"[#\-/0-9A-Z]*")
_DIGITS = re.compile("[0-9]*")

_KEYS = {
    key.ai: key
    for key in (
        _Key("00", "sscc", "logistic unit", 18, _NOTHING, 18),
        _Key("01", "gtin", "class", 14, _NOTHING, 14),
        _Key("253", "gdti", "document", 13, _ALPHABET_82, 30),
        _Key("255", "gcn", "document", 13, _DIGITS, 25),
        _Key("401", "ginc", "logistic unit", 0, _ALPHABET_82, 30),
        _Key("402", "gsin", "logistic unit", 17, _NOTHING, 17),
        _Key("414", "gln", "place", 13, _NOTHING, 13),
        _Key("417", "party", "party", 13, _NOTHING, 13),
        _Key("8003", "grai", "class", 14, _ALPHABET_82, 30),
        _Key("8004", "giai", "instance", 0, _ALPHABET_82, 30),
        _Key("8006", "itip", "class", 14, re.compile("[0-9]{4}"), 18),
        _Key("8010", "cpid", "class", 0, _ALPHABET_39, 30),
        _Key("8017", "gsrnp", "party", 18, _NOTHING, 18),
        _Key("8018", "gsrn", "party", 18, _NOTHING, 18),
    )
}
_QUALIFIERS = {
    "01": ("21", "235", "10", "22"),  # the finest first: where one is given, the coarser ones are left out
    "414": ("254",),
    "8006": ("21", "10"),
    "8010": ("8011",),
}
_QUALIFIER_RULES = {
    "10": (_ALPHABET_82, 20),
    "21": (_ALPHABET_82, 20),
    "22": (_ALPHABET_82, 20),
    "235": (_ALPHABET_82, 28),
    "254": (_ALPHABET_82, 20),
    "8011": (_DIGITS, 12),
}
_ALIASES = {
    **{key.name: key.ai for key in _KEYS.values()},
    **{"lot": "10", "ser": "21", "cpv": "22", "tpx": "235", "glnx": "254", "cpsn": "8011"},
}


@lru_cache(maxsize=KEPT_DIGITS)
def check_digit(digits: str) -> int:
    """The last digit of a GS1 key whose other digits are given (GS1 General Specifications 7.9).

    >>> check_digit("629104150021")
    3
    """
    return -(3 * sum(map(int, digits[::-2])) + sum(map(int, digits[-2::-2]))) % 10


def canonical(identifier: str) -> str:
    """The one form of an identifier; what GS1 does not own comes back as it was.

    >>> canonical("urn:epc:id:sgtin:4012345.011111.9876")
    'https://id.gs1.org/01/04012345111118/21/9876'
    >>> canonical("https://shop.example.com/gtin/4012345111118/lot/7?utm=a")
    'https://id.gs1.org/01/04012345111118/10/7'

    Raises BadIdentifier for one of GS1 that breaks its rules.
    """
    return identify(identifier).canonical


@lru_cache(maxsize=KEPT_IDENTIFIERS)
def identify(identifier: str) -> Identifier:
    """An identifier taken apart; raises BadIdentifier for one of GS1 that breaks its rules."""
    scheme, _, rest = identifier.partition(":")
    scheme = scheme.lower()
    if scheme in ("http", "https"):
        return _from_link(identifier)
    if scheme == "urn" and rest[:4].lower() == "epc:":
        return _from_urn(identifier, rest[4:])
    return Identifier(identifier, "", "other")


def link(identifier: str, domain: str = DOMAIN) -> str:
    """The GS1 Digital Link of an identifier at a domain; raises BadIdentifier where it has none."""
    found = identify(identifier)
    if not found.key:
        raise BadIdentifier(f"{identifier} is no identifier of GS1, so no Digital Link leads to it")
    return domain.rstrip("/") + found.canonical[len(DOMAIN) :]


def urn(identifier: str, prefix_digits: int | None = None) -> str:
    """The EPC URN of an identifier.

    A Digital Link does not say how long the company's prefix is, so it has to be given (6 to 12 digits) for a link;
    a URN comes back as it was. Raises BadIdentifier where the identifier has no URN.
    """
    found = identify(identifier)
    if identifier[:8].lower() == "urn:epc:":
        return identifier
    if prefix_digits is None or not 6 <= prefix_digits <= 12:
        raise BadIdentifier(f"{identifier}: a URN needs to know how many digits the company's prefix has, 6 to 12")
    values = [unquote(part) for part in found.canonical[len(DOMAIN) :].split("/")[1:]]
    parts = dict(zip(values[::2], values[1::2], strict=True))
    written = _as_urn(found.key, parts, prefix_digits)
    if not written:
        raise BadIdentifier(f"{identifier} has no form as EPC URN")
    return written


# ---------------------------------------------------------------- Digital Links


def _from_link(identifier: str) -> Identifier:
    try:
        host, path = urlsplit(identifier)[1:3]
    except ValueError as broken:
        raise BadIdentifier(f"{identifier} is no address: {broken}") from None
    segments = path.split("/")[1:]
    if segments and not segments[-1]:
        segments.pop()
    owned = host.lower() in ("id.gs1.org", "www.id.gs1.org")
    for place, name in enumerate(segments[:-1]):
        key = _KEYS.get(_ALIASES.get(name, name))
        if key is None:
            continue
        pairs = segments[place:]
        try:
            found = _linked(identifier, key, pairs)
        except BadIdentifier:
            # An address elsewhere that has a stem, such as /2024/01/12345678, only looks like a Digital Link.
            if owned or (place == 0 and _has_length(key, pairs[1])):
                raise
            found = None
        if found is not None:
            return found
    return Identifier(identifier, "", "other")


def _has_length(key: _Key, value: str) -> bool:
    return key.digits > 0 and len(value) >= key.digits and value[: key.digits].isdigit()


def _linked(identifier: str, key: _Key, pairs: list[str]) -> Identifier | None:
    """What key/value/qualifier/value… names, or None where the segments are no such pairs."""
    if len(pairs) % 2:
        return None
    names = [_ALIASES.get(name, name) for name in pairs[::2]]
    values = [unquote(value) for value in pairs[1::2]]
    allowed = _QUALIFIERS.get(key.ai, ())
    if any(name not in allowed for name in names[1:]):
        return None
    value = values[0]
    if key.ai == "01" and value.isdigit() and len(value) in (8, 12, 13):
        value = value.zfill(14)
    given = dict(zip(names[1:], values[1:], strict=True))
    finest = next((name for name in allowed if name in given and name != "22"), "")
    return _built(identifier, key, value, finest, given.get(finest, ""), lot=given.get("10", ""))


# ---------------------------------------------------------------- URNs

# Scheme: key, digits of prefix and reference together (0: free), whether the reference opens with a digit that moves
# to the front, and the qualifier that the last part becomes ("+": it is glued to the key, "": there is none).
_SCHEMES = {
    "sgtin": ("01", 13, True, "21"),
    "lgtin": ("01", 13, True, "10"),
    "sscc": ("00", 17, True, ""),
    "sgln": ("414", 12, False, "254"),
    "pgln": ("417", 12, False, ""),
    "grai": ("8003", 12, False, "+"),
    "gdti": ("253", 12, False, "+"),
    "sgcn": ("255", 12, False, "+"),
    "gsrn": ("8018", 17, False, ""),
    "gsrnp": ("8017", 17, False, ""),
    "gsin": ("402", 16, False, ""),
    "giai": ("8004", 0, False, ""),
    "ginc": ("401", 0, False, ""),
    "cpi": ("8010", 0, False, "8011"),
    "itip": ("8006", 13, True, "21"),
    "upui": ("01", 13, True, "235"),
}
_FORMS = {"id": "", "class": "", "idpat": "*"}
_PARTS = {"sscc": 2, "pgln": 2, "gsrn": 2, "gsrnp": 2, "gsin": 2, "giai": 2, "ginc": 2, "itip": 5}


def _from_urn(identifier: str, rest: str) -> Identifier:
    form, _, named = rest.partition(":")
    scheme, _, body = named.partition(":")
    if form not in _FORMS or not body:
        raise BadIdentifier(f"{identifier} is no EPC URN: urn:epc:id:…, urn:epc:class:… or urn:epc:idpat:… is")
    rule = _SCHEMES.get(scheme)
    if rule is None:
        return Identifier(identifier, "", "other")  # gid, usdod, adi, bic …: no key of GS1, no Digital Link
    ai, length, moves, qualifier = rule
    parts = body.split(".", _PARTS.get(scheme, 3) - 1)
    if len(parts) != _PARTS.get(scheme, 3):
        raise BadIdentifier(
            f"{identifier} has {len(parts)} parts between its dots, {_PARTS.get(scheme, 3)} are needed"
        )
    if form == "idpat":
        if parts[-1] != "*":
            raise BadIdentifier(f"{identifier} is a pattern, so its last part is *")
        if "*" in parts[:-1]:
            return Identifier(identifier, "", "other")  # all products of a firm: a search, not a thing
    elif (scheme == "lgtin") != (form == "class"):
        raise BadIdentifier(f"{identifier}: {scheme} is written urn:epc:{'class' if scheme == 'lgtin' else 'id'}:…")
    prefix, reference = parts[0], parts[1]
    if not (prefix.isascii() and prefix.isdigit() and 6 <= len(prefix) <= 12):
        raise BadIdentifier(f"{identifier}: the company's prefix has 6 to 12 digits, {prefix!r} does not")
    if length:
        if len(prefix) + len(reference) != length or not (prefix + reference).isdigit() or not reference.isascii():
            raise BadIdentifier(
                f"{identifier}: prefix and reference have {length} digits together, "
                f"these have {len(prefix) + len(reference)} characters"
            )
        digits = reference[0] + prefix + reference[1:] if moves else prefix + reference
        if ai == "8003":
            digits = "0" + digits
        value = digits + str(check_digit(digits))
    else:
        value = prefix + _decoded(identifier, reference)
    if scheme == "itip":
        value += parts[2] + parts[3]
    last = "" if form == "idpat" or not qualifier else _decoded(identifier, parts[-1])
    if qualifier == "+":
        return _built(identifier, _KEYS[ai], value + last, "", "")
    if scheme == "sgln" and last == "0":
        last = ""
    elif qualifier and not last and form != "idpat":
        raise BadIdentifier(f"{identifier} ends in a dot: its last part is missing")
    return _built(
        identifier, _KEYS[ai], value, qualifier if last else "", last, lot=last if qualifier == "10" else ""
    )


def _decoded(identifier: str, text: str) -> str:
    if "%" not in text:
        return text
    if re.search("%(?![0-9A-Fa-f]{2})", text):
        raise BadIdentifier(f"{identifier}: % is followed by two hexadecimal digits")
    return unquote(text)


def _as_urn(key: str, parts: dict[str, str], prefix_digits: int) -> str:
    """The URN of a key; "" where there is none."""
    ai = next(ai for ai, rule in _KEYS.items() if rule.name == key)
    schemes = {qualifier: scheme for scheme, (of, _, _, qualifier) in _SCHEMES.items() if of == ai}
    finest = next((name for name in parts if name != ai), "")
    pattern = ai in ("01", "8006", "8010") and not finest
    scheme = schemes.get(finest) or next(iter(schemes.values()))
    _, length, moves, qualifier = _SCHEMES[scheme]
    value = parts[ai]
    if not length:
        written = [value[:prefix_digits], quote(value[prefix_digits:], safe="'()*!,;:=")]
    else:
        digits = value[1 : 1 + length] if ai == "8003" else value[:length]
        first, digits = (digits[0], digits[1:]) if moves else ("", digits)
        written = [digits[:prefix_digits], first + digits[prefix_digits:]]
    if scheme == "itip":
        written += [value[14:16], value[16:18]]
    if qualifier == "+":
        written.append(quote(value[length + (2 if ai == "8003" else 1) :], safe="'()*!,;:="))
    elif qualifier:
        missing = "0" if scheme == "sgln" else "*" if pattern else ""
        written.append(quote(parts[finest], safe="'()*!,;:=") if finest else missing)
    form = "idpat" if pattern else "class" if scheme == "lgtin" else "id"
    return f"urn:epc:{form}:{'sgtin' if pattern and ai == '01' else scheme}:{'.'.join(written)}"


# ---------------------------------------------------------------- both


def _built(identifier: str, key: _Key, value: str, qualifier: str, fine: str, lot: str = "") -> Identifier:
    """The identifier of a key's value and its finest qualifier, or BadIdentifier with the rule that is broken."""
    head, rest = value[: key.digits], value[key.digits :]
    if key.digits:
        if len(head) != key.digits or not (head.isascii() and head.isdigit()):
            raise BadIdentifier(
                f"{identifier}: {key.name.upper()} opens with {key.digits} digits, {value!r} does not"
            )
        if str(check_digit(head[:-1])) != head[-1]:
            raise BadIdentifier(
                f"{identifier}: check digit {head[-1]} of {key.name.upper()} {head} is wrong, "
                f"{check_digit(head[:-1])} is right"
            )
    if len(value) > key.most or not key.rest.fullmatch(rest):
        raise BadIdentifier(f"{identifier}: {key.name.upper()} {value!r} is too long or has a wrong character")
    tail = ""
    if qualifier:
        alphabet, most = _QUALIFIER_RULES[qualifier]
        if not 0 < len(fine) <= most or not alphabet.fullmatch(fine):
            raise BadIdentifier(f"{identifier}: ({qualifier}) is 1 to {most} characters of GS1, not {fine!r}")
        tail = f"/{qualifier}/{fine if fine.isalnum() else quote(fine, safe=SAFE)}"
    written = value if value.isalnum() else quote(value, safe=SAFE)
    kind = key.kind
    serial = fine if qualifier in ("21", "235", "8011") else ""
    if serial or (key.ai == "8003" and rest):
        kind = "instance"
    elif qualifier == "10":
        kind = "lot"
    gtin = head if key.ai in ("01", "8006") else ""
    return Identifier(f"{DOMAIN}/{key.ai}/{written}{tail}", key.name, kind, gtin, lot, serial)
