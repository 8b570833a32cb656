"""Bad data for acceptance sampling are refused by argument, place and fault."""

import numpy as np
import pytest

from banyan.science import acceptance as ac

nan = np.nan


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: ac.single_plan([], aql=1.0), "lot_size is empty"),
        (lambda: ac.single_plan([100, nan], aql=1.0), r"lot_size\[1\] is nan"),
        (lambda: ac.single_plan([100, 200, 300], aql=[1.0, 2.5]), r"lot_size \(3,\), aql \(2,\) do not fit"),
        (lambda: ac.double_plan(nan, aql=1.0), "lot_size is nan"),
        (lambda: ac.double_plan([100, 1], aql=1.0), r"lot_size\[1\] is 1"),
        (
            lambda: ac.outgoing_quality(([50, 80], [1, 2]), 0.01, lot_size=60),
            r"n\[1\] is 80: more than the lot of 60",
        ),
        (lambda: ac.oc_curve((50, 1), []), "p is empty"),
        (lambda: ac.outgoing_quality((50, 1), [0.01], lot_size=40), "n is 50: more than the lot of 40"),
        (
            lambda: ac.find_plan(producer=(0.01, 0.95), consumer=(0.1, 0.1), model="hypergeometric"),
            "lot_size is None: the hypergeometric model",
        ),
        (lambda: ac.declared_quality_plan(0.1, limit=nan), "limit is nan"),
        (lambda: ac.declared_quality_plan(0.1, limit=1, population=nan), "population is nan"),
        (lambda: ac.inspect_series([ac.Lot(100, 0), ac.Lot(100, nan)], aql=1.0), r"lots\[1\] has nan"),
        (lambda: ac.inspect_series([ac.Lot(1000, 81)], aql=1.0), r"lots\[0\] has 81 nonconforming in a sample of 80"),
    ],
)
def test_bad_data_are_refused_in_words(call, words):
    with pytest.raises(ValueError, match=words):
        call()
