"""Verbs on products and on certificates and licences."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from banyan.base.registry.actions.places import AlreadyThere, _amend
from banyan.base.registry.models import Certificate, Organisation, Product, ProductClass
from banyan.base.registry.queries.codes import check_gtin
from banyan.kit import Refused, keys, search
from banyan.kit.verbs import verb

EDIT = "registry.edit"


@verb("registry.product.entered", right=EDIT)
def enter_product(
    deed: Any, *, name: str, maker: Organisation, product_class: ProductClass, gtin: str = "", brand: str = "",
    model: str = "", standard: str = "",
) -> Product:  # fmt: skip
    """Enter a product of a maker. Raises WrongCode, AlreadyThere."""
    product = Product(
        key=keys.fresh("g"), name=name.strip(), maker=maker, product_class=product_class, gtin=_free_gtin(gtin),
        brand=brand.strip(), model=model.strip(), standard=standard.strip(),
    )  # fmt: skip
    deed.add(product)
    _index(product)
    return product


@verb("registry.product.amended", right=EDIT)
def amend_product(deed: Any, *, product: Product, **fields: Any) -> Product:
    """Amend name, class, bar code, brand, model or standard of a product. Raises WrongCode, AlreadyThere."""
    if "gtin" in fields:
        fields["gtin"] = _free_gtin(fields["gtin"], but=product.pk)
    _amend(deed, product, fields, {"name", "product_class", "gtin", "brand", "model", "standard"})
    _index(product)
    return product


@verb("registry.product.withdrawn", right=EDIT)
def withdraw_product(deed: Any, *, product: Product) -> Product:
    """Withdraw a product that was entered by mistake."""
    return deed.withdraw(product)


@verb("registry.products.entered", right=EDIT, title=gettext_lazy("Products entered"))
def enter_products(deed: Any, *, records: list[dict[str, Any]]) -> list[Product]:
    """Enter many products (fields of Product, `maker` and `product_class` as records or `…_id` as keys)."""
    rows = [Product(**({"key": keys.fresh("g")} | one)) for one in records]
    for row in rows:
        row.gtin = check_gtin(row.gtin).zfill(14) if row.gtin else ""
    deed.add_many(rows)
    search.index_many(
        noun=Product.noun,
        entries=[
            entry
            for row in rows
            for entry in (search.Entry(row.pk, str(row)), search.Entry(row.pk, row.gtin.lstrip("0"), search.CODE))
            if entry.text
        ],
    )
    return rows


@verb("registry.certificate.entered", right=EDIT)
def enter_certificate(
    deed: Any, *, organisation: Organisation, kind: str, number: str, from_on: date, until_on: date | None = None,
    product_class: ProductClass | None = None, scope: str = "", issued_by: str = "",
) -> Certificate:  # fmt: skip
    """Enter a certificate or licence of an organisation. Raises AlreadyThere, Refused for an impossible term."""
    if Certificate.objects.filter(kind=kind, number=number.strip()).exists():
        raise AlreadyThere(
            _("The certificate %(number)s was to be entered.") % {"number": number},
            _("One of this kind and number is in the registry."),
            _("Look it up and amend it; a number is given once."),
        )
    _demand_term(number, from_on, until_on)
    return deed.add(
        Certificate(
            key=keys.fresh("t"), organisation=organisation, kind=kind, number=number.strip(), from_on=from_on,
            until_on=until_on, product_class=product_class, scope=scope.strip(), issued_by=issued_by.strip(),
            **_as_of_holder(organisation),
        )
    )  # fmt: skip


@verb("registry.certificates.entered", right=EDIT, title=gettext_lazy("Certificates entered"))
def enter_certificates(deed: Any, *, records: list[dict[str, Any]]) -> list[Certificate]:
    """Enter many certificates (fields of Certificate, `organisation` as a record)."""
    return list(
        deed.add_many(
            [Certificate(**({"key": keys.fresh("t")} | _as_of_holder(one["organisation"]) | one)) for one in records]
        )
    )


@verb("registry.certificate.amended", right=EDIT)
def amend_certificate(deed: Any, *, certificate: Certificate, **fields: Any) -> Certificate:
    """Amend the term, the scope or the issuer of a certificate."""
    _demand_term(
        certificate.number,
        fields.get("from_on", certificate.from_on),
        fields.get("until_on", certificate.until_on),
    )
    return _amend(deed, certificate, fields, {"from_on", "until_on", "scope", "issued_by", "product_class"})


@verb("registry.certificate.withdrawn", right=EDIT)
def withdraw_certificate(deed: Any, *, certificate: Certificate) -> Certificate:
    """Withdraw a certificate that was revoked or entered by mistake; the reason says which."""
    return deed.withdraw(certificate)


def _as_of_holder(organisation: Organisation) -> dict[str, Any]:
    """Where and what the holder of a certificate is."""
    return {name: getattr(organisation, name) for name in ("county_id", "park_id", "industry_id", "size")}


def _free_gtin(text: str, but: str = "") -> str:
    """The bar code in its 14 digits, or "" where none is given. Raises WrongCode, AlreadyThere."""
    if not text.strip():
        return ""
    code = check_gtin(text).zfill(14)
    other = Product.objects.filter(gtin=code, withdrawn_on=None).exclude(pk=but).first()
    if other is not None:
        raise AlreadyThere(
            _("The bar code %(code)s was to be entered.") % {"code": code},
            _("It belongs to %(product)s (%(key)s).") % {"product": other, "key": other.pk},
            _("Amend that product, or read the bar code again."),
            "GB 12904",
        )
    return code


def _demand_term(number: str, from_on: date, until_on: date | None) -> None:
    if until_on is not None and until_on < from_on:
        raise Refused(
            _("The certificate %(number)s was to hold until %(day)s.") % {"number": number, "day": until_on},
            _("It begins later, on %(day)s.") % {"day": from_on},
            _("Mend one of the two days."),
        )


def _index(product: Product) -> None:
    search.index(
        noun=Product.noun,
        key=product.pk,
        names=[str(product)],
        codes=[product.gtin.lstrip("0")] if product.gtin else [],
    )
