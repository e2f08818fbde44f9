"""Badges: one word about a state, in the colour of that state."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

VERDICTS = {"pass": _("Pass"), "review": _("Review"), "block": _("Block")}
OUTCOMES = {"keep": _("Keep"), "remove": _("Remove")}
TECHNIQUES = {
    "exact": _("written plainly"),
    "case": _("capitals changed"),
    "width": _("full-width letters"),
    "separator": _("separators between the letters"),
    "repetition": _("letters repeated"),
    "leet": _("digits for letters"),
    "homoglyph": _("look-alike characters"),
    "traditional": _("traditional characters"),
    "homophone": _("characters that sound alike"),
    "pinyin": _("pinyin"),
    "initials": _("initials"),
    "glyph": _("characters that look alike"),
    "split": _("character taken apart"),
    "emoji": _("emoji for a word"),
    "shuffle": _("order changed"),
    "typo": _("misspelt"),
    "alias": _("known alias"),
    "image_text": _("written in the image"),
}
PLAIN_TECHNIQUES = {"exact", "case", "width", "alias"}

COLOURS = {
    "pass": "green",
    "review": "amber",
    "block": "red",
    "keep": "green",
    "remove": "red",
    "counterfeit": "red",
    "genuine": "green",
    "live": "green",
    "under_review": "amber",
    "removed": "red",
    "active": "green",
    "restricted": "red",
    "closed": "",
    "open": "blue",
    "claimed": "amber",
    "decided": "green",
    "lead_sent": "gold",
    "sent": "blue",
    "accepted": "green",
    "returned": "red",
    "proposed": "amber",
    "in_force": "green",
    "ended": "",
    "reversed": "",
    "revoked": "red",
    "unverified": "outline",
    "draft": "outline",
    "scheduled": "blue",
    "shadow": "gold",
    "retired": "",
    "expired": "",
    "candidate": "amber",
    "approved": "green",
    "refused": "",
    "withdrawn": "",
    "alias": "blue",
    "negative": "outline",
    "safe": "outline",
    "maker": "red",
    "wholesaler": "gold",
    "front_shop": "blue",
}


def badge(value: object, label: str | Promise = "", colour: str = "") -> SafeString:
    """The badge of a state. The label defaults to the verdict's or outcome's word, else the value itself."""
    key = str(value)
    text = label or VERDICTS.get(key) or OUTCOMES.get(key) or (_("unverified") if key == "unverified" else key)
    return format_html('<span class="badge {}">{}</span>', colour or COLOURS.get(key, ""), text)


def tlp(value: str) -> SafeString:
    """A TLP 2.0 label: `tlp("amber")` is TLP:AMBER in the colours of the standard."""
    word = str(value).lower().removeprefix("tlp:")
    base = word.split("+")[0].strip()
    return format_html('<span class="badge tlp tlp-{}">TLP:{}</span>', base, word.upper())
