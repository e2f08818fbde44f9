"""Does a candidate mean the term? Which technique was used, and what speaks for and against it, as compiled loops.

The disguise is believed when the text it would otherwise be is dearer (less likely, see `language`) than the disguise.
The prices below were set on disguises and clean texts made for that purpose (tests/engine/text), not on a test set.
"""

from __future__ import annotations

import numba
import numpy as np

from touchstone.engine.text.glued import GLUED
from touchstone.engine.text.language import is_listed, is_word, token_cost
from touchstone.engine.text.latin import (
    GLUED_BASE,
    SHORT_WORD,
    has_digit,
    is_foreign,
    latin_price,
    script_price,
    slip_price,
    slipped_words,
)
from touchstone.engine.text.slips import WORDS
from touchstone.engine.text.techniques import (
    CASE,
    EMOJI,
    EXACT,
    GLYPH,
    HOMOGLYPH,
    HOMOPHONE,
    INITIALS,
    LEET,
    NEVER,
    PINYIN,
    REPETITION,
    SEPARATOR,
    SHUFFLE,
    SPLIT,
    TRADITIONAL,
    TYPO,
    WIDTH,
    count,
    layer_of,
)  # fmt: skip
from touchstone.engine.text.walks import EMOJI as EMOJI_READ
from touchstone.engine.text.walks import FAINT, SELF, SKIP, SOUND, SPELT
from touchstone.engine.text.walks import GLYPH as GLYPH_READ
from touchstone.engine.text.walks import LEET as LEET_READ
from touchstone.engine.text.walks import SPLIT as SPLIT_READ
from touchstone.engine.text.windows import NEAR

# Columns of the reasons: what the honest reading costs, what the disguise costs, how many units were changed.
ADDED, PRICE, CHANGED = range(3)

# Prices in the same unit as costs of language (-ln of a probability).
BASE = np.float32(9.0)
PER_GLYPH, PER_SPLIT, PER_EMOJI, PER_DIGIT = np.float32(3.5), np.float32(0.5), np.float32(2.0), np.float32(1.5)
# More for a look-alike that is so only faintly.
FAINTLY = np.float32(3.0)
# Of a longer name people leave something as it is.
ALL_GLYPHS = np.float32(2.0)
# A reading of the character that is not its most common one.
PER_RARE_READING = np.float32(3.0)
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
# What a letter of another syllable in the same run of letters costs.
OTHER_LETTER = np.float32(2.6)
_LONGEST_RUN, _LONGEST_INITIALS = 60, 24
# A Chinese name that stands in the text as it is, and adds less than this, is likely a part of other words.
PLAIN_EVEN = np.float32(4.0)

# Spaces and signs that stand between words and clauses: , . ! ? ; : and the Chinese ones.
_ORDINARY = (9, 10, 32, 33, 44, 58, 59, 63, 0x3000, 0x3001, 0x3002, 0xFF01, 0xFF0C, 0xFF1A, 0xFF1B, 0xFF1F)

_jit = numba.njit(cache=True, nogil=True)


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
def letter_run(points, kind, layers, start, end, row_start, row_end, words, word_costs):
    """The run of letters around points[start:end] if it reads like initials: hardly a vowel, not one letter over and
    over, no word; else (-1, -1)."""
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
    letters = np.empty(right - left, dtype=np.uint32)
    for i in range(left, right):
        letter = layers[top, points[i]]
        letters[i - left] = letter
        # No syllable begins with i, u or v.
        if letter < 97 or letter > 122 or letter == 105 or letter == 117 or letter == 118:
            return -1, -1
        vowels += letter == 97 or letter == 101 or letter == 111
        same += letter == layers[top, points[left]]
    if vowels * 4 > right - left or same == right - left or is_word(letters, 0, right - left, words, word_costs):
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
    telling,
    term_points,
    term_offsets,
    term_gaps,
    term_letters,
    term_han,
    reading_offsets,
    plain_readings,
    folded_readings,
    spelling,
    spelt,
    crowd,
    words,
    word_costs,
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
        if origin == GLUED:
            while left > starts[row] and kind[points[left - 1]] == 1:
                left -= 1
            while right < starts[row + 1] and kind[points[right]] == 1:
                right += 1
        elif not boundary(
            points, kind, start, end, starts[row], starts[row + 1], size < (SHORT_WORD if origin == NEAR else 4)
        ):
            if origin == 0 and form == 1:
                # Initials of several names run together: each has its share of what the run costs.
                row_start, row_end = starts[row], starts[row + 1]
                left, right = letter_run(points, kind, layers, start, end, row_start, row_end, words, word_costs)
            elif origin != 1 or count(counts, SPELT) == 0:
                continue
            else:
                # Letters before and after belong to other syllables of the same run; they pay for themselves.
                left, right = spelt_run(points, kind, layers, start, end, starts[row], starts[row + 1], spelling, spelt)
            if left < 0:
                continue
        noise, pauses = noise_inside(points, symbol, start, end)
        if origin == 2:
            price, how, changed = SHUFFLE_BASE, SHUFFLE, 1
            if form:
                price += GAP
            if form == 2:
                price += WIDE_GAP
            if size == 2:
                price += crowd + (TWO_GAP if form else 0)
            price += PER_PAUSE * pauses
        elif origin == 4:
            price, how, changed = BASE + PER_WRONG + (THREE_WRONG if size == 3 else 0), TYPO, 1
            price += PER_SEPARATOR * noise + PER_PAUSE * pauses
        elif origin == NEAR:
            same_start = unit_gentle[first] == layers[len(layers) - 1, term_points[term_offsets[t]]]
            price, how, changed = slip_price(form, counts, size, last - first, same_start)
            if is_foreign(points[start]) and not is_foreign(term_points[term_offsets[t]]):
                # A word of another alphabet has its own letters for right.
                how = -1
        elif origin == GLUED:
            price, how, changed = GLUED_BASE, EXACT, 0
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
                folded_readings,
                noise,
                pauses,
                crowd,
            )
        elif form == 1 or form == 2:
            price, how, changed = _initial_price(
                form, size, counts, noise, last - first, has_digit(first, last, unit_kind)
            )
        elif form == 3:
            price, how, changed = PICTURE_BASE, EMOJI, 1
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
        elif term_letters[t] == 0:
            price, how, changed = script_price(
                counts, first, last, unit_gentle, unit_start, unit_end, points, layers, symbol, term_points, term_gaps,
                term_offsets[t], term_offsets[t + 1], starts[row], starts[row + 1],
            )  # fmt: skip
        else:
            price, how, changed = latin_price(
                counts, first, last, unit_gentle, unit_kind, unit_start, unit_end, points, layers, symbol, telling,
                term_points, term_gaps, term_offsets[t], term_offsets[t + 1], starts[row], starts[row + 1],
            )  # fmt: skip
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
def weigh(
    found, points, starts, unit_kind, unit_start, unit_end, plain, latin_keys, latin_costs, shop_keys, forward, backward,
    term_han, reasons, spans, runs, keep, strength,
):  # fmt: skip
    """What the honest reading of each candidate costs (in reasons), whether it is dearer than the disguise (`keep`), and
    how sure that is."""
    for c in range(len(found)):
        row = found[c, 4]
        base, end = starts[row] + row, starts[row + 1] - starts[row]
        left, right = runs[c, 0], runs[c, 1]
        added = forward[base + end] - forward[base + left - starts[row]] - backward[base + right - starts[row]]
        if found[c, 5] == NEAR and found[c, 6] == WORDS:
            added = slipped_words(found[c], starts[row], unit_kind, unit_start, unit_end, forward[base:])
        elif found[c, 5] == GLUED:
            # The rest of the run is honest text whatever the name is.
            added -= _rest(points, plain, left, spans[c, 0], latin_keys, latin_costs, shop_keys)
            added -= _rest(points, plain, spans[c, 1], right, latin_keys, latin_costs, shop_keys)
        elif left == spans[c, 0] and right == spans[c, 1]:
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
def _rest(points, plain, start, end, latin_keys, latin_costs, shop_keys):
    """The cost of points[start:end] beside a name that is glued to it: only words of goods and trade stand so."""
    if start == end:
        return np.float32(0.0)
    word = np.empty(end - start, dtype=np.uint32)
    for i in range(end - start):
        word[i] = plain[points[start + i]]
    if not is_listed(word, 0, end - start, shop_keys):
        return NEVER
    return token_cost(word, 0, end - start, latin_keys, latin_costs)


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
    glyph, split, pictures = count(counts, GLYPH_READ), count(counts, SPLIT_READ), count(counts, EMOJI_READ)
    digits, faint = count(counts, LEET_READ), count(counts, FAINT)
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
        how = GLYPH
    elif split:
        how = SPLIT
    elif pictures:
        how = EMOJI
    elif digits:
        how = LEET
    else:
        how = EXACT
        if mask & 8:
            how = TRADITIONAL
        elif mask & 16:
            how = HOMOGLYPH
        elif differ:
            how = LEET
        elif mask & 2:
            how = WIDTH
        elif mask & 4:
            how = CASE
        price = np.float32(-999.0)
        if noise or signs:
            price = BASE + PER_SEPARATOR * (noise + signs)
            changed = 1
            if how <= WIDTH:
                how = SEPARATOR
        if repeated and how <= SEPARATOR:
            how = REPETITION
            price = BASE
            changed = 1
        return price, how, changed
    return price + PER_SEPARATOR * noise, how, changed


@_jit
def _initial_price(form, size, counts, noise, units, digits):
    if digits or noise or count(counts, SKIP) or count(counts, SELF) != units:
        return NEVER, -1, 1
    if form == 2:
        return MIXED_BASE, INITIALS, 1
    return INITIALS_BASE, INITIALS, size


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
    folded_readings,
    noise,
    pauses,
    crowd,
):
    top = len(layers) - 1
    same = 0
    dialect = 0
    rare = 0
    digits = count(counts, LEET_READ)
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
        usual = False
        for k in range(begin, stop):
            w = layers[top, term_points[k]]
            if w >= 0x30000 or g >= 0x30000:
                continue
            for a in range(reading_offsets[w], reading_offsets[w + 1]):
                for b in range(reading_offsets[g], reading_offsets[g + 1]):
                    alike |= plain_readings[a] == plain_readings[b]
                    usual |= b == reading_offsets[g] and folded_readings[a] == folded_readings[b]
        dialect += not alike
        rare += not usual
    changed = count(counts, SOUND) - same
    spelt, pictures = count(counts, SPELT), count(counts, EMOJI_READ)
    if changed + spelt + pictures + digits <= 0:
        return NEVER, -1, 0
    if changed + digits == 0:
        how = PINYIN if spelt else EMOJI
    else:
        how = EMOJI if pictures and not changed else HOMOPHONE
    price = BASE + PER_SOUND * changed + PER_DIALECT * dialect + PER_SPELT * spelt + PER_EMOJI * pictures
    price += PER_DIGIT_READ * digits + PER_RARE_READING * rare
    if changed and stop - begin == 2:
        price += (TWO_SOUND if changed == 1 else TWO_SOUNDS) + crowd + TWO_NOISE * min(pauses, 1)
    return price + PER_SEPARATOR * min(noise, 2), how, changed + spelt + pictures + digits
