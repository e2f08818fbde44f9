"""The tree against RFC 9162: its vectors, and an independent implementation that follows the definition literally."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from touchstone.ledger import merkle

# The leaves of the Certificate Transparency test-suite's reference tree, and the roots it publishes for sizes 0 to 8.
LEAVES = [bytes.fromhex(h) for h in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                                     "606162636465666768696a6b6c6d6e6f")]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def naive_root(leaves):
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return hashlib.sha256(b"\x01" + naive_root(leaves[:k]) + naive_root(leaves[k:])).digest()


def naive_path(m, leaves):
    if len(leaves) == 1:
        return []
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m < k:
        return [*naive_path(m, leaves[:k]), naive_root(leaves[k:])]
    return [*naive_path(m - k, leaves[k:]), naive_root(leaves[:k])]


def naive_subproof(m, leaves, whole):
    if m == len(leaves):
        return [] if whole else [naive_root(leaves)]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    if m <= k:
        return [*naive_subproof(m, leaves[:k], whole), naive_root(leaves[k:])]
    return [*naive_subproof(m - k, leaves[k:], False), naive_root(leaves[:k])]


def nodes_of(leaves):
    def node(level, index):
        part = leaves[index << level : (index + 1) << level]
        assert len(part) == 1 << level, "only complete subtrees may be asked for"
        return naive_root(part)

    return node


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_that_certificate_transparency_publishes(size):
    assert naive_root(LEAVES[:size]).hex() == ROOTS[size]
    assert merkle.root(size, nodes_of(LEAVES)).hex() == ROOTS[size]


def test_published_inclusion_and_consistency_proofs():
    node = nodes_of(LEAVES)
    assert [h.hex() for h in merkle.inclusion_proof(5, 8, node)] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]
    assert [h.hex() for h in merkle.consistency_proof(6, 8, node)] == [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


BIG = [f"leaf {n}".encode() for n in range(70)]


def test_every_proof_of_every_small_tree_is_that_of_the_definition_and_verifies():
    node = nodes_of(BIG)
    for size in range(1, 40):
        root = naive_root(BIG[:size])
        for index in range(size):
            proof = merkle.inclusion_proof(index, size, node)
            assert proof == naive_path(index, BIG[:size])
            assert merkle.verify_inclusion(merkle.leaf_hash(BIG[index]), index, size, proof, root)
        for first in range(1, size + 1):
            proof = merkle.consistency_proof(first, size, node)
            assert proof == naive_subproof(first, BIG[:size], True)
            assert merkle.verify_consistency(first, size, naive_root(BIG[:first]), root, proof)


@given(st.integers(1, 70), st.data())
def test_a_wrong_inclusion_proof_does_not_verify(size, data):
    node, root = nodes_of(BIG), naive_root(BIG[:size])
    index = data.draw(st.integers(0, size - 1))
    proof, leaf = merkle.inclusion_proof(index, size, node), merkle.leaf_hash(BIG[index])
    other = data.draw(st.integers(0, size + 5).filter(lambda i: i != index))
    assert not merkle.verify_inclusion(leaf, other, size, proof, root)
    assert not merkle.verify_inclusion(merkle.leaf_hash(b"x"), index, size, proof, root)
    assert not merkle.verify_inclusion(leaf, index, size, [*proof, root], root)
    assert not merkle.verify_inclusion(leaf, -1, size, proof, root)
    if proof:
        assert not merkle.verify_inclusion(leaf, index, size, proof[:-1], root)
        at = data.draw(st.integers(0, len(proof) - 1))
        changed = [*proof]
        changed[at] = bytes([changed[at][0] ^ 1]) + changed[at][1:]
        assert not merkle.verify_inclusion(leaf, index, size, changed, root)


@given(st.integers(2, 70), st.data())
def test_a_forked_history_has_no_consistency_proof(size, data):
    first = data.draw(st.integers(1, size - 1))
    node, root = nodes_of(BIG), naive_root(BIG[:size])
    proof = merkle.consistency_proof(first, size, node)
    forked = naive_root([b"forged", *BIG[1:first]])
    assert not merkle.verify_consistency(first, size, forked, root, proof)
    assert not merkle.verify_consistency(first, size, naive_root(BIG[:first]), forked, proof)
    assert not merkle.verify_consistency(first, size, naive_root(BIG[:first]), root, proof[:-1])
    assert not merkle.verify_consistency(first, size, naive_root(BIG[:first]), root, [*proof, root])


def test_the_edges():
    node = nodes_of(BIG)
    assert merkle.verify_consistency(0, 3, merkle.EMPTY_ROOT, naive_root(BIG[:3]), [])
    assert not merkle.verify_consistency(3, 2, b"", b"", [])
    assert not merkle.verify_consistency(2, 2, naive_root(BIG[:2]), naive_root(BIG[1:3]), [])
    for ask in (lambda: merkle.inclusion_proof(3, 3, node), lambda: merkle.consistency_proof(4, 3, node)):
        with pytest.raises(ValueError, match="tree of size 3"):
            ask()
