"""One thing has one form, whichever way it is written, and a form that breaks GS1's rules is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan import epcis

SAME = [
    ("urn:epc:id:sgtin:4012345.011111.9876", "https://id.gs1.org/01/04012345111118/21/9876"),
    ("https://shop.example.com/gtin/4012345111118/ser/9876?from=qr", "https://id.gs1.org/01/04012345111118/21/9876"),
    ("https://id.gs1.org/01/04012345111118/10/L7/21/9876", "https://id.gs1.org/01/04012345111118/21/9876"),
    ("urn:epc:class:lgtin:4012345.011111.L7", "https://id.gs1.org/01/04012345111118/10/L7"),
    ("urn:epc:idpat:sgtin:4012345.011111.*", "https://id.gs1.org/01/04012345111118"),
    ("urn:epc:id:sscc:4012345.3111111111", "https://id.gs1.org/00/340123451111111111"),
    ("urn:epc:id:sgln:4012345.00005.0", "https://id.gs1.org/414/4012345000054"),
    ("urn:epc:id:sgln:4012345.00005.122", "https://id.gs1.org/414/4012345000054/254/122"),
    ("urn:epc:id:pgln:999999999999.", "https://id.gs1.org/417/9999999999994"),
    ("urn:epc:id:grai:4012345.00022.334455", "https://id.gs1.org/8003/04012345000221334455"),
    ("urn:epc:id:giai:4012345.ABC345", "https://id.gs1.org/8004/4012345ABC345"),
    ("urn:epc:id:gdti:4012345.00009.PO-4711", "https://id.gs1.org/253/4012345000092PO-4711"),
    ("urn:epc:id:gsrn:4012345.0000006765", "https://id.gs1.org/8018/401234500000067657"),
    ("urn:epc:id:gsrnp:4012345.0000000007", "https://id.gs1.org/8017/401234500000000074"),
    ("urn:epc:id:ginc:0614141.xyz47%2F11", "https://id.gs1.org/401/0614141xyz47%2F11"),
    ("urn:epc:id:gsin:4012345.222333444", "https://id.gs1.org/402/40123452223334442"),
    ("urn:epc:id:cpi:4012345.ABC.123", "https://id.gs1.org/8010/4012345ABC/8011/123"),
    ("urn:epc:id:itip:4012345.011111.01.02.987", "https://id.gs1.org/8006/040123451111180102/21/987"),
    ("urn:epc:id:gid:95100000.12345.400", "urn:epc:id:gid:95100000.12345.400"),
    ("https://shop.example.com/2024/01/12345678", "https://shop.example.com/2024/01/12345678"),
    ("urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8", "urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8"),
]


@pytest.mark.parametrize(("written", "form"), SAME)
def test_urn_and_digital_link_name_one_thing(written, form):
    assert epcis.canonical(written) == form
    assert epcis.canonical(form) == form


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("https://id.gs1.org/01/04012345111119/21/1", "check digit 9 of GTIN 04012345111119 is wrong, 8 is right"),
        ("https://firm.example.cn/01/06901234123451", "check digit"),
        ("https://id.gs1.org/00/340123451111111112", "check digit 2 of SSCC"),
        ("https://id.gs1.org/414/4012345000055", "check digit 5 of GLN"),
        ("https://id.gs1.org/01/401234511111", "check digit"),
        ("https://id.gs1.org/01/0401234511111X", "GTIN opens with 14 digits"),
        ("urn:epc:id:sgtin:4012345.01111.9876", "13 digits together"),
        ("urn:epc:id:sgtin:4012345.0111111.9876", "13 digits together"),
        ("urn:epc:id:sgtin:40123.01111111.9876", "6 to 12 digits"),
        ("urn:epc:id:sgtin:4012345.011111", "2 parts"),
        ("urn:epc:id:sgtin:4012345.011111.", "its last part is missing"),
        ("urn:epc:id:sgtin:4012345.011111.9%8", "two hexadecimal digits"),
        ("urn:epc:id:sgtin:4012345.011111.123456789012345678901", "1 to 20 characters"),
        ("urn:epc:id:sgtin:4012345.011111.%E7%BD%90", "1 to 20 characters"),
        ("urn:epc:id:lgtin:4012345.011111.L7", "urn:epc:class"),
        ("urn:epc:class:sgtin:4012345.011111.7", "urn:epc:id"),
        ("urn:epc:idpat:sgtin:4012345.011111.7", "last part is *"),
        ("urn:epc:tag:sgtin-96:1.4012345.011111.7", "no EPC URN"),
    ],
)
def test_what_breaks_the_rules_of_gs1_is_refused_with_the_rule(written, why):
    with pytest.raises(epcis.BadIdentifier, match=why.replace("*", r"\*")):
        epcis.canonical(written)


@given(
    prefix=st.integers(6, 12),
    digits=st.text("0123456789", min_size=13, max_size=13),
    serial=st.text("!%&'()*+,-./:;<=>?_\"09AZaz", min_size=1, max_size=20),
)
def test_a_urn_goes_to_a_link_and_back(prefix, digits, serial):
    gtin = digits + str(epcis.check_digit(digits))
    link = epcis.identify(f"https://id.gs1.org/01/{gtin}/21/{quoted(serial)}").canonical

    assert epcis.canonical(epcis.urn(link, prefix)) == link
    assert epcis.identify(link).serial == serial


def quoted(text: str) -> str:
    return "".join(f"%{ord(sign):02X}" for sign in text)


def test_an_identifier_taken_apart_says_what_kind_of_thing_it_names():
    lot = epcis.identify("urn:epc:class:lgtin:4012345.011111.L7")
    unit = epcis.identify("urn:epc:id:sscc:4012345.3111111111")

    assert (lot.kind, lot.gtin, lot.lot) == ("lot", "04012345111118", "L7")
    assert (unit.kind, unit.key) == ("logistic unit", "sscc")
    assert epcis.identify("https://id.gs1.org/01/04012345111118").kind == "class"
    assert epcis.identify("https://id.gs1.org/01/04012345111118/21/7").kind == "instance"


def test_a_link_is_written_for_a_domain_and_refused_for_what_gs1_does_not_own():
    assert epcis.link("urn:epc:class:lgtin:4012345.011111.L7", "https://q.example.cn/") == (
        "https://q.example.cn/01/04012345111118/10/L7"
    )
    with pytest.raises(epcis.BadIdentifier, match="no Digital Link"):
        epcis.link("urn:uuid:374d95fc-9457-4a51-bd6a-0bba133845a8")
