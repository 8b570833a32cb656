"""Kinds that later rooms read: alert rules, credit rules, awards, assessments, roles."""

import datetime as dt

import pytest

from banyan import policy

SHARED = """  status: in_force
  since: 2024-01-01
  says: {zh: 试行。, en: On trial.}
  reference: {document: trial-rules, clause: "1", says: {zh: 试行。, en: On trial.}}
"""
ROLE = f"""
officer:
  kind: role
  title: {{zh: 人员, en: Officer}}
{SHARED}  rights: [inspection.view, inspection.task.reassign]
"""
ALERT = f"""
alert:
  kind: alert_rule
  title: {{zh: 预警, en: Alert}}
{SHARED}  among: {{kind: inspection.sample_judged, passed: false}}
  by: [county]
  every: week
  method: condition
  when: {{term: failures, op: ">=", value: 3}}
  grade: warning
  tell: [officer]
"""
CREDIT = """
late:
  kind: credit_rule
  title: {zh: 迟报, en: Late report}
  status: in_force
  says: {zh: 迟报扣分。, en: A late report costs points.}
  among: {kind: recall.reported, passed: false}
  reference: {document: trial-rules, clause: "14", says: {zh: 迟报扣分。, en: A late report costs points.}}
  values:
    2024-07-01: {points: {fixed: 8}, months: 12}
    2026-01-01: {points: {base: 8, step: 2, per: days_late, above: 3, most: 20}, months: 24}
"""
AWARD = f"""
award:
  kind: award
  title: {{zh: 质量奖, en: Award}}
{SHARED}  level: city
  every_years: 2
  most_winners: 5
  eligible: {{all_of: [{{term: years, op: ">=", value: 3}}, {{term: listed, op: "=", value: false}}]}}
  criteria:
    - {{key: leadership, title: {{zh: 领导, en: Leadership}}, points: 400}}
    - {{key: results, title: {{zh: 结果, en: Results}}, points: 600}}
  total: 1000
"""
ASSESSMENT = f"""
counties:
  kind: assessment
  title: {{zh: 考核, en: Assessment}}
{SHARED}  of: county
  total: 100
  items:
    - {{key: work, title: {{zh: 工作, en: Work}}, weight: 60.5, judged: {{zh: 评审。, en: Reviewed.}}}}
    - {{key: more, title: {{zh: 其他, en: More}}, weight: 39.5, judged: {{zh: 评审。, en: Reviewed.}}}}
  grades: [{{grade: A, least: 90}}, {{grade: B, least: 80}}, {{grade: C, least: 60}}, {{grade: D, least: 0}}]
  forced: [{{grade: D, when: {{term: systemic_incident, op: "=", value: true}}}}]
"""
CASES = """
- name: An officer may view the checks
  entry: officer
  on: 2024-01-01
  given: {right: inspection.view}
  expect: {granted: true}
- name: An officer may not draw the subjects
  entry: officer
  on: 2024-01-01
  given: {right: inspection.draw}
  expect: {granted: false}
- name: Three failures raise the alert
  entry: alert
  on: 2024-01-01
  given: {failures: 3}
  expect: {alert: true, grade: warning}
- name: Two failures raise no alert
  entry: alert
  on: 2024-01-01
  given: {failures: 2}
  expect: {alert: false}
- name: The day before the revision a late recall still costs 8 points
  entry: late
  on: 2025-12-31
  given: {days_late: 5}
  expect: {points: 8, months: 12}
- name: From the revision on two more days cost four more points
  entry: late
  on: 2026-01-01
  given: {days_late: 5}
  expect: {points: 12, months: 24}
- name: A firm of two years may not apply
  entry: award
  on: 2024-01-01
  given: {years: 2, listed: false}
  expect: {eligible: false, reasons: ["years is 2, and must be >= 3"]}
- name: An incident of the whole system forces the lowest grade
  entry: counties
  on: 2024-01-01
  given: {score: 95, systemic_incident: true}
  expect: {grade: D}
- name: Eighty points are just enough for a B
  entry: counties
  on: 2024-01-01
  given: {score: 80, systemic_incident: false}
  expect: {grade: B}
- name: A hair below eighty is only a C
  entry: counties
  on: 2024-01-01
  given: {score: 79.99, systemic_incident: false}
  expect: {grade: C}
"""


@pytest.fixture
def rules(pack):
    for name, text in (
        ("role", ROLE),
        ("alert", ALERT),
        ("credit", CREDIT),
        ("award", AWARD),
        ("grades", ASSESSMENT),
    ):
        pack.write(f"{name}.yaml", text)
    pack.write("rules.cases.yaml", CASES)
    return pack


def test_the_cases_of_every_kind_hold(rules):
    assert [result for result in policy.verify(rules.load()) if not result.holds] == []


def test_a_role_is_found_by_its_name_and_says_its_rights(rules):
    role = rules.load().role("officer")

    assert role.may("inspection.task.reassign")
    assert not role.may("inspection.task")


def test_a_condition_that_lacks_a_term_fails_its_case_in_words(rules):
    rules.change("{failures: 2}", "{}", file="rules.cases.yaml")

    broken = [result for result in policy.verify(rules.load()) if not result.holds]

    assert [result.name for result in broken] == ["Two failures raise no alert"]


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("role.yaml", "inspection.view,", "Inspection.view,", "rights"),
        ("role.yaml", "inspection.view,", "inspection.view, inspection.view,", "listed twice"),
        ("alert.yaml", "tell: [officer]", "tell: [nobody]", "names the role 'nobody'"),
        ("alert.yaml", "method: condition", "method: guess", "method: is not one of"),
        ("alert.yaml", "method: condition", "method: cusum", "when: the method condition"),
        ("alert.yaml", "  by: [county]", "  indicator: speed\n  by: [county]", "either indicator or among"),
        ("award.yaml", "points: 400", "points: 401", "their points make 1001"),
        ("award.yaml", "  total: 1000\n", "", "given together"),
        ("grades.yaml", "weight: 60.5", "weight: 60", "their weights make 99.5"),
        ("grades.yaml", "least: 60", "least: 85", "least must fall"),
        ("grades.yaml", "grade: D, least: 0}]", "grade: D, least: 10}]", "down to 0"),
        ("credit.yaml", "months: 12", "months: 0", "months"),
        ("credit.yaml", "{fixed: 8}", "{fixed: 8, bonus: 1}", "points"),
    ],
)
def test_a_rule_that_is_not_whole_is_refused(rules, file, old, new, words):
    rules.change(old, new, file=file)

    assert words in str(rules.refusal())


def test_a_credit_rule_keeps_its_past(rules):
    entry = rules.load().entry("late")

    assert entry.at(dt.date(2025, 12, 31)).item.months == 12
    assert entry.at(dt.date(2026, 1, 1)).item.months == 24


def test_a_score_outside_the_scale_is_refused(rules):
    entry = rules.load().entry("counties")

    with pytest.raises(ValueError, match="not between 0 and 100"):
        entry.grade(101, {"systemic_incident": False})
