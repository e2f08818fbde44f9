"""How far a title is read: to a number of characters that show something, however many stand between that show nothing."""

from __future__ import annotations

import unicodedata

import pyarrow as pa
import pyarrow.compute as pc

# Characters that show something, up to which a title is read. The longest real ones have some hundreds.
TITLE_LIMIT = 2000
# Characters of any kind, up to which a title is read: what hides a name behind so many is for a person to look at.
WRITTEN_LIMIT = 10 * TITLE_LIMIT
# Letters and signs that are drawn as nothing: the fillers of Hangul and the empty Braille cell.
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800")
# Controls and formats, marks that only change the letter before them, blanks.
_UNSEEN = "CMZ"


def read_part(titles: pa.ChunkedArray | pa.Array) -> pa.Array:
    """The titles (strings), each up to where it is read. Places in the answer are places in the title."""
    array = titles.combine_chunks() if isinstance(titles, pa.ChunkedArray) else titles
    if array.null_count == len(array) or (pc.max(pc.binary_length(array)).as_py() or 0) <= TITLE_LIMIT:
        return array
    long = pc.fill_null(pc.greater(pc.utf8_length(array), TITLE_LIMIT), False)
    parts = [title[: read_to(title)] for title in array.filter(long).to_pylist()]
    return pc.replace_with_mask(array, long, pa.array(parts, array.type))


def read_to(title: str) -> int:
    """Up to which character a title is read."""
    seen = 0
    for place, character in enumerate(title[:WRITTEN_LIMIT]):
        seen += unicodedata.category(character)[0] not in _UNSEEN and character not in _BLANK
        if seen > TITLE_LIMIT:
            return place
    return min(len(title), WRITTEN_LIMIT)
