"""The kinds of pack entries, one small file each; `KINDS` is the whole list."""

from importlib import import_module
from importlib.util import find_spec

from banyan.policy.entries import Entry
from banyan.policy.kinds.alert_rule import AlertRule
from banyan.policy.kinds.assessment import Assessment
from banyan.policy.kinds.award import Award
from banyan.policy.kinds.clause import Clause
from banyan.policy.kinds.credit_rule import CreditRule
from banyan.policy.kinds.deadline import DeadlineEntry
from banyan.policy.kinds.indicator import Indicator
from banyan.policy.kinds.parameter import Parameter
from banyan.policy.kinds.role import Role
from banyan.policy.kinds.table import Table
from banyan.policy.kinds.target import Target

KINDS: dict[str, type[Entry]] = {
    "alert_rule": AlertRule,
    "assessment": Assessment,
    "award": Award,
    "clause": Clause,
    "credit_rule": CreditRule,
    "deadline": DeadlineEntry,
    "indicator": Indicator,
    "parameter": Parameter,
    "role": Role,
    "table": Table,
    "target": Target,
}

if find_spec("banyan.policy.mappings"):
    KINDS["mapping"] = import_module("banyan.policy.mappings").Mapping
