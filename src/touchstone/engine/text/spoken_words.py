"""Words in letters as they sound, for respellings: Goochi for Gucci, Kartier for Cartier, Ralf Loren for Ralph Lauren.

A key is not phonetics: it only makes equal what spellings of one word in European languages commonly vary. Two words with
the same key are near one another; how strange the one in the text is, the language says.
"""

from __future__ import annotations

import numba

_A, _C, _E, _G, _H, _I, _K, _O, _P, _Q, _S, _T, _U, _V, _W, _X, _Y, _Z = map(ord, "aceghikopqstuvwxyz")
_F = ord("f")
# The sound of ch and sh.
_SH = ord("S")
# Shorter keys say nothing.
SHORTEST = 3

_jit = numba.njit(cache=True, nogil=True)


@_jit
def key_of(points, begin, end, key):
    """Write the key of the letters a to z in points[begin:end] to `key`, which has room for twice as many. Returns its
    length."""
    n = 0
    i = begin
    while i < end:
        c = points[i]
        after = points[i + 1] if i + 1 < end else 0
        i += 1
        if c == after and not (c == _C and i + 1 < end and _soft(points[i + 1])) and not _is_vowel(c):
            continue
        if c == _Y:
            c = _I
        if _is_vowel(c):
            n, i = _vowel(points, begin, i, end, c, key, n)
        elif c == _C and after == _C:
            # Italian cci.
            key[n] = _SH
            n, i = n + 1, i + 1
        elif (c == _C or c == _S) and after == _H:
            key[n] = _SH
            n, i = n + 1, i + 1
        elif c == _T and after == _C and i + 1 < end and points[i + 1] == _H:
            continue
        elif c == _C and _soft(after):
            key[n] = _S
            n += 1
        elif c == _C and after == _K:
            continue
        elif c == _C or c == _Q:
            key[n] = _K
            n += 1
        elif c == _P and after == _H:
            key[n] = _F
            n, i = n + 1, i + 1
        elif c == _X:
            key[n], key[n + 1] = _K, _S
            n += 2
        elif c == _Z:
            key[n] = _S
            n += 1
        elif c == _W:
            key[n] = _V
            n += 1
        elif c != _H:
            key[n] = c
            n += 1
    return n


@_jit
def _vowel(points, begin, i, end, c, key, n):
    """The vowel c before points[i], with the next one where both are written for one sound."""
    after = points[i] if i < end else 0
    if after == _Y:
        after = _I
    if c == _E and i == end and n > 1:
        # Silent at the end.
        return n, i
    if (c == _E and (after == _E or after == _I)) or (c == _I and (after == _E or after == _I)):
        c, i = _I, i + 1
    elif c == _O and (after == _O or after == _U):
        c, i = _U, i + 1
    elif c == _A and after == _U:
        c, i = _O, i + 1
    elif c == after:
        i += 1
    key[n] = c
    return n + 1, i


@_jit
def _is_vowel(c):
    return c == _A or c == _E or c == _I or c == _O or c == _U


@_jit
def _soft(c):
    return c == _E or c == _I or c == _Y
