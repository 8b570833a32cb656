"""The kinds of pack entries, one small file each; `KINDS` is the whole list."""

from importlib.util import find_spec

from banyan.policy.entries import Entry
from banyan.policy.kinds.clause import Clause
from banyan.policy.kinds.deadline import DeadlineEntry
from banyan.policy.kinds.indicator import Indicator
from banyan.policy.kinds.parameter import Parameter
from banyan.policy.kinds.role import Role
from banyan.policy.kinds.table import Table
from banyan.policy.kinds.target import Target

KINDS: dict[str, type[Entry]] = {
    "clause": Clause,
    "deadline": DeadlineEntry,
    "indicator": Indicator,
    "parameter": Parameter,
    "role": Role,
    "table": Table,
    "target": Target,
}

if find_spec("banyan.policy.mappings"):
    from banyan.policy.mappings import Mapping

    KINDS["mapping"] = Mapping
