"""After an approval no way of writing changes a fact of the period; what was refused can wait for it to be open."""

import os
import subprocess
import sys
import threading
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.insight.approval.conftest import HOUSE, IN_Q3, IN_Q4, TODAY, recorded
from tests.records.inspection.world import result_of

from banyan.base.facts import facts as kinds
from banyan.insight.approval import actions
from banyan.insight.approval.models import Approval, LateEntry
from banyan.kit import Refused, clock, locks
from banyan.kit.locks import Locked
from banyan.records.inspection import actions as inspection
from banyan.records.inspection.forms import AmendSample
from banyan.records.inspection.models import ItemResult, Result, Sample, Task

pytestmark = pytest.mark.django_db
DO = {"by": HOUSE, "on": TODAY, "reason": "found later"}


def change(sample, **fields):
    sample = Sample.objects.get(pk=sample.pk)
    inspection.amend_samples(samples=[sample], changes={sample.pk: fields}, **DO)


def test_a_refusal_says_which_period_of_which_unit_by_whom_since_when_and_what_to_do(office):
    sample = office.sample()
    office.approve()

    with pytest.raises(Locked) as refusal:
        change(sample, conclusion="failed")

    assert str(refusal.value.prevents) == (
        "It would change data of gulou in 2024-Q3, which were approved by gulou on 2025-02-03 (county, "
        "county_officer) and have been locked since 2025-02-03."
    )
    assert "late entry" in refusal.value.instead
    assert "ask gulou to un-approve 2024-Q3" in refusal.value.instead


def test_a_command_which_has_no_screens_names_what_was_asked():
    event = "inspection.samples.amended"
    program = "import django; django.setup(); from banyan.insight.approval.models import deed_in_words as words"

    told = subprocess.run(
        [sys.executable, "-c", f"{program}; print(words({event!r}))"], capture_output=True, text=True, check=True,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "banyan.config.settings"},
    )  # fmt: skip

    assert told.stdout.strip() not in ("", event)


def test_a_fact_cannot_be_added_changed_moved_in_moved_out_or_withdrawn(office):
    inside, outside = office.sample(), office.sample(day=IN_Q4)
    office.approve()

    for deed in (
        lambda: office.sample(),
        lambda: change(inside, conclusion="failed"),
        lambda: change(inside, sampled_on=IN_Q4),
        lambda: change(inside, county_id="cangshan"),
        lambda: change(inside, county_id=None),
        lambda: change(inside, weight=2.0),
        lambda: change(outside, sampled_on=IN_Q3),
        lambda: inspection.withdraw_samples(samples=[inside], **DO),
    ):
        with pytest.raises(Locked):
            deed()
    change(outside, conclusion="failed")
    change(inside, place="shelf 4")  # no fact says where the shelf was

    assert Sample.objects.get(pk=outside.pk).conclusion == "failed"


def test_an_item_of_a_result_is_locked_with_its_sample(office):
    sample = office.sample()
    result = sample.results.get()
    office.approve()

    with pytest.raises(Locked):
        inspection.amend_items(result=result, changes={1: {"value": "0.3"}}, **DO)
    more = [ItemResult(item="tin", limit="≤1", value="0.2", conclusion="passed")]
    with pytest.raises(Locked):
        inspection.extend_samples(samples=[sample], items={sample.pk: more}, **DO)

    assert list(ItemResult.objects.values_list("item", "value")) == [("lead", "0.1")]


def test_a_laboratory_s_report_over_the_api_is_refused_until_the_period_is_open(office, client):
    sample = office.world.sample(on=IN_Q3)
    inspection.receive_samples(samples=[sample], by=HOUSE, on=IN_Q3)
    office.approve()
    client.force_login(office.person("chemist"))
    report = {"report_number": "R-1", "conclusion": "passed", "items": [{"item": "lead", "conclusion": "passed"}]}

    def send():
        with clock.fixed_at(TODAY):
            place = f"/api/v1/samples/{sample.pk}/results"
            answer = client.post(place, report, content_type="application/json", headers={"accept-language": "en"})
        return answer.status_code, answer.json()

    status, problem = send()
    assert (status, Result.objects.count(), Sample.objects.get().state) == (409, 0, "received")
    assert "It would change data of gulou in 2024-Q3" in problem["prevents"]
    assert "ask gulou to un-approve 2024-Q3" in problem["instead"]
    office.unapprove()
    assert send()[0] == 201


def test_a_verb_that_moves_a_record_on_without_changing_a_fact_is_free(office):
    sample = office.world.judged("failed", on=IN_Q3)
    office.approve()

    inspection.serve_results(samples=[sample], by=HOUSE, on=TODAY)

    assert Sample.objects.get(pk=sample.pk).state == "result_served"


def test_a_refusal_and_its_handing_over_are_one_fact(office):
    task = office.world.task(on=IN_Q3)
    inspection.notify_tasks(tasks=[task], by=HOUSE, on=IN_Q3)
    notified = Task.objects.get(pk=task.pk)
    inspection.record_refusals(tasks=[notified], note="door shut", witness="a neighbour", by=HOUSE, on=IN_Q3)
    office.approve()

    with pytest.raises(Locked):
        inspection.visit_again(tasks=[Task.objects.get(pk=task.pk)], by=HOUSE, on=TODAY, reason="they called")
    inspection.open_refusal_case(task=Task.objects.get(pk=task.pk), case="2025-1", by=HOUSE, on=TODAY)

    assert Task.objects.get(pk=task.pk).state == "case_opened"


def test_another_county_and_another_quarter_stay_open(office):
    office.approve()

    office.sample(county="cangshan")
    office.sample(day=date(2024, 10, 1))
    office.sample(day=date(2024, 6, 30))
    with pytest.raises(Locked):
        office.sample(day=date(2024, 7, 1))
    with pytest.raises(Locked):
        office.sample(day=date(2024, 9, 30))


def test_data_without_a_county_are_the_city_s_own(office):
    sample = office.sample()
    change(sample, county_id=None)
    with pytest.raises(Refused, match=r"Units within it are not approved by .+ yet"):
        office.approve("fuzhou", by="planner")
    for county in ("gulou", "cangshan"):
        office.approve(county, by="house")
    office.approve("fuzhou", by="planner")

    with pytest.raises(Locked, match="data of fuzhou"):
        change(sample, conclusion="failed")


def test_a_whole_batch_with_one_locked_row_changes_nothing(office):
    office.approve()
    samples = [office.draft(key=f"b{n}", day=day) for n, day in enumerate((IN_Q4, IN_Q3, IN_Q4))]

    with pytest.raises(Locked):
        inspection.record_samples(samples=samples, results=[result_of(one, "passed") for one in samples], **DO)

    assert not Sample.objects.exists()


def test_after_un_approval_it_can_be_written_and_is_approved_anew(office):
    sample = office.sample()
    office.approve()
    office.unapprove()

    change(sample, conclusion="failed")
    office.approve()

    with pytest.raises(Locked):
        change(sample, conclusion="passed")


def test_what_a_lock_refused_waits_whole_and_is_entered_once_the_period_is_open(office):
    office.approve()
    sample = office.draft("failed", key="late1")
    with locks.asking() as asked:
        late = inspection.record_samples(samples=[sample], results=[result_of(sample, "failed")], **DO)

    assert asked.kept == [late]
    assert (late.state, late.asked_by, late.asked_on) == ("waiting", "test", TODAY)
    assert not Sample.objects.exists()
    with pytest.raises(Locked):
        actions.enter_late(late=late, by=HOUSE, on=TODAY)
    office.unapprove()
    with pytest.raises(Refused, match="Late entries wait for it: 1"):
        office.approve()
    actions.enter_late(late=LateEntry.objects.get(), by=HOUSE, on=TODAY + timedelta(days=1))

    entered = Sample.objects.get()
    assert (entered.key, entered.number, entered.conclusion) == ("late1", "LATE1", "failed")
    assert list(Result.objects.values_list("conclusion", "items__item", "items__value")) == [
        ("failed", "lead", "0.9")
    ]
    assert office.approve().level == "county"


def test_a_late_entry_is_entered_as_its_asker_and_within_that_person_s_rights(office):
    sample = office.sample()
    officer = office.world.people["county_officer"]
    office.approve()
    with locks.asking():
        late = inspection.amend_samples(
            samples=[sample], changes={sample.pk: {"conclusion": "failed", "judged_on": date(2024, 8, 9)}},
            by=officer, on=TODAY, reason="the laboratory wrote again",
        )  # fmt: skip
    office.unapprove()
    actions.enter_late(late=late, by=office.world.people["planner"], on=TODAY)

    amended = Sample.objects.get()
    assert (amended.conclusion, amended.judged_on) == ("failed", date(2024, 8, 9))
    from banyan.kit.models import Event

    event = Event.objects.get(name="inspection.samples.amended")
    assert (event.by, event.reason, event.on) == ("county_officer", "the laboratory wrote again", TODAY)


def test_a_late_entry_is_declined_with_a_reason_and_stays_on_record(office):
    sample = office.sample()
    office.approve()
    with locks.asking():
        late = inspection.withdraw_samples(samples=[sample], **DO)

    with pytest.raises(Refused, match="It needs a reason"):
        actions.decline_late(late=late, by=HOUSE, on=TODAY)
    actions.decline_late(late=late, by=HOUSE, on=TODAY, reason="it is another sample")

    assert LateEntry.objects.get().state == "declined"
    assert office.unapprove().level == ""
    with pytest.raises(Refused, match="declined"):
        actions.enter_late(late=LateEntry.objects.get(), by=HOUSE, on=TODAY)


def test_every_kind_under_approval_says_by_which_fields_its_day_and_place_are_told():
    import ibis

    from banyan.base.facts.actions.collecting import IBIS_TYPES
    from banyan.insight.approval.queries import entries

    for name in {name for entry in entries() for name in entry.facts}:
        kind = kinds.kinds()[name]
        columns = {field: IBIS_TYPES[type_] for field, type_ in kind.reads.items()}
        columns |= {f"member_{field}": IBIS_TYPES[type_] for field, type_ in kind.member.items()}
        table = ibis.table({"key": "string", **columns}, name="typed")
        yielded = kind.yields(table)

        assert yielded["happened_on"].equals(table[kind.day]), name
        assert yielded["county"].equals(table[kind.place]), name


@pytest.mark.skipif(
    "connection.vendor != 'postgresql'", reason="needs PostgreSQL: SQLite has one writer, nothing can overlap"
)
@pytest.mark.django_db(transaction=True)
def test_a_verb_under_way_while_a_period_is_approved_does_not_slip_past(office):
    sample = office.sample()
    under_way, approved, outcome = threading.Event(), threading.Event(), []

    def amend():
        try:
            with transaction.atomic():
                list(Sample.objects.filter(pk=sample.pk))
                under_way.set()
                approved.wait(5)
                change(sample, conclusion="failed")
            outcome.append("done")
        except Locked:
            outcome.append("locked")
        finally:
            connection.close()

    thread = threading.Thread(target=amend)
    thread.start()
    under_way.wait(5)
    office.approve()
    approved.set()
    thread.join(10)

    assert outcome == ["locked"]


DAYS = st.sampled_from([IN_Q3, IN_Q4, date(2024, 7, 1), date(2024, 9, 30), date(2024, 10, 1)])
COUNTIES = st.sampled_from(["gulou", "cangshan"])
CONCLUSIONS = st.sampled_from(["passed", "failed"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("approve"), COUNTIES, st.sampled_from(["2024-Q3", "2024-Q4"])),
        st.tuples(st.just("unapprove"), COUNTIES, st.sampled_from(["2024-Q3", "2024-Q4"])),
        st.tuples(st.just("file"), DAYS, COUNTIES, CONCLUSIONS),
        st.tuples(st.just("laboratory"), DAYS, CONCLUSIONS),
        st.tuples(st.just("amend"), st.integers(0, 5), st.sampled_from(["conclusion", "sampled_on", "county_id"]),
                  DAYS, COUNTIES, CONCLUSIONS),
        st.tuples(st.just("items"), st.integers(0, 5), st.sampled_from(["0.2", "0.7"])),
        st.tuples(st.just("more"), st.integers(0, 5)),
        st.tuples(st.just("back"), st.integers(0, 5)),
        st.tuples(st.just("withdraw"), st.integers(0, 5)),
        st.tuples(st.just("form"), st.integers(0, 5), DAYS, CONCLUSIONS),
        st.tuples(st.just("late"), st.integers(0, 3)),
    ),
    min_size=4, max_size=14,
)  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS)
def test_no_sequence_of_writes_finds_a_way_past_a_lock(office, client, steps):
    """Each step is tried; whatever comes of it, no approved period says anything else than when it was approved."""
    with transaction.atomic():
        client.force_login(office.world.people["planner"])
        approved: dict[tuple[str, date], list] = {}
        for step, *with_ in steps:
            try:
                with transaction.atomic(), locks.asking():
                    _do(office, client, step, with_)
            except Refused:
                pass
            standing = Approval.objects.exclude(level="")
            now = {(one.unit_id, one.from_on): recorded(one.unit_id, one.from_on, one.until_on) for one in standing}
            for cell, said in now.items():
                assert approved.get(cell, said) == said, (step, with_)
            approved = now
        transaction.set_rollback(True)


def _do(office, client, step, with_):
    samples = list(Sample.objects.order_by("key"))
    chosen = samples[with_[0] % len(samples)] if samples and isinstance(with_[0], int) else None
    if step == "approve":
        office.approve(with_[0], by="house", period=with_[1])
    elif step == "unapprove":
        office.unapprove(with_[0], by="house", period=with_[1])
    elif step == "file":
        office.sample(with_[2], day=with_[0], county=with_[1])
    elif step == "laboratory":
        office.world.judged(with_[1], on=with_[0])
    elif step == "late":
        for late in LateEntry.objects.filter(state="waiting")[with_[0] : with_[0] + 1]:
            actions.enter_late(late=late, by=HOUSE, on=TODAY)
    elif chosen is None:
        return
    elif step == "amend":
        field, day, county, conclusion = with_[1:]
        change(chosen, **{field: {"conclusion": conclusion, "sampled_on": day, "county_id": county}[field]})
    elif step == "items":
        for result in chosen.results.all():
            inspection.amend_items(result=result, changes={1: {"value": with_[1]}}, **DO)
    elif step == "more":
        more = [ItemResult(item="tin", limit="≤1", value="2", conclusion="failed")]
        inspection.extend_samples(samples=[chosen], items={chosen.pk: more}, failed=[chosen.pk], **DO)
    elif step == "back":
        inspection.retract_items(samples=[chosen], items={chosen.pk: {"tin", "lead"}}, **DO)
    elif step == "withdraw":
        inspection.withdraw_samples(samples=[chosen], **DO)
    elif step == "form":
        before = {name: getattr(chosen, Sample._meta.get_field(name).attname) for name in AmendSample.fields_of_model}
        sent = {name: value for name, value in before.items() if value is not None}
        sent |= {"sampled_on": with_[1], "conclusion": with_[2], "reason": "seen in the field"}
        answer = client.post(f"/office/inspection/sample/{chosen.pk}/do/amend_samples/", sent)
        assert answer.status_code in (302, 409, 422), answer.content
