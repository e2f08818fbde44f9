"""Characters that are faintly alike: for each the nearest, common and rare ones apart.

Two characters are near by the parts that they share, taken apart twice, rare parts counting more (the cosine of their
parts, as of the words of two texts); nearer when they are read alike or begin with the same sound, as those who choose
them like to keep the sound, or when their drawn glyphs are near (`parts.drawn_alike`). Rare characters make long lists:
honest texts hardly have them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numba
import numpy as np

from touchstone.engine.text.tables.parts import decompositions, drawn_alike
from touchstone.engine.text.tables.sounds import sounds

_COMMON, _RARE = 100, 240
_SAME_SOUND, _SAME_INITIAL, _DRAWN = np.float32(0.6), np.float32(0.3), np.float32(0.3)
# What a part counts by how deep it lies: the character itself, its parts, their parts.
_DEPTH = (1.0, 0.7, 0.5)
_LEAST = np.float32(0.02)
# Parts of more characters than this say nothing.
_EVERYWHERE = 3000


@dataclass(frozen=True)
class Likeness:
    """`characters` sorted; their parts with weights, the members of parts, their sounds and initials (two readings, -1
    for none), whether they are rare, and whose drawn glyphs are near. Ragged arrays as offsets and values."""

    characters: np.ndarray
    part_offsets: np.ndarray
    parts: np.ndarray
    weights: np.ndarray
    member_offsets: np.ndarray
    members: np.ndarray
    member_weights: np.ndarray
    sound: np.ndarray
    initial: np.ndarray
    rare: np.ndarray
    drawn_offsets: np.ndarray
    drawn: np.ndarray

    def nearest(self, targets: Iterable[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(characters in a text, characters of names that they may stand for, whether the former are rare) for the given
        characters of names."""
        points = np.array(sorted(map(ord, targets)), dtype=np.uint32)
        place = np.searchsorted(self.characters, points)
        known = self.characters[np.minimum(place, len(self.characters) - 1)] == points
        wanted = place[known]
        out = np.empty((len(wanted) * (_COMMON + _RARE), 3), dtype=np.int64)
        n = _nearest(
            wanted, self.part_offsets, self.parts, self.weights, self.member_offsets, self.members,
            self.member_weights, self.sound, self.initial, self.rare, self.drawn_offsets, self.drawn, out,
        )  # fmt: skip
        return self.characters[out[:n, 0]], self.characters[out[:n, 1]], out[:n, 2] > 0


@cache
def likeness() -> Likeness:
    """The tables of all characters that have parts or look like another; about a second to build."""
    made, drawn, table = decompositions(), drawn_alike(), sounds()
    every = sorted({*made, *drawn, *(o for others in drawn.values() for o in others)})
    characters = [c for c in every if ord(c) < 0x30000]
    number = {c: i for i, c in enumerate(characters)}
    weighed = [_parts(c, made) for c in characters]
    part_number = {p: i for i, p in enumerate(dict.fromkeys(p for group in weighed for p in group))}
    offsets = np.concatenate(([0], np.cumsum([len(group) for group in weighed])))
    parts = np.array([part_number[p] for group in weighed for p in group], dtype=np.int64)
    depth = np.array([w for group in weighed for w in group.values()], dtype=np.float32)
    counts = np.bincount(parts, minlength=len(part_number))
    weights = depth * np.log(len(characters) / counts).astype(np.float32)[parts]
    owner = np.repeat(np.arange(len(characters)), np.diff(offsets))
    norm = np.sqrt(np.bincount(owner, weights=weights**2, minlength=len(characters)))
    weights = (weights / np.maximum(norm, 1e-6)[owner]).astype(np.float32)
    order = np.argsort(parts, kind="stable")
    near = [[number[o] for o in _drawn(drawn, c) if o in number] for c in characters]
    return Likeness(
        np.array([ord(c) for c in characters], dtype=np.uint32), offsets, parts, weights,
        np.concatenate(([0], np.cumsum(counts))), owner[order], weights[order],
        _two([table.folded[table.offsets[ord(c)] : table.offsets[ord(c) + 1]].tolist() for c in characters]),
        _two([[ord(_initial(s)) for s in table.of(c)] for c in characters]),
        np.array([not _is_common(c) for c in characters]),
        np.concatenate(([0], np.cumsum([len(group) for group in near]))),
        np.array([o for group in near for o in group], dtype=np.int64),
    )  # fmt: skip


def _parts(character: str, made: dict[str, list[tuple[str, ...]]]) -> dict[str, float]:
    """The parts of a character and what each counts."""
    out = {character: _DEPTH[0]}
    level = [character]
    for weight in _DEPTH[1:]:
        level = [part for whole in level for way in made.get(whole, ()) for part in way]
        for part in level:
            out.setdefault(part, weight)
    return out


@cache
def _backwards() -> dict[str, str]:
    out: dict[str, str] = {}
    for character, others in drawn_alike().items():
        for other in others:
            out[other] = out.get(other, "") + character
    return out


def _drawn(drawn: dict[str, str], character: str) -> str:
    return "".join(dict.fromkeys(drawn.get(character, "") + _backwards().get(character, "")))


def _initial(syllable: str) -> str:
    """The first sound, with zh, ch, sh as z, c, s and n as l, as dialects have them."""
    return {"n": "l"}.get(syllable[0], syllable[0])


def _is_common(character: str) -> bool:
    """Is it one of the national standard's first level, the 3,755 commonest?"""
    raw = character.encode("gb2312", "ignore")
    return len(raw) == 2 and 0xB0 <= raw[0] <= 0xD7


def _two(lists: list[list[int]]) -> np.ndarray:
    return np.array([[*group, -1, -1][:2] for group in lists], dtype=np.int32)


@numba.njit(cache=True, nogil=True)
def _nearest(
    wanted, part_offsets, parts, weights, member_offsets, members, member_weights, sound, initial, rare,
    drawn_offsets, drawn, out,
):  # fmt: skip
    n = len(sound)
    scores = np.zeros(n, dtype=np.float32)
    touched = np.empty(n, dtype=np.int64)
    found = 0
    for t in wanted:
        count = 0
        for i in range(part_offsets[t], part_offsets[t + 1]):
            begin, stop = member_offsets[parts[i]], member_offsets[parts[i] + 1]
            if stop - begin > _EVERYWHERE:
                continue
            for k in range(begin, stop):
                c = members[k]
                if scores[c] == 0:
                    touched[count] = c
                    count += 1
                scores[c] += weights[i] * member_weights[k]
        for k in range(drawn_offsets[t], drawn_offsets[t + 1]):
            c = drawn[k]
            if scores[c] == 0:
                touched[count] = c
                count += 1
            scores[c] += _DRAWN
        for i in range(count):
            c = touched[i]
            for a in range(2):
                same = sound[t, a] >= 0 and (sound[t, a] == sound[c, 0] or sound[t, a] == sound[c, 1])
                alike = initial[t, a] >= 0 and (initial[t, a] == initial[c, 0] or initial[t, a] == initial[c, 1])
                if same or alike:
                    scores[c] += _SAME_SOUND if same else _SAME_INITIAL
                    break
        for kind in range(2):
            most = _RARE if kind else _COMMON
            group = np.empty(count, dtype=np.float32)
            size = 0
            for i in range(count):
                if rare[touched[i]] == (kind == 1) and touched[i] != t:
                    group[size] = scores[touched[i]]
                    size += 1
            least = _LEAST
            if size > most:
                least = np.partition(group[:size], size - most)[size - most]
            taken = 0
            for i in range(count):
                c = touched[i]
                if rare[c] == (kind == 1) and c != t and scores[c] >= least and taken < most:
                    out[found, 0], out[found, 1], out[found, 2] = c, t, kind
                    found += 1
                    taken += 1
        for i in range(count):
            scores[touched[i]] = 0
    return found
