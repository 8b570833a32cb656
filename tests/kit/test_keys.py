"""Keys of records: never twice, in the order of their making, the same again from the same seed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from banyan.kit import clock, keys

NOON = datetime(2013, 5, 6, 12, tzinfo=UTC)


def test_a_large_file_entered_at_one_moment_meets_no_key_twice():
    # 35 random bits alone give two equal keys among so many with a chance of 99.99 %.
    with clock.fixed_at(NOON):
        made = [keys.fresh("s") for _ in range(800_000)]
    assert len(set(made)) == len(made)
    assert made == sorted(made)


def test_a_later_moment_gives_a_later_key():
    with clock.fixed_at(NOON):
        before = keys.fresh("s")
    with clock.fixed_at(NOON + timedelta(milliseconds=1)):
        assert keys.fresh("s") > before


def test_keys_follow_from_a_seed_and_from_nothing_else():
    def some(seed: str) -> list[str]:
        with clock.fixed_at(NOON), keys.following_from(seed):
            return [keys.fresh("o") for _ in range(5)]

    assert some("a") == some("a")
    assert not set(some("a")) & set(some("b"))
    with clock.fixed_at(NOON):
        assert keys.fresh("o") not in some("a")
