"""Many calibrations or results at once give what they give one by one."""

from decimal import Decimal

import numpy as np
import pytest

from banyan.science import uncertainty


@pytest.mark.parametrize("weighted", [False, True])
def test_many_lines_are_the_lines_one_by_one(weighted):
    random = np.random.default_rng(33)
    x = np.linspace(0, 10, 8)
    y = 2 + 0.5 * x + random.normal(0, 0.1, (5, 8))
    u = random.uniform(0.05, 0.2, (5, 8)) if weighted else None

    together = uncertainty.fit_line(x, y, u=u, origin=5.0)
    read, predicted = together.read_back(4.0, u_y=0.1), together.predict([1.0, 2.0, 3.0, 4.0, 5.0])

    for i in range(5):
        alone = uncertainty.fit_line(x, y[i], u=None if u is None else u[i], origin=5.0)
        for name in ("a", "b", "u_a", "u_b", "r", "residual"):
            assert getattr(together, name)[i] == pytest.approx(getattr(alone, name))
        one, back = alone.predict(i + 1.0), alone.read_back(4.0, u_y=0.1)
        assert (predicted.value[i], predicted.expanded[i]) == pytest.approx((one.value, one.expanded))
        assert (read.value[i], read.u[i]) == pytest.approx((back.value, back.u))


def test_the_interval_of_a_line_covers_its_true_value_as_often_as_it_says():
    random = np.random.default_rng(34)
    x = np.linspace(0, 1, 6)

    predicted = uncertainty.fit_line(x, 1 + 2 * x + random.normal(0, 0.3, (4_000, 6))).predict(0.7)

    assert np.mean(np.abs(predicted.value - 2.4) <= predicted.expanded) == pytest.approx(0.95, abs=0.012)


def test_a_calibration_at_one_point_only_is_named_among_others():
    with pytest.raises(ValueError, match=r"range of x\[1\] is 0.0: all points lie at one x"):
        uncertainty.fit_line([[1, 2, 3], [4, 4, 4]], [1, 2, 3])
    with pytest.raises(ValueError, match="y has shape"):
        uncertainty.fit_line([1, 2, 3], [1, 2])


def test_many_results_are_rounded_as_each():
    values, spreads = uncertainty.rounded([50.000838, 12.3], [0.0000925, 0.41])

    assert values.tolist() == [Decimal("50.000838"), Decimal("12.30")]
    assert spreads.tolist() == [Decimal("0.000092"), Decimal("0.41")]
    assert uncertainty.numerical_tolerance([0.0754, 0.0, 12.0]).tolist() == [0.0005, 0.0, 0.5]
