"""The kinds of pack entries, one small file each; `KINDS` is the whole list."""

from banyan.policy.entries import Entry
from banyan.policy.kinds.alert_rule import AlertRule
from banyan.policy.kinds.approval import Approval
from banyan.policy.kinds.assessment import Assessment
from banyan.policy.kinds.award import Award
from banyan.policy.kinds.check import Check
from banyan.policy.kinds.clause import Clause
from banyan.policy.kinds.credit_rule import CreditRule
from banyan.policy.kinds.credit_scale import CreditScale
from banyan.policy.kinds.deadline import DeadlineEntry
from banyan.policy.kinds.indicator import Indicator
from banyan.policy.kinds.parameter import Parameter
from banyan.policy.kinds.role import Role
from banyan.policy.kinds.table import Table
from banyan.policy.kinds.target import Target
from banyan.policy.mappings.model import Mapping

KINDS: dict[str, type[Entry]] = {
    "alert_rule": AlertRule,
    "approval": Approval,
    "assessment": Assessment,
    "award": Award,
    "check": Check,
    "clause": Clause,
    "credit_rule": CreditRule,
    "credit_scale": CreditScale,
    "deadline": DeadlineEntry,
    "indicator": Indicator,
    "mapping": Mapping,
    "parameter": Parameter,
    "role": Role,
    "table": Table,
    "target": Target,
}
