"""Keys of records: never twice, in the order of their making, the same again from the same seed."""

from __future__ import annotations

import os
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


def test_forks_of_one_moment_do_not_go_on_from_the_same_number():
    """Four thousand steps lie between two keys of a process: forks that shared the last one would soon meet."""
    with clock.fixed_at(NOON):
        before = keys.fresh("s")
        firsts = [_key_of_fork() for _ in range(8)]

    gaps = [abs(_number(one) - _number(before)) for one in firsts]
    assert len(set(firsts)) == 8
    assert sorted(gaps)[4] > 2**keys.STEP_BITS


def _number(key: str) -> int:
    """The number that a key is written for."""
    return int("".join("0123456789abcdefghijklmnopqrstuv"[keys.ALPHABET.index(one)] for one in key[2:]), 32)


def _key_of_fork() -> str:
    reads, writes = os.pipe()
    if os.fork() == 0:
        os.write(writes, keys.fresh("s").encode())
        os._exit(0)
    os.wait()
    os.close(writes)
    with os.fdopen(reads) as told:
        return told.read()
