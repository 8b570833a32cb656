"""Tests of whole days: sums, gaps, doubles, stamps at midnight, time zones, counters, moved days."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.science import energy

DAY = {"first": "2015-03-02", "last": "2015-03-04", "offset": 8}


def stamps(step, days=3):
    """UTC stamps of local days from 2015-03-02 in China."""
    return np.datetime64("2015-03-01T16:00") + np.arange(days * 1440 // step) * np.timedelta64(step, "m")


def test_a_stamp_at_midnight_belongs_to_the_day_that_it_ends_or_starts():
    t = stamps(15)
    usage = np.repeat([1.0, 2.0, 3.0], 96)

    start = energy.day_totals(t, usage, step=15, **DAY)
    end = energy.day_totals(t + np.timedelta64(15, "m"), usage, step=15, stamped="end", **DAY)

    assert start.value.tolist() == end.value.tolist() == [[96.0, 192.0, 288.0]]
    assert start.completeness.tolist() == [1.0]
    wrong = energy.day_totals(t + np.timedelta64(15, "m"), usage, step=15, **DAY)
    assert wrong.reason[0, 0] == "1 of 96 intervals are missing"


def test_days_of_utc_are_not_days_of_the_city():
    t = stamps(60)

    wrong = energy.day_totals(t, np.ones(72), step=60, first="2015-03-02", last="2015-03-04", offset=0)

    assert wrong.value[0, :2].tolist() == [24.0, 24.0]
    assert np.isnan(wrong.value[0, 2])
    assert wrong.reason[0, 2] == "8 of 24 intervals are missing"
    assert "8 readings lie outside" in wrong.warnings[0]


def test_what_is_missing_or_doubled_has_no_value_but_a_reason():
    t, usage = stamps(60), np.ones(72)
    usage[30] = np.nan
    t, usage = np.append(t, t[50]), np.append(usage, 1.0)

    found = energy.day_totals(t, usage, step=60, **DAY)
    scaled = energy.day_totals(t, usage, step=60, minimum_share=0.9, **DAY)

    assert np.isnan(found.value).tolist() == [[False, True, True]]
    assert found.reason[0].tolist() == [
        "", "1 of 24 intervals are missing", "1 readings stand in an interval already read",
    ]  # fmt: skip
    assert found.longest_gap.tolist() == [2]
    assert scaled.value[0, 1] == pytest.approx(24)
    assert scaled.scaled.tolist() == [[False, True, False]]
    assert found.doubled.tolist() == [[0, 0, 1]]


def test_many_meters_equal_a_slow_loop():
    random = np.random.default_rng(8)
    t, meter, usage = [], [], []
    for name in ("m1", "m2", "m3"):
        held = random.random(288) > 0.01
        t.append(stamps(15)[held])
        meter += [name] * held.sum()
        usage.append(random.gamma(2, 1, held.sum()))
    t, usage = np.concatenate(t), np.concatenate(usage)
    order = random.permutation(len(t))

    found = energy.day_totals(t[order], usage[order], meter=np.array(meter)[order], step=15, **DAY)

    for i, name in enumerate(found.meter):
        for j, day in enumerate(found.days):
            local = t + np.timedelta64(8, "h")
            here = (np.array(meter) == name) & (local.astype("datetime64[D]") == day)
            assert found.held[i, j] == here.sum()
            if here.sum() == 96:
                assert found.value[i, j] == pytest.approx(usage[here].sum())
            else:
                assert np.isnan(found.value[i, j])
                assert found.reason[i, j]


@given(st.lists(st.floats(0, 1e3), min_size=72, max_size=72))
def test_what_was_used_is_neither_lost_nor_made(usage):
    found = energy.day_totals(stamps(60), usage, step=60, **DAY)

    assert found.value.sum() == pytest.approx(sum(usage))
    assert (found.reason == "").all()


def test_counters_are_read_at_midnight_and_may_start_again():
    t = ["2015-03-01T15:58", "2015-03-01T16:02", "2015-03-01T20:00", "2015-03-02T16:00", "2015-03-03T16:01",
         "2015-03-04T16:00"]  # fmt: skip
    shown = [89.0, 90.0, 91.0, 95.0, 5.0, 3.0]

    bare = energy.register_days(t, shown, **DAY)
    rolled = energy.register_days(t, shown, capacity=100, **DAY)

    assert bare.value[0, 0] == pytest.approx(5)  # the later of two readings equally near
    assert bare.reason[0, 1:].tolist() == ["the counter fell: it was exchanged, set back or misread"] * 2
    assert rolled.value[0].tolist() == [5.0, 10.0, 98.0]


def test_counter_and_intervals_of_the_same_meter_agree():
    random = np.random.default_rng(1)
    usage = random.gamma(2, 1, 72)
    t = np.append(stamps(60), stamps(60)[-1] + np.timedelta64(1, "h"))
    shown = np.append(0, np.cumsum(usage))

    assert energy.register_days(t, shown, **DAY).value == pytest.approx(
        energy.day_totals(t[:-1], usage, step=60, **DAY).value
    )


def test_days_moved_by_one_are_found_and_sound_ones_left_alone():
    random = np.random.default_rng(6)
    t = 15 + 10 * np.sin(np.arange(367) / 58.1) + random.normal(0, 3, 367)
    usage = 40 + 3 * np.maximum(16 - t, 0) + random.normal(0, 1, (3, 367))

    found = energy.day_shift([usage[0, 1:-1], usage[1, :-2], usage[2, 2:]], t[1:-1], unit="degC")

    assert found.value.tolist() == [0, 1, -1]
    assert found.suspected.tolist() == [False, True, True]
    assert "2 of 3 meters" in found.warnings[0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"step": 7}, "step is 7: whole minutes that divide 1440"),
        ({"offset": 20}, "offset is 20"),
        ({"first": "2015-03-05"}, "first is 2015-03-05 and last 2015-03-04"),
        ({"first": "soon"}, "first or last is no date"),
        ({"stamped": "middle"}, "stamped is 'middle'"),
        ({"minimum_share": 2}, "minimum_share is 2.0"),
        ({"usage": [1, -1]}, r"usage\[1\] is -1.0"),
        ({"usage": [1]}, r"usage has shape \(1,\)"),
        ({"times": ["2015-03-02", "NaT"]}, r"times\[1\] is NaT"),
        ({"times": []}, "times has shape"),
        ({"meter": ["a", None]}, r"meter\[1\] is None"),
    ],
)
def test_bad_readings_are_refused_with_their_place(options, message):
    asked = {"times": ["2015-03-02", "2015-03-03"], "usage": [1, 1], "step": 15} | DAY | options
    with pytest.raises(ValueError, match=message):
        energy.day_totals(asked.pop("times"), asked.pop("usage"), **asked)


def test_bad_counters_and_shifts_are_refused():
    with pytest.raises(ValueError, match=r"register\[0\] is -1.0"):
        energy.register_days(["2015-03-02"], [-1], **DAY)
    with pytest.raises(ValueError, match=r"register\[0\] is 100.0: not below the capacity 100"):
        energy.register_days(["2015-03-02"], [100], capacity=100, **DAY)
    with pytest.raises(ValueError, match="tolerance is 800"):
        energy.register_days(["2015-03-02"], [1], tolerance=800, **DAY)
    with pytest.raises(ValueError, match="0 among them"):
        energy.day_shift(np.ones(50), np.ones(50), unit="degC", shifts=(1, 2))
    with pytest.raises(ValueError, match="too few for shifts of up to 9 days"):
        energy.day_shift(np.ones(20), np.ones(20), unit="degC", shifts=(0, 9))
