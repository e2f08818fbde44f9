"""Text that direction controls turn around, in the order in which it is drawn.

Of Unicode's bidirectional algorithm (UAX 9) only what hides a name is done here: an override (U+202E) draws every
character after it from right to left, so that "\\u202eekiN" shows Nike; inside it a left-to-right override, embedding or
isolate keeps its characters in their order. Embeddings and isolates alone do not turn Latin letters around, and a text of
right-to-left script is stored in reading order already, so both are left as they are.
"""

from __future__ import annotations

_RLO, _LRO, _POP = "\u202e", "\u202d", "\u202c"
_EMBEDDINGS = "\u202a\u202b"
_ISOLATES, _POP_ISOLATE = "\u2066\u2067\u2068", "\u2069"
# What makes a text worth looking at.
CONTROLS = _RLO
_ALL = frozenset(_RLO + _LRO + _POP + _EMBEDDINGS + _ISOLATES + _POP_ISOLATE)
# A paragraph ends all of them.
_PARAGRAPH = "\n\r\x1c\x1d\x1e\x85\u2029"
# Deeper ones count as the one they stand in (UAX 9, BD2).
_DEEPEST = 125


def drawn(text: str) -> list[int] | None:
    """The places of the characters of `text` in the order in which they are drawn; None where nothing is turned."""
    if _RLO not in text:
        return None
    levels = _levels(text)
    order: list[int] = []
    begin = 0
    for end in [i for i, c in enumerate(text) if c in _PARAGRAPH] + [len(text)]:
        order += _reordered(levels, begin, end)
        if end < len(text):
            order.append(end)
        begin = end + 1
    return order


def _levels(text: str) -> list[int]:
    """The embedding level of every character: odd where an override draws from right to left."""
    levels = [0] * len(text)
    # Pairs of a level and whether an isolate opened it.
    stack: list[tuple[int, bool]] = [(0, False)]
    for i, c in enumerate(text):
        level = stack[-1][0]
        levels[i] = level
        if c in _PARAGRAPH:
            levels[i] = 0
            del stack[1:]
        elif c in _ALL:
            if c == _POP:
                if len(stack) > 1 and not stack[-1][1]:
                    stack.pop()
                levels[i] = max(stack[-1][0], levels[i])
            elif c == _POP_ISOLATE:
                opened = [k for k, (_, isolate) in enumerate(stack) if isolate]
                if opened:
                    del stack[opened[-1] :]
                levels[i] = stack[-1][0]
            elif len(stack) < _DEEPEST:
                turned = level % 2 == 1
                # Inside turned text any other control gives letters their own direction back.
                inner = level + 1 if (c == _RLO) != turned else level
                stack.append((inner, c in _ISOLATES))
    return levels


def _reordered(levels: list[int], begin: int, end: int) -> list[int]:
    """Places from `begin` to `end`, each run of a level and above turned, from the deepest up (UAX 9, L2)."""
    order = list(range(begin, end))
    for level in range(max(levels[begin:end], default=0), 0, -1):
        i = 0
        while i < len(order):
            if levels[order[i]] < level:
                i += 1
                continue
            j = i
            while j < len(order) and levels[order[j]] >= level:
                j += 1
            order[i:j] = reversed(order[i:j])
            i = j
    return order
