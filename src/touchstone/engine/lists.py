"""Aliases and safe phrases that people approve while screeners are in use: applied to a lexicon as differences."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace

from touchstone.engine.data import digest
from touchstone.engine.rights import ANY_BRAND, safe_phrases
from touchstone.engine.text.lexicon import Lexicon
from touchstone.engine.text.normalise import fold


class Lists:
    """What stands beside the rights table of one lexicon, and nothing else may change that lexicon's lists."""

    def __init__(self, lexicon: Lexicon, version: str, safe: Iterable[tuple[str, str]]) -> None:
        """`version`: that of the rights table alone. `safe`: the (brand, phrase) compiled with it."""
        self._lexicon = lexicon
        self._version = version
        names = lexicon.rights.names
        self._brands = {fold(brand): number for number, brand in enumerate(lexicon.rights.brands)}
        self._known = {(name.brand, fold(name.text)) for name in names}
        # Phrases that hold an everyday name are safe whatever the list says.
        self._always = {(ANY_BRAND, fold(phrase)) for name in names for phrase in name.innocent}
        self._safe = self._phrases(safe)
        self._aliases: set[tuple[int, str]] = set()
        self._numbers: dict[tuple[int, str], int] = {}

    def become(self, aliases: Collection[tuple[str, str]], safe: Collection[tuple[str, str]]) -> None:
        """Change the lexicon to exactly these lists. Texts that fold to nothing are left out."""
        wanted = {
            (self._brands[fold(brand)], fold(text)) for brand, text in aliases if fold(brand) in self._brands
        } - self._known
        wanted = {alias for alias in wanted if alias[1].strip()}
        self._set_aliases(wanted)
        self._set_safe(self._phrases(safe))
        content = digest(self._version, repr(sorted(wanted)), repr(sorted(self._safe)))
        version = f"rights-{content}" if wanted or self._safe else self._version
        self._lexicon.rights = replace(self._lexicon.rights, version=version)

    def _phrases(self, safe: Iterable[tuple[str, str]]) -> set[tuple[int, str]]:
        found = ((brand, fold(text)) for brand, text in safe_phrases(self._lexicon.rights.brands, safe))
        return {phrase for phrase in found if phrase[1].strip()} - self._always

    def _set_aliases(self, wanted: set[tuple[int, str]]) -> None:
        for alias in self._aliases - wanted:
            self._lexicon.remove_name(self._numbers[alias])
        fresh = wanted - self._aliases
        for alias in fresh & self._numbers.keys():
            self._lexicon.restore_name(self._numbers[alias])
        new = sorted(fresh - self._numbers.keys())
        self._numbers |= dict(zip(new, self._lexicon.add_aliases(new), strict=True))
        self._aliases = wanted

    def _set_safe(self, wanted: set[tuple[int, str]]) -> None:
        gone, new = sorted(self._safe - wanted), sorted(wanted - self._safe)
        if gone:
            self._lexicon.remove_safe(gone)
        if new:
            self._lexicon.add_safe(new)
        self._safe = wanted
