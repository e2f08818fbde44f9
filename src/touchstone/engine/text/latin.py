"""What a disguise of a name in letters costs: Latin ones, and those of scripts that are read letter by letter.

What stands between letters is told from what stands between the words of the name itself: "L0u1s Vu1tton" has no gap
that the name does not have. How much letters say is counted in the unit of the prices: a letter that is right is one of
about 26, a digit or sign that is read as one may be read as two or three.
"""

from __future__ import annotations

import numba
import numpy as np

from touchstone.engine.text.slips import REVERSED, SOUNDS, SWAP, WORDS
from touchstone.engine.text.techniques import (
    CASE,
    EMOJI_READ,
    EXACT,
    GLYPH_READ,
    HOMOGLYPH,
    LEET,
    LEET_READ,
    NEVER,
    REPETITION,
    SELF_READ,
    SEPARATOR,
    SHUFFLE,
    SPLIT_READ,
    TYPO,
    WIDTH,
    count,
    layer_of,
)  # fmt: skip

LATIN_BASE, LATIN_REPEATED = np.float32(14.0), np.float32(13.0)
# Letters of another alphabet.
FOREIGN = np.float32(10.0)
# A sign that stands at numbers or nowhere (€), for a letter of a word.
TELLING = np.float32(2.5)
# A gap that the name does not have, made by a blank or hyphen; and by what nobody writes inside a word.
ONE_GAP, ODD_GAP = np.float32(4.0), np.float32(1.0)
# What a right letter says, and one that is read from a digit or sign.
SAYS, HINTS = np.float32(3.2), np.float32(1.8)
# Enough for a name; a code of letters and digits says as much by accident.
ENOUGH, SURELY, CERTAINLY = np.float32(9.9), np.float32(11.3), np.float32(20.0)
# More for a name that says less than surely.
HARDLY = np.float32(3.0)
# Names of fewer letters are not looked for in leet and the like.
_SHORTEST = 4
# A name of so many letters is often two words: one digit in it, beside its one gap, is no accident.
_TWO_WORDS = 8
# Names in scripts whose letters say as much as a syllable need only two of them.
_FEW_LETTERS = 4
# A word that is near a name; one that only sounds like it.
TYPO_BASE, SOUNDS_BASE = np.float32(15.5), np.float32(14.5)
# More where a name is so short that many words are near it.
SHORT_NAME = np.float32(2.0)
# Words up to here beside a digit are codes, not names with a slip.
SHORT_WORD = 6
# A further slip in a name of several words, and what a right word beside the wrong one says at most.
NEXT_SLIP, RIGHT_WORD = np.float32(3.0), np.float32(3.5)
# Names of more letters may have any one of them wrong, and the first, too, where two changed places.
_ANY_WRONG = 5
GLUED_BASE = np.float32(12.0)

_jit = numba.njit(cache=True, nogil=True)


@_jit
def fitted(first, last, unit_gentle, unit_start, unit_end, points, layers, symbol, term_points, gaps, begin, stop):
    """Walk the units beside the letters of the name: (bit mask of layers, symbols that differ, repeated, signs skipped,
    gaps that the name does not have, the gaps that it has and the text too)."""
    mask = 0
    differ = 0
    repeated = 0
    signs = 0
    strange = 0
    shared = 0
    i = begin
    top = len(layers)
    for u in range(first, last):
        p = points[unit_start[u]]
        if u > first and unit_start[u] > unit_end[u - 1]:
            if i < stop and gaps[i]:
                shared += 1
            else:
                strange += 1
        if i < stop and symbol[p] == symbol[term_points[i]]:
            k = layer_of(layers, term_points[i], p)
            if k == top:
                differ += 1
            else:
                mask |= 1 << k
            i += 1
        elif u > first and unit_gentle[u] == unit_gentle[u - 1]:
            repeated += 1
        else:
            signs += 1
            # A sign that is read as the letter: the next unit is the next letter.
            if i < stop and (
                (u + 1 == last and i + 1 == stop)
                or (u + 1 < last and i + 1 < stop and symbol[points[unit_start[u + 1]]] == symbol[term_points[i + 1]])
            ):
                i += 1
    return mask, differ, repeated, signs, strange, shared


@_jit
def latin_price(
    counts,
    first,
    last,
    unit_gentle,
    unit_kind,
    unit_start,
    unit_end,
    points,
    layers,
    symbol,
    telling,
    term_points,
    gaps,
    begin,
    stop,
    row_start,
    row_end,
):
    """(price, technique, changed) of a place that may be the name `term_points[begin:stop]`."""
    size = stop - begin
    split, signs_read, glyph = count(counts, SPLIT_READ), count(counts, LEET_READ), count(counts, GLYPH_READ)
    if glyph or count(counts, EMOJI_READ):
        return NEVER, -1, 1
    mask, differ, repeated, signs, strange, shared = fitted(
        first, last, unit_gentle, unit_start, unit_end, points, layers, symbol, term_points, gaps, begin, stop
    )
    letters = 0
    foreign = 0
    beyond = 0
    told = 0
    for u in range(first, last):
        letters += unit_kind[u] == 1
        p = points[unit_start[u]]
        foreign += is_foreign(p)
        beyond += p >= 0x250
        told += unit_kind[u] == 5 and _is_one_of(p, telling)
    own_script = False
    for i in range(begin, stop):
        own_script = own_script or term_points[i] >= 0x370
    if own_script and beyond == 0:
        # Latin letters alone are no name in another script: "Hank" is not Найк.
        return NEVER, -1, 1
    if split:
        # The units of a pair do not stand beside one letter each; what differs cannot be told unit by unit.
        differ = 0
        strange = max(0, strange + shared - _own_gaps(gaps, begin, stop))
    leet = differ + signs_read
    changed = leet or split or repeated or (strange and strange < size - 1 + (size < 3))
    drawn = (mask & 16) != 0 and differ == 0 and not repeated and not strange
    if size < _SHORTEST and changed and letters and not drawn:
        # Two or three letters are everywhere; only letters of another alphabet or a name spelt out are no accident.
        return NEVER, -1, 1
    odd = strange > 0 and _odd(first, last, unit_start, unit_end, points)
    if leet or split:
        return _leet_price(
            first, last, unit_gentle, unit_kind, unit_start, unit_end, size, leet, split, told, repeated,
            strange, shared,
        )  # fmt: skip
    # Signs that nobody reads as letters here stand between letters.
    odd = odd or (signs > 0 and strange == 0)
    if mask & 16:
        start, end = unit_start[first], unit_end[last - 1]
        if foreign == letters and foreign > 0 and size < 5 and _more_foreign(points, row_start, row_end, start, end):
            return NEVER, -1, 1
        return _drawn_price(first, last, unit_start, points, term_points, begin, stop, strange, signs)
    how = EXACT
    if mask & 2:
        how = WIDTH
    elif mask & 4:
        how = CASE
    if repeated:
        return (NEVER if strange else LATIN_REPEATED), REPETITION, 1
    if strange or signs:
        spelt_out = max(strange, 1) + (size if odd else 0)
        one = ODD_GAP if odd else ONE_GAP
        return LATIN_BASE + (one if strange == 1 else np.float32(0.0)), SEPARATOR, spelt_out
    return np.float32(-999.0), how, 0


@_jit
def _leet_price(
    first, last, unit_gentle, unit_kind, unit_start, unit_end, size, leet, split, told, repeated, strange, shared
):
    digits = has_digit(first, last, unit_kind)
    longest, alone, again = _digits(first, last, unit_gentle, unit_kind, unit_start, unit_end)
    says = SAYS * np.float32(size - leet) + HINTS * np.float32(leet) + (SAYS - HINTS) * np.float32(told)
    apart = strange + shared >= size - 1
    if says < SURELY and unit_kind[first] == 2:
        # A code begins with a digit more often than a name does.
        return NEVER, -1, 1
    if says < ENOUGH or (again and repeated) or (alone and not apart) or (longest > 2 and says < CERTAINLY):
        return NEVER, -1, 1
    if strange > 0 and not apart and digits and not (strange == 1 and leet == 1 and size >= _TWO_WORDS):
        return NEVER, -1, 1
    price = LATIN_BASE + np.float32(leet) + np.float32(2.0) * np.float32(split) + np.float32(strange)
    if says < SURELY:
        price += HARDLY
    if size < 5 and longest > 1:
        price += np.float32(1.0)
    return price - TELLING * np.float32(told), LEET if leet and digits else HOMOGLYPH, leet + split


@_jit
def _digits(first, last, unit_gentle, unit_kind, unit_start, unit_end):
    """(the longest run of digits, whether digits alone stand between gaps, whether a digit is written twice)."""
    longest = 0
    run = 0
    alone = False
    again = False
    letters = 0
    piece = 0
    for u in range(first, last):
        if u > first and unit_start[u] > unit_end[u - 1]:
            alone = alone or (letters == 0 and piece > 0)
            letters = piece = run = 0
        piece += 1
        letters += unit_kind[u] != 2
        run = run + 1 if unit_kind[u] == 2 else 0
        longest = max(longest, run)
        again = again or (run > 1 and unit_gentle[u] == unit_gentle[u - 1])
    return longest, alone or letters == 0, again


@_jit
def _drawn_price(first, last, unit_start, points, term_points, begin, stop, strange, signs):
    """Letters drawn like those of the name. Marks on letters alone are how people write; more than one that the name does
    not have are not, save the dot of the Turkish alphabet."""
    marked = 0
    for u in range(first, last):
        p = points[unit_start[u]]
        if p >= 0x250 or p == 0xD7 or p == 0xF7 or 0xA1 <= p < 0xC0:
            return FOREIGN, HOMOGLYPH, 1
        marked += _marks(p)
    for i in range(begin, stop):
        marked -= _marks(term_points[i])
    if strange or signs:
        return FOREIGN, HOMOGLYPH, 1
    return np.float32(-999.0), HOMOGLYPH, max(0, marked) if marked > 1 else 0


@_jit
def _marks(point):
    """2 for a stroke through a letter, 1 for a mark over or under it, 0 for none and for the dot of the Turkish alphabet."""
    if point < 0xC0 or point == 0x130 or point == 0x131:
        return 0
    stroke = point == 0xD8 or point == 0xF8 or point == 0x110 or point == 0x111 or point == 0x126 or point == 0x127
    return 2 if stroke or point == 0x141 or point == 0x142 or point == 0x166 or point == 0x167 or point >= 0x180 else 1


@_jit
def script_price(
    counts, first, last, unit_gentle, unit_start, unit_end, points, layers, symbol, term_points, gaps, begin, stop,
    row_start, row_end,
):  # fmt: skip
    """As `latin_price`, for a name in letters that are no alphabet of the tables: kana, Hangul, Thai and the like."""
    size = stop - begin
    if count(counts, SELF_READ) < size:
        return NEVER, -1, 1
    mask, differ, repeated, signs, strange, _ = fitted(
        first, last, unit_gentle, unit_start, unit_end, points, layers, symbol, term_points, gaps, begin, stop
    )
    if differ:
        return NEVER, -1, 1
    start, end = unit_start[first], unit_end[last - 1]
    while end < row_end and _is_mark(points[end]):
        end += 1
    script = script_of(points[start])
    alone = not (
        (start > row_start and _precedes(points[start - 1], points[start], script))
        or (end < row_end and _follows(points[end], script))
    )
    how = WIDTH if mask & 30 else EXACT
    if repeated:
        return (LATIN_REPEATED if alone and size + repeated >= _FEW_LETTERS and not strange else NEVER), REPETITION, 1
    if not strange and not signs:
        # Syllables of ordinary words stand beside each other: what is not written as the name is must stand alone.
        return (np.float32(-999.0), how, 0) if alone or how == EXACT else (NEVER, -1, 1)
    apart = strange + signs >= size - 1
    odd = signs > 0 or _odd(first, last, unit_start, unit_end, points)
    if not alone or not (apart or odd or size >= _FEW_LETTERS):
        return NEVER, -1, 1
    price = FOREIGN if apart else LATIN_BASE + (ODD_GAP if odd else ONE_GAP)
    return price, SEPARATOR, max(strange, 1) + (size if odd or apart else 0)


@_jit
def slip_price(form, counts, size, length, same_start):
    """(price, technique, changed) of a word of `length` letters that is near a name of `size` (see `slips`)."""
    if form == WORDS:
        slipped = 0
        rest = counts
        while rest > 0:
            slipped += rest & 1
            rest >>= 1
        return TYPO_BASE + NEXT_SLIP * np.float32(slipped - 1), TYPO, slipped
    if form == SOUNDS:
        return (SOUNDS_BASE if size >= _ANY_WRONG else TYPO_BASE), TYPO, 1
    if form == REVERSED:
        return TYPO_BASE, SHUFFLE, 1
    if form == SWAP:
        return (TYPO_BASE, SHUFFLE, 1) if same_start or size > _ANY_WRONG else (NEVER, -1, 1)
    if not same_start or (size < _ANY_WRONG and length <= size):
        return NEVER, -1, 1
    return TYPO_BASE + (SHORT_NAME if size <= _ANY_WRONG and length >= _ANY_WRONG else np.float32(0.0)), TYPO, 1


@_jit
def slipped_words(candidate, row_start, unit_kind, unit_start, unit_end, forward):
    """What the words of a name of several words cost as honest text: those with a slip in full, the right ones a little.
    `forward`: the costs of the row, from its beginning on."""
    total = np.float32(0.0)
    number = 0
    u = candidate[0]
    while u < candidate[1]:
        v = u + 1
        while v < candidate[1] and unit_start[v] == unit_end[v - 1]:
            v += 1
        cost = forward[unit_end[v - 1] - row_start] - forward[unit_start[u] - row_start]
        total += cost if (candidate[3] >> number) & 1 else min(cost, RIGHT_WORD)
        number += 1
        u = v
    return total


@_jit
def _is_one_of(point, some):
    for other in some:
        if point == other:
            return True
    return False


@_jit
def is_foreign(point):
    """A letter of the Greek, Cyrillic, Armenian, Coptic or Cherokee alphabet."""
    return 0x370 <= point < 0x590 or 0x2C80 <= point < 0x2D00 or 0x13A0 <= point < 0x1400 or 0x1F00 <= point < 0x2000


@_jit
def _more_foreign(points, row_start, row_end, start, end):
    """Does the row go on in a foreign alphabet outside of points[start:end]? Then it is the language of the text."""
    for i in range(row_start, row_end):
        if (i < start or i >= end) and is_foreign(points[i]):
            return True
    return False


@_jit
def script_of(point):
    """1: kana, 2: Hangul, 3: Thai, 4: Arabic and Hebrew, 0: another."""
    if 0x3041 <= point < 0x3100 or 0xFF66 <= point < 0xFFA0:
        return 1 if point != 0x30FB else 0
    if 0xAC00 <= point < 0xD7B0 or 0x3131 <= point < 0x318F or 0x1100 <= point < 0x1200:
        return 2
    if 0xE01 <= point < 0xE5C and point != 0xE3F:
        return 3
    if 0x590 <= point < 0x780 or 0xFB50 <= point < 0xFE00 or 0xFE70 <= point < 0xFF00:
        return 4
    return 0


@_jit
def _is_mark(point):
    """A vowel or tone of Thai or Arabic that is no unit of its own."""
    return point == 0xE31 or 0xE34 <= point < 0xE3B or 0xE47 <= point < 0xE4F or 0x64B <= point < 0x660


@_jit
def _joins(point, script):
    return script > 0 and script_of(point) == script


# Particles that stand right after a noun: の は が を で に と も へ や, and Korean ones.
_PARTICLES = tuple(map(ord, "のはがをでにともへや은는이가을를의에도와과로"))


@_jit
def _precedes(before, point, script):
    """Does the word begin before `point`? Hiragana after a Chinese character are its ending."""
    return _joins(before, script) or (0x3041 <= point < 0x3097 and 0x4E00 <= before < 0xA000)


@_jit
def _follows(point, script):
    if not _joins(point, script):
        return False
    for particle in _PARTICLES:
        if point == particle:
            return False
    return True


@_jit
def _own_gaps(gaps, begin, stop):
    total = 0
    for i in range(begin + 1, stop):
        total += gaps[i]
    return total


@_jit
def has_digit(first, last, unit_kind):
    """Is there a digit or a sign that is read as a letter?"""
    for u in range(first, last):
        if unit_kind[u] == 2 or unit_kind[u] == 5:
            return True
    return False


@_jit
def _odd(first, last, unit_start, unit_end, points):
    """Is there anything but spaces and hyphens in the gaps between the units?"""
    for u in range(first + 1, last):
        for i in range(unit_end[u - 1], unit_start[u]):
            p = points[i]
            if p != 32 and p != 45 and p != 0xA0 and p != 0x3000:
                return True
    return False
