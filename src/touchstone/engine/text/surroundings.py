"""The words around a name that say what it stands for: what supports it, what speaks against it, what is fair use."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import pyarrow as pa

from touchstone.engine.text.lexicon import SAFE_TAG, Lexicon
from touchstone.engine.text.match import outermost

# What a word is evidence of, by its tag in the lexicon. A word has the first that fits.
KINDS = {
    "link": "fits",
    "comparison": "compared",
    "accessory": "accessory",
    "secondhand": "secondhand",
    "repair": "repair",
    "innocent:name": "everyday",
    "innocent:link": "people",
    "negation": "negation",
    "innocent:replica": "honest_copy",
    "replica:strong": "copy_strong",
    "replica:medium": "copy_medium",
    "replica:weak": "copy_weak",
}
_MOST = 60


def surroundings(lexicon: Lexicon, text: str, names: Collection[int]) -> list[dict[str, Any]]:
    """Telling words of a text in its order: word, start, end, kind (a value of KINDS, `supports` or `opposes`) and name.

    `names`: numbers of the names whose own words (of their brand, or of the everyday thing) are looked for; such an
    entry says in `name` which one, a phrase that mutes one brand says which brand, the others have "".
    """
    hits = outermost(lexicon.matcher.find(pa.array([text], pa.large_string())))
    kinds = {tag: lexicon.tagged(tag) for tag in KINDS}
    muted = lexicon.muted(hits)
    position, side = lexicon.context.spread(hits.literal)
    told = []
    for i, literal in enumerate(hits.literal.tolist()):
        place = {"word": text[hits.start[i] : hits.end[i]], "start": int(hits.start[i]), "end": int(hits.end[i])}
        kind = next((KINDS[tag] for tag, mask in kinds.items() if mask[literal]), "")
        if kind:
            told.append({**place, "kind": kind, "name": ""})
        for brand in muted.literal[(muted.start == hits.start[i]) & (muted.end == hits.end[i])].tolist():
            told.append({**place, "kind": KINDS[SAFE_TAG], "name": lexicon.rights.brands[brand]})
        for both in np.unique(side[position == i]).tolist():
            if both // 2 in names:
                name = lexicon.rights.names[both // 2].text
                told.append({**place, "kind": "opposes" if both % 2 else "supports", "name": name})
    return told[:_MOST]
