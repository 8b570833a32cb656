"""The tree against published vectors of RFC 6962/9162 and against the outsider's own way of checking."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from banyan.kit.log import tree, verify

# The vectors that implementations of certificate transparency are tested with.
LEAVES = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
)]  # fmt: skip
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
INCLUDED = {
    (0, 8): (
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ),
    (5, 8): (
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 3): ("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",),
}
CONSISTENT = {
    (1, 1): (),
    (6, 8): (
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ),
    (2, 5): (
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ),
}


def nodes_of(leaves):
    made = {(level, index): found for level, index, found in tree.grown(0, leaves, lambda *_: b"")}
    return lambda level, index: made[level, index]


def hashes(count):
    return [hashlib.sha256(str(number).encode()).digest() for number in range(count)]


def test_the_roots_are_the_published_ones():
    node = nodes_of([tree.leaf_hash(leaf) for leaf in LEAVES])

    assert [tree.root(size, node).hex() for size in range(1, 9)] == list(ROOTS)
    assert tree.root(0, node).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_proofs_are_the_published_ones():
    node = nodes_of([tree.leaf_hash(leaf) for leaf in LEAVES])

    for (index, size), path in INCLUDED.items():
        assert [step.hex() for step in tree.inclusion(index, size, node)] == list(path)
    for (old, new), path in CONSISTENT.items():
        assert [step.hex() for step in tree.consistency(old, new, node)] == list(path)


@given(st.data(), st.integers(1, 70))
def test_every_proof_satisfies_the_outsider_and_no_other_leaf_or_root_does(data, size):
    leaves = hashes(size)
    node, index, old = nodes_of(leaves), data.draw(st.integers(0, size - 1)), data.draw(st.integers(1, size))
    root, path = tree.root(size, node), tree.inclusion(index, size, node)
    growth = tree.consistency(old, size, node)

    assert verify.root_of(leaves) == root
    assert verify.is_included(leaves[index], index, size, path, root)
    assert not verify.is_included(b"x" * 32, index, size, path, root)
    assert verify.is_consistent(old, size, growth, tree.root(old, node), root)
    assert old == size or not verify.is_consistent(old, size, growth, b"x" * 32, root)
    for step in range(len(path)):
        assert not verify.is_included(leaves[index], index, size, [*path[:step], b"y" * 32, *path[step + 1 :]], root)


@given(st.integers(0, 40), st.integers(0, 40))
def test_a_tree_that_grows_in_two_goes_is_the_tree_that_grew_in_one(first, second):
    leaves, made = hashes(first + second), {}
    for size, part in ((0, leaves[:first]), (first, leaves[first:])):
        for level, index, found in tree.grown(size, part, lambda level, index: made[level, index]):
            made[level, index] = found

    peaks: list[bytes] = []
    for size, leaf in enumerate(leaves):
        tree.append(peaks, size, leaf)
    assert tree.root(first + second, lambda *place: made[place]) == verify.root_of(leaves)
    assert tree.folded(peaks) == verify.root_of(leaves)


@pytest.mark.parametrize(("ask", "given_"), [(tree.inclusion, (3, 3)), (tree.inclusion, (-1, 3)),
                                             (tree.consistency, (0, 3)), (tree.consistency, (4, 3))])  # fmt: skip
def test_a_place_outside_the_tree_is_refused(ask, given_):
    with pytest.raises(ValueError, match=r"leaves 0 to|at least one leaf"):
        ask(*given_, nodes_of(hashes(3)))


def test_signatures_are_those_of_rfc_8032():
    key = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )

    assert verify.is_signed(key, b"\x72", signature)
    assert not verify.is_signed(key, b"\x73", signature)
    assert not verify.is_signed(key, b"\x72", signature[:32] + bytes(32))
    assert not verify.is_signed(key[:31], b"\x72", signature)
