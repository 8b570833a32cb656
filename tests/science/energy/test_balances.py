"""Tests of the balance of a main meter with its sub-meters."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.science import energy


def test_a_balance_by_hand():
    found = energy.meter_balance([1000.0], [[600.0], [380.0]], u_main=0.003, u_sub=[0.006, 0.0058], loss=0.01)

    assert found.value[0] == pytest.approx([10.0])
    assert found.u[0] == pytest.approx([np.sqrt((0.99 * 3) ** 2 + 3.6**2 + 2.204**2)])
    assert found.share == pytest.approx([0.01])
    assert found.total_verdict.tolist() == ["balances"]


def test_errors_add_up_over_time_and_do_not_average_out():
    main, subs = np.full(100, 10.0), np.array([np.full(100, 9.9)])

    found = energy.meter_balance(main, subs, u_main=0.01, u_sub=0.01)

    assert found.total_u == pytest.approx(found.u.sum(axis=1))
    assert found.total_verdict[0] == "balances"


def test_many_main_meters_equal_one_after_the_other():
    random = np.random.default_rng(2)
    subs = random.gamma(5, 10, (6, 30))
    under = np.array([0, 1, 1, 0, 2, 2])
    main = np.stack([subs[under == i].sum(axis=0) for i in range(3)]) * [[1.0], [1.2], [0.9]]

    together = energy.meter_balance(main, subs, under=under, u_main=0.01, u_sub=0.01)

    for i in range(3):
        alone = energy.meter_balance(main[i], subs[under == i], u_main=0.01, u_sub=0.01)
        assert together.value[i] == pytest.approx(alone.value[0])
        assert together.u[i] == pytest.approx(alone.u[0])
    assert together.total_verdict.tolist() == ["balances", "unmetered use", "sub-meters exceed the main meter"]
    assert "2 of 3 main meters" in together.warnings[0]


def test_sound_meters_are_accused_about_as_seldom_as_the_level_says():
    random = np.random.default_rng(3)
    true = random.gamma(5, 20, (1000, 2, 12))
    main = true.sum(axis=1) * (1 + random.normal(0, 0.004, (1000, 1)))
    subs = (true * (1 + random.normal(0, 0.006, (1000, 2, 1)))).reshape(2000, 12)

    found = energy.meter_balance(
        main, subs, under=np.repeat(np.arange(1000), 2), u_main=0.004, u_sub=0.006, level=0.95
    )

    assert 0.03 <= (found.total_verdict != "balances").mean() <= 0.07
    assert (found.verdict != "balances").any(axis=1).mean() <= 0.07


@given(st.floats(1, 1e6), st.floats(1, 1e6), st.floats(1e-3, 0.1))
def test_more_unmetered_use_never_lowers_the_score(first, second, u):
    low = energy.meter_balance([first + second], [[first], [second]], u_main=u, u_sub=u)
    high = energy.meter_balance([1.5 * (first + second)], [[first], [second]], u_main=u, u_sub=u)

    assert low.score[0, 0] == pytest.approx(0, abs=1e-6)
    assert high.score[0, 0] > low.score[0, 0]
    assert low.p_value[0, 0] == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    ("main", "subs", "options", "message"),
    [
        ([1, np.nan], [[1, 1]], {}, r"main\[1\] is nan"),
        ([1, 1], [[1, -1]], {}, r"subs\[0, 1\] is -1.0"),
        ([1, 1], [[1, 1, 1]], {}, r"subs has shape \(1, 3\)"),
        ([], [[]], {}, "main has shape"),
        ([[1], [1]], [[1]], {}, "under is needed"),
        ([[1], [1]], [[1]], {"under": [0]}, r"main\[1\] has no sub-meter"),
        ([[1], [1]], [[1]], {"under": [2]}, r"under\[0\] is 2.0: the main meters are 0 to 1"),
        ([1], [[1]], {"u_main": 0, "u_sub": 0}, r"u_main\[0\] is 0.0: no meter has an uncertainty"),
        ([1], [[1]], {"loss": 1}, "loss"),
        ([1], [[1]], {"u_sub": [0.1, 0.1]}, r"u_sub has shape \(2,\)"),
    ],
)
def test_bad_data_is_refused_with_its_place(main, subs, options, message):
    with pytest.raises(ValueError, match=message):
        energy.meter_balance(main, subs, **({"u_main": 0.01, "u_sub": 0.01} | options))
