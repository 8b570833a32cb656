"""Tests of conversion: the standard's own figures, units, dated factors, what is missing is named."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.science import energy
from banyan.science.energy import Factor

TABLE = [
    Factor("raw_coal", 0.7143, "kgce/kg", start="2008-06-01", source="GB/T 2589-2008"),
    Factor("diesel", 1.4571, "kgce/kg", start="2008-06-01", source="GB/T 2589-2008"),
    Factor("fresh_water", 0.0857, "kgce/t", start="2008-06-01", end="2021-03-31", source="GB/T 2589-2008"),
    Factor("fresh_water", 0.2571, "kgce/t", start="2021-04-01", source="GB/T 2589-2020"),
    Factor("heat", 0.03412, "kgce/MJ", start="2008-06-01", source="GB/T 2589-2008"),
    Factor("electricity", 0.1229, "kgce/kWh", start="2008-06-01", source="GB/T 2589-2008"),
    Factor("coke_oven_gas", None, "kgce/m3", start="2008-06-01", low=0.5714, high=0.6143, source="GB/T 2589-2008"),
]


def test_a_plant_by_the_standards_factors():
    found = energy.coal_equivalent(
        [1200, 30, 450, 8.5, 20_000],
        energy=["raw_coal", "diesel", "electricity", "heat", "fresh_water"],
        unit=["t", "t", "10^4 kWh", "TJ", "t"],
        on="2014-06-30",
        factors=TABLE,
    )

    assert found.value == pytest.approx([857_160, 43_713, 553_050, 290_020, 1_714])
    assert found.total == pytest.approx(1_745_657)
    assert found.unit == "kgce"
    assert found.factor == pytest.approx([0.7143, 1.4571, 0.1229, 0.03412, 0.0857])
    assert found.per == ("kg", "kg", "kWh", "MJ", "t")


def test_the_day_decides_the_factor():
    days = ["2021-03-31", "2021-04-01"]

    found = energy.coal_equivalent([1, 1], energy="fresh_water", unit="t", on=days, factors=TABLE)

    assert found.value == pytest.approx([0.0857, 0.2571])
    assert found.source == ("GB/T 2589-2008", "GB/T 2589-2020")


def test_a_range_has_no_default_and_what_was_measured_goes_first():
    asked = {"energy": "coke_oven_gas", "unit": "m3", "on": "2014-01-01", "factors": TABLE}

    with pytest.raises(ValueError, match=r"energy\[0\] is coke_oven_gas: the table prints a range only"):
        energy.coal_equivalent([10, 10], **asked)
    found = energy.coal_equivalent([10, 10], measured=[np.nan, 0.6], ranges="lower", **asked)

    assert found.value == pytest.approx([5.714, 6])
    assert found.flagged.tolist() == [True, False]
    assert found.source == ("GB/T 2589-2008", "measured")
    assert "1 of 2 rows" in found.warnings[0]


@given(
    st.lists(st.floats(0, 1e6), min_size=1, max_size=8),
    st.sampled_from([("raw_coal", "kg", "t", 1e3), ("electricity", "kWh", "MWh", 1e3), ("heat", "MJ", "GJ", 1e3)]),
)
def test_the_unit_in_which_an_amount_is_written_changes_nothing(amounts, units):
    carrier, small, large, times = units
    asked = {"energy": carrier, "on": "2014-01-01", "factors": TABLE}

    one = energy.coal_equivalent(np.array(amounts) * times, unit=small, **asked)
    other = energy.coal_equivalent(amounts, unit=large, **asked)

    assert one.value == pytest.approx(other.value)
    assert one.total == pytest.approx(sum(one.value))


def test_many_rows_equal_a_slow_loop():
    random = np.random.default_rng(4)
    names = random.choice(["raw_coal", "diesel", "electricity", "fresh_water"], 400)
    unit = np.select([names == "electricity", names == "fresh_water"], ["MWh", "t"], "t")
    days = np.datetime64("2015-01-01") + random.integers(0, 3000, 400)
    amounts = random.gamma(2, 50, 400)

    found = energy.coal_equivalent(amounts, energy=names, unit=unit, on=days, factors=TABLE)

    per_row = {"raw_coal": 714.3, "diesel": 1457.1, "electricity": 122.9}
    for i, name in enumerate(names):
        slow = per_row.get(name) or (0.0857 if days[i] < np.datetime64("2021-04-01") else 0.2571)
        assert found.value[i] == pytest.approx(amounts[i] * slow)


def test_factors_of_electricity_at_its_own_heat_and_at_the_coal_burnt_are_two():
    table = [*TABLE, Factor("electricity_equivalent", 0.404, "kgce/kWh", start="2005-01-01", source="of that year")]

    found = energy.coal_equivalent(
        [1, 1], energy=["electricity", "electricity_equivalent"], unit="MWh", on="2010-01-01", factors=table
    )

    assert found.value == pytest.approx([122.9, 404])


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"energy": "peat"}, "energy is peat: factors holds no line for it; it holds coke_oven_gas, diesel"),
        ({"on": "2007-12-31"}, "on is 2007-12-31: factors holds raw_coal for 2008-06-01 to 9999-12-31 only"),
        ({"unit": "m3"}, r"unit is m3 \(volume\): the factor of raw_coal is per kg \(mass\)"),
        ({"unit": "stone"}, "unit is 'stone': the units known are"),
        ({"quantity": [1, -2]}, r"quantity\[1\] is -2.0: a count cannot be negative"),
        ({"quantity": [1, np.nan]}, r"quantity\[1\] is nan"),
        ({"quantity": []}, "quantity has shape"),
        ({"energy": ["raw_coal"] * 3}, r"energy has shape \(3,\)"),
        ({"energy": [None]}, r"energy\[0\] is None: a name is needed"),
        ({"on": "yesterday"}, "on holds something that is not a date"),
        ({"measured": 0}, r"measured\[0\] is 0.0: a factor lies above zero"),
        ({"factors": []}, "factors is empty"),
        ({"factors": [Factor("raw_coal", 2.8, "kgCO2/kg", start="2008-01-01")]}, "a factor for coal equivalent"),
        (
            {"factors": [Factor("raw_coal", 0.0, "kgce/kg", start="2008-01-01")]},
            r"factors\[0\] \(raw_coal\) is \[0.0\]",
        ),
        ({"factors": [Factor("raw_coal", None, "kgce/kg", start="2008-01-01")]}, "neither a value nor a range"),
        ({"factors": [Factor("raw_coal", 1.0, "kgce per kg", start="2008-01-01")]}, "a factor reads like kgce/kg"),
        ({"factors": [*TABLE, TABLE[0]]}, "overlaps another line for raw_coal"),
        ({"factors": [Factor("a", 1.0, "kgce/kg", start="2009-01-01", end="2008-01-01")]}, "before it starts"),
        ({"ranges": "upper"}, "ranges is 'upper'"),
    ],
)
def test_bad_data_is_refused_with_its_place(asked, message):
    given = {"quantity": 1, "energy": "raw_coal", "unit": "t", "on": "2014-01-01", "factors": TABLE} | asked
    with pytest.raises(ValueError, match=message):
        energy.coal_equivalent(given.pop("quantity"), **given)


def test_stocks_and_sales_balance():
    assert energy.quantity_used(100, sold=10, opening_stock=5, closing_stock=20) == pytest.approx(75)
    with pytest.raises(ValueError, match=r"quantity used\[1\] is -1.0: less than nothing was used"):
        energy.quantity_used([5, 1], sold=[0, 2])
    with pytest.raises(ValueError, match=r"bought \(2,\), sold \(3,\)"):
        energy.quantity_used([1, 1], sold=[0, 0, 0])


@pytest.mark.shared
def test_the_whole_printed_table_converts_and_published_mistakes_differ(shared_file):
    import yaml

    facts = yaml.safe_load(shared_file("facts/tables/energy_factors.yaml").read_text(encoding="utf-8"))
    table, single = [], {}
    for row in facts["fuels"]:
        printed = row.get("gb2008")
        if isinstance(printed, list):
            table.append(
                Factor(row["id"], None, f"kgce/{row['per']}", start="2008-06-01", low=printed[0], high=printed[1])
            )
        elif printed:
            table.append(Factor(row["id"], printed, f"kgce/{row['per']}", start="2008-06-01"))
            single[row["id"]] = (printed, row["per"])

    found = energy.coal_equivalent(
        np.ones(len(single)), energy=list(single), unit=[per for _, per in single.values()], on="2012-01-01",
        factors=table,
    )  # fmt: skip

    assert found.value == pytest.approx([value for value, _ in single.values()])
    held = dict(zip(single, found.value, strict=True))
    assert held["lpg"] == pytest.approx(1.7143)
    assert held["kerosene"] == pytest.approx(1.4714)
    assert held["oilfield_gas"] == pytest.approx(1.33)
