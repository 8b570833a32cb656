"""A page that is asked with a parameter it does not know says so, and which it knows."""

import pytest
from django.core.paginator import InvalidPage
from django.test import Client

from banyan.base.registry.models import Region
from banyan.kit.pages import Parts

pytestmark = pytest.mark.django_db
PUBLIC = ("/", "/clauses/", "/clauses/1.2/", "/figures/", "/search/")
OFFICE = (
    "/office/cockpit/", "/office/clauses/", "/office/clauses/1.2/", "/office/indicators/", "/office/reports/",
    "/office/indicators/provincial_pass_rate/", "/office/rejudged/", "/office/intake/", "/office/",
)  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC + OFFICE)
def test_an_unknown_parameter_is_named(people, city, address):
    browser = Client(headers={"accept-language": "en"})
    if address in OFFICE:
        browser.force_login(people.planner)

    answer = browser.get(address, {"colour": "red"})

    assert answer.status_code == 400
    assert "colour" in answer.content.decode()
    assert browser.get(address).status_code == 200


@pytest.mark.parametrize("page", ["x", "0", "99", "-1", "1.5"])
@pytest.mark.parametrize(
    "address",
    ["/figures/", "/recalls/", "/log/", "/office/intake/", "/office/rejudged/",
     "/office/indicators/provincial_pass_rate/records/"],
)  # fmt: skip
def test_a_page_of_a_list_that_is_not_there_is_refused(people, city, address, page):
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(people.planner)

    answer = browser.get(address, {"page": page})

    assert answer.status_code == 400
    assert "There is no such page" in answer.content.decode()
    assert browser.get(address, {"page": "1"}).status_code == 200


@pytest.mark.parametrize(
    ("language", "said"), [("en", "This was our mistake, not yours."), ("zh-hans", "这是我们的错误")]
)
def test_a_fault_is_told_as_ours_under_the_number_of_the_log(people, monkeypatch, caplog, language, said):
    from banyan.edge.cockpit import queries

    def fail(**_named):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(queries, "tiles", fail)
    browser = Client(headers={"accept-language": language}, raise_request_exception=False)
    browser.force_login(people.planner)

    answer = browser.get("/office/cockpit/")
    page = answer.content.decode()
    (number,) = (record.args[0] for record in caplog.records if str(record.msg).startswith("fault"))

    assert answer.status_code == 500
    assert said in page
    assert number in page
    assert "secret" not in page
    assert "Traceback" not in page
    assert "secret detail" in caplog.text


def test_where_even_the_page_of_a_fault_fails_a_fixed_one_is_shown(people, monkeypatch):
    from banyan.edge.cockpit import queries
    from banyan.kit.office import faults

    def fail(*_given, **_named):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(queries, "tiles", fail)
    monkeypatch.setattr(faults, "_back", fail)
    browser = Client(raise_request_exception=False)
    browser.force_login(people.planner)

    answer = browser.get("/office/cockpit/")

    assert answer.status_code == 500
    assert "这是我们的错误" in answer.content.decode()
    assert "secret" not in answer.content.decode()


def test_a_list_is_paged_without_being_counted(city, django_assert_num_queries):
    regions = Region.objects.order_by("key")
    keys = list(regions.values_list("key", flat=True))
    pages = Parts(regions, 2)

    with django_assert_num_queries(1):
        first = pages.page("1")
        assert (first.has_previous(), first.has_next(), first.next_page_number()) == (False, True, 2)
    seen, number = [], 1
    while True:
        page = pages.page(number)
        seen += [one.key for one in page]
        if not page.has_next():
            break
        number = page.next_page_number()

    assert seen == keys
    assert page.previous_page_number() == number - 1
    with pytest.raises(InvalidPage):
        pages.page(number + 1)


@pytest.mark.parametrize("rows", [[], [1], [1, 2], [1, 2, 3]])
def test_a_last_page_that_is_full_is_the_last(rows):
    assert Parts(rows, 2).page(1).has_next() == (len(rows) > 2)
    assert list(Parts(rows, 2).page(1)) == rows[:2]


@pytest.mark.parametrize("number", ["", "x", "0", "-1", "1.5", "9" * 30])
def test_what_is_no_page_is_none(number):
    with pytest.raises(InvalidPage):
        Parts([1, 2, 3], 2).page(number)
