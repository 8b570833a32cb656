"""Legal limits and test results as printed, read and judged again; where nothing follows, the reason why.

Does the printed result agree with the printed verdict?

Examples
--------
A limit in grams, a result in milligrams. The laboratory said that it conforms:

>>> from banyan.science import limits
>>> judged = limits.judge(limit="≤0.5 g/kg", result="600 mg/kg")
>>> judged.outcome, limits.compare(passed=True, outcome=judged.outcome)
('does_not_conform', 'differs')

What does not follow is said in words, and never guessed:

>>> limits.judge(limit="", result="0.2").words
'The row states no limit.'
>>> limits.judge(limit="不得检出", result="＜0.05").words
'The result is known only as below or above a bound that does not decide the limit.'

Whole columns at once, plans for germs among them (at most two of five values above 100, none above 1,000):

>>> rows = limits.judge_rows(
...     limits=["≤0.5", "不得检出", "n=5,c=2,m=10²,M=10³"], results=["0.7", "未检出", "90;80;120;95;70 CFU/g"]
... )
>>> rows.outcome.tolist()
['does_not_conform', 'conforms', 'conforms']
"""

from banyan.science.limits.judging import (
    AGREES,
    CANNOT,
    CONFORMS,
    DIFFERS,
    FAILS,
    REASONS,
    Judgement,
    Judgements,
    compare,
    judge,
    judge_row,
    judge_rows,
)
from banyan.science.limits.quantities import is_unit
from banyan.science.limits.rows import Item, split_items

__all__ = [
    "AGREES",
    "CANNOT",
    "CONFORMS",
    "DIFFERS",
    "FAILS",
    "REASONS",
    "Item",
    "Judgement",
    "Judgements",
    "compare",
    "is_unit",
    "judge",
    "judge_row",
    "judge_rows",
    "split_items",
]
