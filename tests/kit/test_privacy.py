"""Personal fields: sealed under a key per subject, unreadable everywhere once the key is destroyed."""

import pytest

from banyan.base.registry import actions
from banyan.base.registry.models import Organisation
from banyan.kit import Refused, privacy
from banyan.kit.models import SubjectKey
from banyan.kit.rights import System

pytestmark = pytest.mark.django_db
SUBJECT = "registry.organisation:firm-g"


def token():
    return Organisation.objects.get(pk="firm-g").representative


def test_each_subject_has_a_key_of_its_own(city):
    actions.amend_organisation(
        organisation=city.changle_firm, representative="陈大海", by=System("test"), on=city.today
    )

    keys = dict(SubjectKey.objects.values_list("subject", "wrapped"))
    assert set(keys) == {SUBJECT, "registry.organisation:firm-c"}
    assert len(set(keys.values())) == 2
    other = Organisation.objects.get(pk="firm-c").representative
    assert privacy.unseal(subject=SUBJECT, token=other) is None
    assert privacy.unseal(subject="registry.organisation:firm-c", token=other) == "陈大海"


def test_the_same_name_is_sealed_differently_each_time(city):
    first = token()
    actions.amend_organisation(
        organisation=city.gulou_firm, representative="林小红", by=System("test"), on=city.today
    )
    actions.amend_organisation(
        organisation=Organisation.objects.get(pk="firm-g"), representative="林小明", by=System("test"), on=city.today
    )

    assert token() != first
    assert privacy.unseal(subject=SUBJECT, token=token()) == privacy.unseal(subject=SUBJECT, token=first) == "林小明"


def test_an_altered_token_gives_nothing(city):
    broken = token()[:-6] + "AAAA=="

    assert privacy.unseal(subject=SUBJECT, token=broken) is None


def test_after_a_purge_nothing_is_sealed_for_the_subject_again(city):
    actions.purge_personal_data(organisation=city.gulou_firm, by=System("test"), on=city.today)

    with pytest.raises(Refused, match="purged"):
        actions.amend_organisation(
            organisation=Organisation.objects.get(pk="firm-g"), representative="林小明",
            by=System("test"), on=city.today,
        )  # fmt: skip


def test_an_empty_field_needs_no_key(city):
    assert Organisation.objects.get(pk="lab-e").representative == ""
    assert not SubjectKey.objects.filter(subject="registry.organisation:lab-e").exists()


@pytest.mark.parametrize(("name", "masked"), [("林小明", "林**"), ("欧", "欧*"), ("", "")])
def test_a_name_is_masked_but_for_the_family_name(name, masked):
    assert privacy.mask(name) == masked
