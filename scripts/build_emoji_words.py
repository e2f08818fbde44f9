"""Build src/touchstone/engine/text/data/emoji_words.txt: what emoji are called in Chinese, one emoji a line.

    python scripts/build_emoji_words.py .../cldr/common/annotations/zh.xml 41

The annotations are those of Unicode's CLDR (Debian: unicode-cldr-core). Words that more than MANY emoji share say what
kind of sign it is ("face", "arrow"), not which, and are left out.
"""

from __future__ import annotations

import sys
import unicodedata
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

OUT = Path(__file__).parents[1] / "src/touchstone/engine/text/data/emoji_words.txt"
MANY, LONGEST = 25, 4
# Faces say how somebody feels; nobody reads them as the words of their names.
_FACE = {"脸", "笑脸", "表情"}
HEAD = """# Chinese words for emoji and signs, from the annotations of Unicode's CLDR {version} (zh).
# Copyright Unicode, Inc. See https://www.unicode.org/license.txt. Made by scripts/build_emoji_words.py.
"""


def main(path: str, version: str) -> None:
    """Read the annotations, write the table."""
    root = ElementTree.parse(path).getroot()  # noqa: S314 - a file of Unicode, fetched by whoever runs this
    words: dict[str, list[str]] = {}
    for entry in root.iter("annotation"):
        sign = (entry.get("cp") or "").rstrip("\ufe0f")
        if len(sign) == 1 and ord(sign) > 0x2000 and unicodedata.category(sign) == "So":
            words.setdefault(sign, []).extend(w.strip() for w in (entry.text or "").split("|"))
    shared = Counter(word for group in words.values() for word in set(group))
    lines = []
    for sign, group in sorted(words.items()):
        if _FACE & set(group):
            continue
        kept = [w for w in dict.fromkeys(group) if len(w) <= LONGEST and shared[w] <= MANY and _chinese(w)]
        if kept:
            lines.append(f"{sign} {' '.join(kept)}\n")
    OUT.write_text(HEAD.format(version=version) + "".join(lines), "utf-8")
    print(f"{len(lines)} signs")


def _chinese(word: str) -> bool:
    return all("一" <= c <= "鿿" for c in word)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
