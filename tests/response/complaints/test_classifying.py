"""Subjects are learnt from files and from what handlers confirm, and kept as numbers; how well, on real labels."""

from pathlib import Path

import numpy as np
import pytest
from tests.response.complaints.world import BY, DAY, filed, filing, read

from banyan.config.commands import complaints as command
from banyan.kit import Refused
from banyan.response.complaints import actions
from banyan.response.complaints.queries import classifying

PETITIONS = Path(__file__).resolve().parents[4] / "shared" / "data" / "cn-petitions-teddycup2020-labels"
LIFTS = [f"电梯困人第{number}次，轿厢停在{number}楼" for number in range(20)]
RICE = [f"大米发霉第{number}袋，米粒发黑有虫" for number in range(20)]


@pytest.mark.django_db
def test_a_correction_is_learnt_from_and_the_next_message_is_told_apart(city, people):
    for text, subject in [*((one, "equipment") for one in LIFTS), *((one, "food") for one in RICE)]:
        complaint = filed(city, words=text, county_id=city.gulou.pk)
        actions.classify_complaint(complaint=complaint, subject=subject, by=people.planner, on=DAY)
    before = classifying.learned()

    first = actions.run_clocks(by=BY, on=DAY)
    again = actions.run_clocks(by=BY, on=DAY)
    after = filed(city, words="轿厢停在半空，有人困在里面")

    assert before is None
    assert (first["subjects learnt from"], again["subjects learnt from"]) == (40, 0)
    assert after.guesses["subject"][0] == "equipment"
    assert after.guesses["subject"][1] > 0.6


@pytest.mark.django_db
def test_too_few_confirmed_ones_teach_nothing(city, people):
    complaint = filed(city)
    actions.classify_complaint(complaint=complaint, subject="food", by=people.officer_gulou, on=DAY)

    assert actions.learn_from_handlers(on=DAY) == 0
    assert classifying.learned() is None
    assert read(complaint).is_classified


@pytest.mark.django_db
def test_what_a_file_taught_is_kept_as_arrays_without_code_and_without_text(city):
    scores = actions.learn_from_file(LIFTS + RICE, ["equipment"] * 20 + ["food"] * 20, on=DAY)

    content = classifying.model_path().read_bytes()
    with np.load(classifying.model_path(), allow_pickle=False) as file:
        assert set(file.files) == {"counts", "documents", "about"}
    assert scores.accuracy == 1.0
    assert "轿厢".encode() not in content
    assert [one.key for one in classifying.subjects_of(["电梯轿厢坏了", "米粒发黑"])] == ["equipment", "food"]


@pytest.mark.django_db
def test_labels_that_are_no_subjects_of_the_packs_are_refused(city):
    with pytest.raises(Refused) as refused:
        actions.learn_from_file(["a", "b"], ["urban building", "food"], on=DAY)

    assert refused.value.code == "subject-unknown"
    assert not classifying.base_path().exists()


@pytest.mark.django_db
def test_a_class_is_found_by_the_longest_name_and_a_place_by_its_whole_name(city):
    product, place = classifying.product_finder(), classifying.place_finder()

    assert product("买的电动自行车头盔裂了").key == "helmet"
    assert product("买的水壶裂了").key == ""
    assert place("长乐区某超市").key == "changle"
    assert place("从鼓楼区到仓山区").confidence < place("在鼓楼区").confidence


@pytest.mark.django_db
def test_many_are_taken_in_by_one_verb_with_one_event(city):
    from banyan.kit.models import Event

    before = Event.objects.count()

    made = actions.file_messages(filings=[filing(city) for _number in range(50)], by=BY, on=DAY)

    assert len({one.number for one in made}) == 50
    assert Event.objects.count() == before + 1


@pytest.mark.shared
def test_real_petitions_are_told_apart_far_better_than_by_the_commonest_class(capsys):
    (file,) = PETITIONS.glob("附件2*.xlsx")

    command.train(file=file, text="留言主题,留言详情", label="一级分类", only_try=True, as_json=False)

    said = capsys.readouterr().out
    accuracy = float(said.split("accuracy ")[1].split()[0])
    assert said.count("\n") == 9  # a head, seven classes, the whole
    assert accuracy > 0.6  # the commonest class is 0.21 of them
