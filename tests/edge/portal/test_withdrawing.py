"""Figures are published and withdrawn in the office, and the public is told that they were withdrawn."""

from __future__ import annotations

from typing import Any

from tests.edge.conftest import KEY, TODAY

from banyan.insight.indicators.models import Publication

LIST = "/office/indicators/publication/"


def test_what_the_office_withdraws_the_public_is_told_and_shown_no_more(judged: Any, browse: Any) -> None:
    planner, public = browse(judged.people.planner), browse()
    asked = {"indicator": KEY, "figures_on": TODAY.isoformat(), "title": "半年数据", "by": ["county"]}

    sent = planner.post(f"{LIST}new/publish/", asked)
    whole, by_county = (Publication.objects.get(indicator=KEY, by=by) for by in ([], ["county"]))
    address = f"/figures/{whole.receipt}/"
    before = public.get(address).content.decode()
    withdrawn = planner.post(f"{LIST}{whole.pk}/do/withdraw_publication/", {"reason": "a county was left out"})
    after = public.get(address)
    said = after.content.decode()

    assert (sent.status_code, withdrawn.status_code) == (302, 302)
    assert by_county.receipt != whole.receipt
    assert "82.0" in before  # 169 of 206
    assert after.status_code == 410
    assert "These figures were withdrawn" in said
    assert "82.0" not in said
    assert "a county was left out" not in said
    assert address not in public.get("/figures/").content.decode()
    assert public.get("/figures/0123456789abcdef0123/").status_code == 404


def test_without_a_reason_nothing_is_withdrawn(judged: Any, browse: Any) -> None:
    planner = browse(judged.people.planner)
    planner.post(f"{LIST}new/publish/", {"indicator": KEY, "figures_on": TODAY.isoformat(), "title": "半年数据"})
    publication = Publication.objects.get(indicator=KEY)

    answer = planner.post(f"{LIST}{publication.pk}/do/withdraw_publication/", {"reason": ""})

    assert answer.status_code == 422
    assert Publication.objects.get(pk=publication.pk).withdrawn_on is None
