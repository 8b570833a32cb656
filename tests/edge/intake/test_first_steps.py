"""What the list of work says in an office that has nothing yet: each step until it is done."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.utils import translation

from banyan.base.registry.models import Organisation, Product, ProductClass, Region
from banyan.edge.intake import panels
from banyan.kit.models import Grant, Person
from banyan.records.plans.models import Plan

pytestmark = pytest.mark.django_db


def person(name, role):
    one = Person.objects.create(username=name, display_name=name)
    Grant.objects.create(person=one, role=role, from_on="2020-01-01")
    return one


def steps_of(one):
    given = {"person": one, "on": date(2026, 1, 5), "limit": 9}
    with translation.override("en"):
        found = [*panels.first_people(**given), *panels.first_records(**given)]
    known = {
        "people": "Enter the people", "classes": "Enter the classes", "firms": "Read in the register",
        "products": "Enter which firm", "plan": "Make the plan",
    }  # fmt: skip
    return {name for name, words in known.items() if any(one.text.startswith(words) for one in found)}


def test_the_first_person_reads_the_steps_on_the_first_page():
    client = Client(headers={"accept-language": "en"})
    client.force_login(person("first", "administrator"))

    assert "Enter the classes of products" in client.get("/office/").content.decode()


def test_the_administrator_is_led_to_people_and_to_classes_of_products():
    first = person("first", "administrator")
    assert steps_of(first) == {"people", "classes"}

    person("second", "planner")
    assert steps_of(first) == {"classes"}

    ProductClass.objects.create(key="lamp", name="lamp")
    assert steps_of(first) == set()


def test_the_planner_is_led_from_firms_to_products_to_the_plan():
    planner = person("planner", "planner")
    place = Region.objects.create(key="gulou", level="county", path="/fujian/fuzhou/gulou", name="gulou")
    assert steps_of(planner) == {"firms", "products", "plan"}

    firm = Organisation.objects.create(key="maker", name="maker", kind="enterprise", county=place)
    assert steps_of(planner) == {"products", "plan"}

    kind = ProductClass.objects.create(key="lamp", name="lamp")
    Product.objects.create(key="lamp-1", name="lamp", maker=firm, product_class=kind)
    assert steps_of(planner) == {"plan"}

    Plan.objects.create(key="p", year=2026, title="p", scheme="product_supervision", level="city", region=place)
    assert steps_of(planner) == set()
