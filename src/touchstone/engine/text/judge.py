"""Does a candidate mean the term? Which technique was used, and what speaks for and against it, as compiled loops.

The disguise is believed when the text it would otherwise be is dearer (less likely, see `language`) than the disguise.
The prices below were set on disguises and clean texts made for that purpose (tests/engine/text), not on a test set.
"""

from __future__ import annotations

import numba
import numpy as np

from touchstone.engine.text.variants import TECHNIQUES
from touchstone.engine.text.walks import EMOJI, FAINT, GLYPH, LEET, SELF, SKIP, SOUND, SPELT, SPLIT

CODE = {name: number for number, name in enumerate(TECHNIQUES)}
_EXACT, _CASE, _WIDTH, _SEPARATOR, _REPETITION, _LEET, _HOMOGLYPH, _TRADITIONAL = (
    CODE[n] for n in ("exact", "case", "width", "separator", "repetition", "leet", "homoglyph", "traditional")
)
_HOMOPHONE, _PINYIN, _INITIALS, _GLYPH, _SPLIT, _EMOJI, _SHUFFLE, _TYPO = (
    CODE[n] for n in ("homophone", "pinyin", "initials", "glyph", "split", "emoji", "shuffle", "typo")
)
# Columns of the reasons: what the honest reading costs, what the disguise costs, how many units were changed.
ADDED, PRICE, CHANGED = range(3)

# Prices in the same unit as costs of language (-ln of a probability).
BASE = np.float32(9.0)
# What no text says by accident or on purpose: above what any evidence pays.
NEVER = np.float32(99.0)
PER_GLYPH, PER_SPLIT, PER_EMOJI, PER_DIGIT = np.float32(3.5), np.float32(0.5), np.float32(2.0), np.float32(1.5)
# More for a look-alike that is so only faintly.
FAINTLY = np.float32(3.0)
# Of a longer name people leave something as it is.
ALL_GLYPHS = np.float32(2.0)
PER_SOUND, PER_DIALECT, PER_SPELT, PER_DIGIT_READ = np.float32(3.0), np.float32(2.0), np.float32(0.5), np.float32(4.0)
# Two characters that sound or look like a name stand in honest texts by accident; they must be stranger than longer ones.
TWO_GLYPH, TWO_SOUND, TWO_SOUNDS, TWO_GAP = np.float32(6.0), np.float32(4.5), np.float32(6.0), np.float32(4.0)
# A sign between the two that may only end a clause.
TWO_NOISE = np.float32(3.0)
# A character of a name that is just another one.
PER_WRONG, THREE_WRONG = np.float32(7.0), np.float32(4.0)
PER_SEPARATOR, PER_REPEATED = np.float32(1.0), np.float32(4.0)
# The end of a clause inside a name in another order or with a wrong character.
PER_PAUSE = np.float32(5.0)
INITIALS_BASE, MIXED_BASE = np.float32(9.1), np.float32(10.0)
PICTURE_BASE, SHUFFLE_BASE = np.float32(6.0), np.float32(11.0)
# Somebody else's characters in between pay for themselves.
GAP, WIDE_GAP = np.float32(3.0), np.float32(9.0)
LATIN_BASE, LATIN_REPEATED, TYPO_BASE = np.float32(14.0), np.float32(13.0), np.float32(15.5)
# Names of fewer letters are not looked for in leet and the like; with fewer than the other, not with a wrong letter.
_SHORTEST, _TYPO_FROM = 4, 6
# A name of so many letters is often two words: one digit in it, beside its one gap, is no accident.
_TWO_WORDS = 8
# What a letter of another syllable in the same run of letters costs.
OTHER_LETTER = np.float32(2.6)
_LONGEST_RUN, _LONGEST_INITIALS = 60, 24
# A Chinese name that stands in the text as it is, and adds less than this, is likely a part of other words.
PLAIN_EVEN = np.float32(4.0)

# Spaces and signs that stand between words and clauses: , . ! ? ; : and the Chinese ones.
_ORDINARY = (9, 10, 32, 33, 44, 58, 59, 63, 0x3000, 0x3001, 0x3002, 0xFF01, 0xFF0C, 0xFF1A, 0xFF1B, 0xFF1F)

_jit = numba.njit(cache=True, nogil=True)


@_jit
def count(counts, kind):
    """One counter of a walk."""
    return (counts >> (8 * kind)) & 255


@_jit
def layer_of(layers, one, other):
    """The first layer under which two characters are the same, or the number of layers."""
    for k in range(len(layers)):
        if layers[k, one] == layers[k, other]:
            return k
    return len(layers)


@_jit
def noise_inside(points, symbol, start, end):
    """How many separators are in points[start:end], and how many of them only part clauses or words in honest texts."""
    total = 0
    honest = 0
    for i in range(start, end):
        p = points[i]
        if symbol[p] == 0:
            total += 1
            for ordinary in _ORDINARY:
                honest += p == ordinary
    return total, honest


@_jit
def boundary(points, kind, first, last, row_start, row_end, short):
    """Latin words are not cut: nothing of the same word stands before `first` or after `last` - 1."""
    for edge, beside, inside in ((first, first - 1, first - 1 >= row_start), (last - 1, last, last < row_end)):
        k = kind[points[edge]]
        if inside and (k == 1 or k == 2 or k == 5):
            b = kind[points[beside]]
            if b == 1 and k != 2:
                return False
            if b == 2 and (short or k == 2):
                return False
            if b == 1 and k == 2 and short:
                return False
    return True


@_jit
def letter_run(points, kind, layers, start, end, row_start, row_end):
    """The run of letters around points[start:end] if it reads like initials: hardly a vowel, not one letter over and
    over; else (-1, -1)."""
    left, right = start, end
    while left > row_start and kind[points[left - 1]] == 1:
        left -= 1
    while right < row_end and kind[points[right]] == 1:
        right += 1
    if right - left > _LONGEST_INITIALS:
        return -1, -1
    top = len(layers) - 1
    vowels = 0
    same = 0
    for i in range(left, right):
        letter = layers[top, points[i]]
        # No syllable begins with i, u or v.
        if letter < 97 or letter > 122 or letter == 105 or letter == 117 or letter == 118:
            return -1, -1
        vowels += letter == 97 or letter == 101 or letter == 111
        same += letter == layers[top, points[left]]
    if vowels * 4 > right - left or same == right - left:
        return -1, -1
    return left, right


@_jit
def spelt_run(points, kind, layers, start, end, row_start, row_end, spelling, spelt):
    """The run of letters around points[start:end] if all of it is syllables and none crosses an end; else (-1, -1)."""
    left, right = start, end
    while left > row_start and kind[points[left - 1]] == 1:
        left -= 1
    while right < row_end and kind[points[right]] == 1:
        right += 1
    if right - left > _LONGEST_RUN:
        return -1, -1
    if _all_syllables(points, layers, left, start, spelling, spelt) and _all_syllables(
        points, layers, end, right, spelling, spelt
    ):
        return left, right
    return -1, -1


@_jit
def _all_syllables(points, layers, start, end, spelling, spelt):
    reached = np.zeros(end - start + 1, dtype=np.bool_)
    reached[0] = True
    top = len(layers) - 1
    for i in range(end - start):
        if not reached[i]:
            continue
        node = 0
        for j in range(i, end - start):
            letter = np.int64(layers[top, points[start + j]]) - 97
            if letter < 0 or letter > 25:
                break
            node = spelling[node, letter]
            if node == 0:
                break
            if spelt[node]:
                reached[j + 1] = True
    return reached[end - start]


@_jit
def price(
    found,
    points,
    starts,
    unit_gentle,
    unit_kind,
    unit_start,
    unit_end,
    layers,
    symbol,
    kind,
    term_points,
    term_offsets,
    term_han,
    reading_offsets,
    plain_readings,
    spelling,
    spelt,
    crowd,
    techniques,
    reasons,
    spans,
    runs,
):
    """What the disguise of each candidate `found` (see `walks.FIRST` ...) costs: fill techniques, reasons (price and
    changed), spans and runs for those that are a way of writing the term at all. Returns how many they are; `found` and
    the others begin with them.

    `runs`: the span whose honest text is paid for: that of the candidate, or the run of letters around it.
    """
    alive = 0
    for c in range(len(found)):
        first, last, t, counts, row = found[c, 0], found[c, 1], found[c, 2], found[c, 3], found[c, 4]
        origin, form = found[c, 5], found[c, 6]
        start, end = np.int64(unit_start[first]), np.int64(unit_end[last - 1])
        size = term_offsets[t + 1] - term_offsets[t]
        left, right = start, end
        if not boundary(points, kind, start, end, starts[row], starts[row + 1], size < 4):
            if origin == 0 and form == 1:
                # Initials of several names run together: each has its share of what the run costs.
                left, right = letter_run(points, kind, layers, start, end, starts[row], starts[row + 1])
            elif origin != 1 or count(counts, SPELT) == 0:
                continue
            else:
                # Letters before and after belong to other syllables of the same run; they pay for themselves.
                left, right = spelt_run(points, kind, layers, start, end, starts[row], starts[row + 1], spelling, spelt)
            if left < 0:
                continue
        noise, pauses = noise_inside(points, symbol, start, end)
        if origin == 2:
            price, how, changed = SHUFFLE_BASE, _SHUFFLE, 1
            if form:
                price += GAP
            if form == 2:
                price += WIDE_GAP
            if size == 2:
                price += crowd + (TWO_GAP if form else 0)
            price += PER_PAUSE * pauses
        elif origin == 4:
            price, how, changed = BASE + PER_WRONG + (THREE_WRONG if size == 3 else 0), _TYPO, 1
            price += PER_SEPARATOR * noise + PER_PAUSE * pauses
        elif origin == 3:
            price, how, changed = TYPO_BASE, (_SHUFFLE if form == 1 else _TYPO), 1
            same_start = unit_gentle[first] == layers[len(layers) - 1, term_points[term_offsets[t]]]
            if not same_start or (size < _TYPO_FROM and form != 1):
                how = -1
        elif origin == 1:
            price, how, changed = _sound_price(
                counts,
                first,
                last,
                unit_gentle,
                unit_kind,
                term_points,
                term_offsets[t],
                term_offsets[t + 1],
                layers,
                reading_offsets,
                plain_readings,
                noise,
                pauses,
                crowd,
            )
        elif form == 1 or form == 2:
            price, how, changed = _initial_price(
                form, size, counts, noise, last - first, _has_digit(first, last, unit_kind)
            )
        elif form == 3:
            price, how, changed = PICTURE_BASE, _EMOJI, 1
        elif term_han[t] > 0:
            price, how, changed = _han_price(
                counts,
                first,
                last,
                unit_gentle,
                unit_start,
                points,
                layers,
                symbol,
                term_points,
                term_offsets[t],
                term_offsets[t + 1],
                noise,
                pauses,
                crowd,
            )
        else:
            price, how, changed = _latin_price(
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
                term_points,
                term_offsets[t],
                term_offsets[t + 1],
                noise,
            )
        if how < 0:
            # A reading that is refused has no technique, and no evidence makes up for that.
            continue
        for k in range(found.shape[1]):
            found[alive, k] = found[c, k]
        techniques[alive] = how
        reasons[alive, PRICE], reasons[alive, CHANGED] = price, changed
        spans[alive, 0], spans[alive, 1], runs[alive, 0], runs[alive, 1] = start, end, left, right
        alive += 1
    return alive


@_jit
def weigh(found, starts, forward, backward, term_han, reasons, spans, runs, keep, strength):
    """What the honest reading of each candidate costs (in reasons), whether it is dearer than the disguise (`keep`), and
    how sure that is."""
    for c in range(len(found)):
        row = found[c, 4]
        base, end = starts[row] + row, starts[row + 1] - starts[row]
        left, right = runs[c, 0], runs[c, 1]
        added = forward[base + end] - forward[base + left - starts[row]] - backward[base + right - starts[row]]
        if left == spans[c, 0] and right == spans[c, 1]:
            if not (added > -1000.0):
                added = np.float32(0.0)
        elif found[c, 5] == 0:
            added *= np.float32(spans[c, 1] - spans[c, 0]) / np.float32(right - left)
        else:
            added -= OTHER_LETTER * np.float32(spans[c, 0] - left + right - spans[c, 1])
        reasons[c, ADDED] = added
        price = reasons[c, PRICE]
        keep[c] = added >= price
        if reasons[c, CHANGED] > 0:
            strength[c] = 1.0 / (1.0 + np.exp(-(added - price) / 2.0))
        elif term_han[found[c, 2]] > 0:
            strength[c] = 1.0 / (1.0 + np.exp(-(added - PLAIN_EVEN) / 2.0))
        else:
            strength[c] = 1.0


@_jit
def _layers_used(first, last, unit_gentle, unit_start, points, layers, symbol, term_points, begin, stop):
    """Walk the units beside the term's characters: (bit mask of layers, symbols that differ, repeated, signs skipped)."""
    mask = 0
    differ = 0
    repeated = 0
    signs = 0
    i = begin
    top = len(layers)
    for u in range(first, last):
        p = points[unit_start[u]]
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
    return mask, differ, repeated, signs


@_jit
def _han_price(
    counts,
    first,
    last,
    unit_gentle,
    unit_start,
    points,
    layers,
    symbol,
    term_points,
    begin,
    stop,
    noise,
    pauses,
    crowd,
):
    glyph, split, pictures = count(counts, GLYPH), count(counts, SPLIT), count(counts, EMOJI)
    digits, faint = count(counts, LEET), count(counts, FAINT)
    glyph += faint
    mask, differ, repeated, signs = _layers_used(
        first, last, unit_gentle, unit_start, points, layers, symbol, term_points, begin, stop
    )
    changed = glyph + split + pictures + digits
    size = stop - begin
    if size == 1 and (glyph or pictures or digits or count(counts, SKIP)):
        return NEVER, -1, changed
    price = BASE + PER_GLYPH * glyph + PER_SPLIT * split + PER_EMOJI * pictures + PER_DIGIT * digits
    price += FAINTLY * faint
    if glyph == size and size > 2:
        price += ALL_GLYPHS
    if glyph and size == 2:
        price += TWO_GLYPH + crowd + TWO_NOISE * min(pauses + signs, 1)
    if changed:
        price += PER_REPEATED * repeated
    if glyph:
        how = _GLYPH
    elif split:
        how = _SPLIT
    elif pictures:
        how = _EMOJI
    elif digits:
        how = _LEET
    else:
        how = _EXACT
        if mask & 8:
            how = _TRADITIONAL
        elif mask & 16:
            how = _HOMOGLYPH
        elif differ:
            how = _LEET
        elif mask & 2:
            how = _WIDTH
        elif mask & 4:
            how = _CASE
        price = np.float32(-999.0)
        if noise or signs:
            price = BASE + PER_SEPARATOR * (noise + signs)
            changed = 1
            if how <= _WIDTH:
                how = _SEPARATOR
        if repeated and how <= _SEPARATOR:
            how = _REPETITION
            price = BASE
            changed = 1
        return price, how, changed
    return price + PER_SEPARATOR * noise, how, changed


@_jit
def _initial_price(form, size, counts, noise, units, digits):
    if digits or noise or count(counts, SKIP) or count(counts, SELF) != units:
        return NEVER, -1, 1
    if form == 2:
        return MIXED_BASE, _INITIALS, 1
    return INITIALS_BASE, _INITIALS, size


@_jit
def _latin_price(
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
    term_points,
    begin,
    stop,
    noise,
):
    size = stop - begin
    split, signs_read, glyph = count(counts, SPLIT), count(counts, LEET), count(counts, GLYPH)
    if glyph or count(counts, EMOJI):
        return NEVER, -1, 1
    mask, differ, repeated, signs = _layers_used(
        first, last, unit_gentle, unit_start, points, layers, symbol, term_points, begin, stop
    )
    letters = 0
    foreign = 0
    for u in range(first, last):
        letters += unit_kind[u] == 1
        p = points[unit_start[u]]
        foreign += 0x370 <= p < 0x590
    if letters * 2 < size and not (mask and differ == 0 and split == 0 and signs_read == 0):
        return NEVER, -1, 1
    leet = differ + signs_read
    breaks = _breaks(first, last, unit_start, unit_end)
    foreign_drawn = (mask & 16) != 0 and differ == 0
    if size < _SHORTEST and letters and (leet or split or repeated or (breaks and breaks < size - 1 + (size < 3))):
        # Two or three letters are everywhere; only letters of another alphabet or a name spelt out are no accident.
        if not (foreign_drawn and not repeated and not breaks):
            return NEVER, -1, 1
    if split:
        # The units of a pair do not stand beside one letter each; what differs cannot be told unit by unit.
        leet = signs_read
    if leet or split:
        if leet * (3 if size < 5 else 2) > size + (size < 5) or (
            0 < breaks < size - 1
            and _has_digit(first, last, unit_kind)
            and not (breaks == 1 and leet == 1 and size >= _TWO_WORDS)
        ):
            return NEVER, -1, 1
        if size < 5 and _digits_together(first, last, unit_kind):
            return NEVER, -1, 1
        how = _LEET if leet and _has_digit(first, last, unit_kind) else _HOMOGLYPH
        return LATIN_BASE + leet + np.float32(2.0) * split + breaks, how, leet + split
    if mask & 16:
        if foreign == letters and size < 5:
            return NEVER, -1, 1
        marks_only = True
        for u in range(first, last):
            marks_only &= points[unit_start[u]] < 0x250
        return (
            (np.float32(-999.0) if marks_only and not breaks else np.float32(10.0)),
            _HOMOGLYPH,
            0 if marks_only else 1,
        )
    how = _EXACT
    if mask & 2:
        how = _WIDTH
    elif mask & 4:
        how = _CASE
    if repeated:
        return (np.float32(99.0) if breaks else LATIN_REPEATED), _REPETITION, 1
    if breaks or signs:
        spelt_out = max(breaks, 1) + (size if _signs_between(first, last, unit_start, unit_end, points) else 0)
        return LATIN_BASE + (4.0 if breaks == 1 else 0.0), _SEPARATOR, spelt_out
    return np.float32(-999.0), how, 0


@_jit
def _digits_together(first, last, unit_kind):
    for u in range(first + 1, last):
        if unit_kind[u] == 2 and unit_kind[u - 1] == 2:
            return True
    return False


@_jit
def _has_digit(first, last, unit_kind):
    for u in range(first, last):
        if unit_kind[u] == 2 or unit_kind[u] == 5:
            return True
    return False


@_jit
def _breaks(first, last, unit_start, unit_end):
    """How many gaps there are between the units."""
    gaps = 0
    for u in range(first + 1, last):
        gaps += unit_start[u] > unit_end[u - 1]
    return gaps


@_jit
def _signs_between(first, last, unit_start, unit_end, points):
    """Is there anything but spaces and hyphens in the gaps between the units?"""
    for u in range(first + 1, last):
        for i in range(unit_end[u - 1], unit_start[u]):
            p = points[i]
            if p != 32 and p != 45 and p != 0xA0 and p != 0x3000:
                return True
    return False


@_jit
def _sound_price(
    counts,
    first,
    last,
    unit_gentle,
    unit_kind,
    term_points,
    begin,
    stop,
    layers,
    reading_offsets,
    plain_readings,
    noise,
    pauses,
    crowd,
):
    top = len(layers) - 1
    same = 0
    dialect = 0
    digits = count(counts, LEET)
    i = begin
    for u in range(first, last):
        if unit_kind[u] != 3 and unit_kind[u] != 2:
            continue
        g = unit_gentle[u]
        hit = False
        for k in range(i, stop):
            if layers[top, term_points[k]] == g:
                hit = True
                i = k + 1
                break
        if unit_kind[u] == 2:
            digits -= hit
            continue
        if hit:
            same += 1
            continue
        alike = False
        for k in range(begin, stop):
            w = layers[top, term_points[k]]
            if w >= 0x30000 or g >= 0x30000:
                continue
            for a in range(reading_offsets[w], reading_offsets[w + 1]):
                for b in range(reading_offsets[g], reading_offsets[g + 1]):
                    alike |= plain_readings[a] == plain_readings[b]
        dialect += not alike
    changed = count(counts, SOUND) - same
    spelt, pictures = count(counts, SPELT), count(counts, EMOJI)
    if changed + spelt + pictures + digits <= 0:
        return NEVER, -1, 0
    if changed + digits == 0:
        how = _PINYIN if spelt else _EMOJI
    else:
        how = _EMOJI if pictures and not changed else _HOMOPHONE
    price = BASE + PER_SOUND * changed + PER_DIALECT * dialect + PER_SPELT * spelt + PER_EMOJI * pictures
    price += PER_DIGIT_READ * digits
    if changed and stop - begin == 2:
        price += (TWO_SOUND if changed == 1 else TWO_SOUNDS) + crowd + TWO_NOISE * min(pauses, 1)
    return price + PER_SEPARATOR * min(noise, 2), how, changed + spelt + pictures + digits
