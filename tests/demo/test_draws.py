"""The demonstration's draws are committed to days before they are drawn, and an outsider can replay them."""

from datetime import date

import pytest
from typer.testing import CliRunner

from banyan.config.commands.check import check
from banyan.demo import draws, people, places, plans, register, testing, truths
from banyan.demo.city import City, at_work
from banyan.kit import keys
from banyan.policy.calendar import working_days_between
from banyan.records.plans.queries import Draw, Plan

pytestmark = pytest.mark.django_db
DAY = date(2024, 1, 2)


@pytest.fixture
def city(settings, tmp_path):
    settings.BANYAN_DATA_DIR = tmp_path
    found = City(seed=5, scale=0.02, effect=4.0)
    with keys.following_from("draws"):
        for room in (places, register):
            room.build(found)
        places.settle(found)
        people.build(found)
        testing.build(found)
        yield found


def committed(city):
    """The year's plans published on the first of the days before, and each draw committed to on its day."""
    days = draws.days_before(DAY)
    with at_work(days[0]):
        orders = plans.draft_year(city, year=DAY.year, on=days[0])
        drawing = draws.Draws(city, orders, year=DAY.year, days=days)
    for day in days:
        with at_work(day):
            drawing.live(day)
    return drawing, orders


def test_a_draw_is_committed_to_working_days_before_its_frame_is_frozen_and_holds_when_replayed(city):
    drawing, _orders = committed(city)
    before = {draw.pk: (draw.state, draw.frame_digest, draw.seed) for draw in Draw.objects.all()}
    with at_work(DAY):
        checks = drawing.draw(truths.plant(city), on=DAY)

    drawn = list(Draw.objects.order_by("key"))
    assert len(drawn) >= 2
    assert set(before.values()) == {("committed", "", "")}, "nothing but the commitment was public"
    assert {draw.state for draw in drawn} == {"drawn"}
    assert set(checks) == {draw.line_id for draw in drawn}
    published = Plan.objects.get(level="city", scheme="product_supervision").published_on
    for draw in drawn:
        assert published <= draw.committed_at.date()
        assert working_days_between(draw.committed_at.date(), draw.frozen_at.date()) >= 2
        assert draw.committed_at < draw.frozen_at < draw.drawn_at
        assert CliRunner().invoke(check, ["draw", draw.pk]).exit_code == 0


def test_days_differ_by_chance_and_are_the_same_for_the_same_seed(city):
    drawing, orders = committed(city)
    days = draws.days_before(DAY)
    again = draws.Draws(city, orders, year=DAY.year, days=days)
    others = draws.Draws(City(seed=6, scale=1.0, effect=4.0), orders, year=DAY.year, days=days)

    on = {draw.line_id: draw.committed_at.date() for draw in Draw.objects.all()}
    assert {line[0].line.pk: day for day, lines in again._ready.items() for line in lines} == on
    assert len({day for day, lines in others._ready.items() if lines}) > 1
    assert not drawing._ready


def test_where_every_maker_has_closed_since_the_commitment_the_draw_is_cancelled_and_stays_public(city):
    drawing, orders = committed(city)
    gone = Draw.objects.order_by("line__risk_rank").first()
    for order in orders:
        if order.line.pk == gone.line_id:
            for good in order.kind.goods:
                good.maker.closed = True
    with at_work(DAY):
        checks = drawing.draw(truths.plant(city), on=DAY)

    gone.refresh_from_db()
    assert (gone.state, gone.seed) == ("cancelled", "")
    assert gone.line_id not in checks
