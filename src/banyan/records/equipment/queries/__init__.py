"""What other rooms may ask of special equipment."""

from banyan.records.equipment.models import Equipment, Incident, Inspection, Instruction, Kind, Operator, Rescue, What
from banyan.records.equipment.queries.codes import by_code, check_certificate, check_code, kind_of_code, plain_code
from banyan.records.equipment.queries.entering import complete, known_codes
from banyan.records.equipment.queries.levels import arrival_term, level_of
from banyan.records.equipment.queries.public import PublicAnswer, public_answer
from banyan.records.equipment.queries.schedule import Duty, Passed, duties, month_end, passed_by, year_end
from banyan.records.equipment.queries.work import (
    apply_by,
    arrivals,
    gaps_of,
    in_use,
    is_awaited,
    jobs,
    lapsed,
    late_instructions,
    next_move,
    open_instructions,
    overdue,
    overdue_by,
)

__all__ = [
    "Duty", "Equipment", "Incident", "Inspection", "Instruction", "Kind", "Operator", "Passed", "PublicAnswer",
    "Rescue", "What", "apply_by", "arrival_term", "arrivals", "by_code", "check_certificate", "check_code",
    "complete", "duties", "gaps_of", "in_use", "is_awaited", "jobs", "kind_of_code", "known_codes", "lapsed",
    "late_instructions", "level_of", "month_end", "next_move", "open_instructions", "overdue", "overdue_by",
    "passed_by", "plain_code", "public_answer", "year_end",
]  # fmt: skip
