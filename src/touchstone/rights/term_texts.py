"""What may be a term: its text cleaned, its brand found, and nothing that contradicts the names there are."""

from __future__ import annotations

import unicodedata

from django.utils.translation import gettext as _

from touchstone.engine.text.normalise import fold
from touchstone.errors import NotValid
from touchstone.rights.models import Brand, TermKind

LONGEST = 100
_LEAST = 2
# Characters that show nothing: controls, formats (zero width, direction), surrogates, private use, unassigned.
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn")


class Names:
    """The names of all brands, read once for any number of terms."""

    def __init__(self) -> None:
        self._brands = {brand.name.casefold(): brand for brand in Brand.objects.all()}
        self._owners: dict[str, Brand] = {}
        for brand in self._brands.values():
            for name in (brand.name, *brand.aliases, *brand.short_aliases, *brand.models):
                self._owners.setdefault(fold(name), brand)

    def brand(self, name: str) -> Brand | None:
        """The brand of this name, None for an empty one. Raises NotValid where there is none."""
        if not name.strip():
            return None
        found = self._brands.get(name.strip().casefold())
        if found is None:
            raise NotValid(_("There is no brand %(name)s.") % {"name": name.strip()[:LONGEST]}, place="brand")
        return found

    def check(self, kind: str, text: str, brand: Brand | None) -> None:
        """Raises NotValid where the term says nothing new or contradicts a name that a rights file gives."""
        if kind not in TermKind.values:
            kinds = ", ".join(TermKind.values)
            raise NotValid(_("This is no kind of term."), remedy=_("Use one of: %(kinds)s.") % {"kinds": kinds},
                           place="kind")  # fmt: skip
        if brand is None and kind != TermKind.SAFE:
            raise NotValid(_("Say which brand the term is about."), place="brand")
        owner = self._owners.get(fold(text))
        if owner is None:
            return
        told = {"text": text, "brand": owner.name}
        if kind == TermKind.ALIAS and brand == owner:
            raise NotValid(_("%(text)s is a name of %(brand)s already.") % told, place="text")
        if kind == TermKind.ALIAS:
            raise NotValid(_("%(text)s is a name of %(brand)s.") % told, place="text")
        raise NotValid(
            _("%(text)s is itself a name of %(brand)s.") % told,
            remedy=_("Give the phrase that holds the name and means something else."),
            place="text",
        )


def clean(text: str) -> str:
    """The text without what cannot be seen, blanks single. Raises NotValid where too little or too much is left."""
    seen = "".join(c if unicodedata.category(c) not in _UNSEEN else " " if c in "\t\r\n" else "" for c in text)
    words = " ".join(seen.split())
    if len(words) > LONGEST:
        raise NotValid(_("A term has at most %(most)d characters.") % {"most": LONGEST}, place="text")
    if sum(c.isalnum() for c in fold(words)) < _LEAST:
        raise NotValid(_("A term has at least two letters, digits or characters."), place="text")
    return words
