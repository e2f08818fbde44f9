"""The Merkle tree of RFC 9162, section 2.1: roots and proofs out of the hashes of complete subtrees.

`node(level, index)` gives the hash of the complete subtree over leaves index*2^level ... (index+1)*2^level - 1. Whoever
stores these can compute any root or proof with O(log n) of them. Nothing here knows where they are stored.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from touchstone.ledger.verifier import leaf_hash, node_hash, verify_inclusion

__all__ = [
    "EMPTY_ROOT",
    "consistency_proof",
    "inclusion_proof",
    "leaf_hash",
    "node_hash",
    "root",
    "verify_consistency",
    "verify_inclusion",
]

EMPTY_ROOT = hashlib.sha256().digest()
Node = Callable[[int, int], bytes]


def root(size: int, node: Node) -> bytes:
    """The root of the tree over the first `size` leaves."""
    return EMPTY_ROOT if size == 0 else _range(0, size, node)


def inclusion_proof(index: int, size: int, node: Node) -> list[bytes]:
    """PATH(index, D[size]) of RFC 9162, section 2.1.3.1. Raises ValueError outside the tree."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of size {size}")
    proof, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(_range(middle, end, node))
            end = middle
        else:
            proof.append(_range(start, middle, node))
            start = middle
    return proof[::-1]


def consistency_proof(first: int, second: int, node: Node) -> list[bytes]:
    """PROOF(first, D[second]) of RFC 9162, section 2.1.4.1; empty for first = 0 or first = second."""
    if not 0 <= first <= second:
        raise ValueError(f"a tree of size {second} cannot extend one of size {first}")
    if first in (0, second):
        return []
    proof, start, end = [], 0, second
    whole = True  # the old tree is a complete subtree of the part looked at, so its root is known to the asker
    while first != end:
        middle = start + _split(end - start)
        if first <= middle:
            proof.append(_range(middle, end, node))
            end = middle
        else:
            proof.append(_range(start, middle, node))
            start, whole = middle, False
    if not whole:
        proof.append(_range(start, end, node))
    return proof[::-1]


def verify_consistency(first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """RFC 9162, section 2.1.4.2, with the two cases that need no proof (an empty or an equal old tree)."""
    if not 0 <= first <= second:
        return False
    if first in (0, second):
        same = first_root == (EMPTY_ROOT if first == 0 else second_root)
        return not proof and same
    path = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    if not path:
        return False
    position, last = first - 1, second - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def _split(width: int) -> int:
    """The largest power of two smaller than the width (width > 1)."""
    return 1 << (width - 1).bit_length() - 1


def _range(start: int, end: int, node: Node) -> bytes:
    """MTH over leaves start ... end-1, where `start` is a multiple of the power of two that spans the range."""
    parts = []
    while start < end:
        level = (end - start).bit_length() - 1
        parts.append(node(level, start >> level))
        start += 1 << level
    result = parts.pop()
    while parts:
        result = node_hash(parts.pop(), result)
    return result
