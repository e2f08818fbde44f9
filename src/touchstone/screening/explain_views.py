"""The page on which anybody sees how a title is read, and why its verdict is what it is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from touchstone.accounts.gate import actor_of, page
from touchstone.errors import NotValid
from touchstone.screening import explaining, ladder, wording
from touchstone.screening.forms import ExplainForm

ROWS = 12
# Titles to click on, and what each shows.
EXAMPLES = (
    ("N1KE Air 跑鞋 男款", gettext_lazy("a digit for a letter")),
    ("Ν𝗂ke 运动鞋", gettext_lazy("a Greek letter")),
    ("n\u200bi\u200bk\u200be Air Max", gettext_lazy("unseen characters between")),
    ("奈克运动鞋 特价", gettext_lazy("sounds alike")),
    ("👟耐🉑 跑步鞋", gettext_lazy("pictures for words")),
    ("阝可迪达斯 三叶草 卫衣", gettext_lazy("a character taken apart")),
    ("ADlDAS 高仿 1:1 莆田", gettext_lazy("look-alike, and words of the trade in copies")),
    ("适用 耐克 鞋带 替换", gettext_lazy("fair use: fits the brand")),
    ("二手 LV 老花包 专柜购入", gettext_lazy("fair use: second-hand")),
    ("小米粥 东北黄小米 5斤", gettext_lazy("an everyday word")),
    ("苹果 5斤 新鲜水果", gettext_lazy("apples")),
)
_NEUTRAL = (None, "", 0, 0.0, False, "unknown")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@page("title.explain")
def explain(request: HttpRequest) -> HttpResponse:
    given = request.POST if request.method == "POST" else request.GET if "titles" in request.GET else None
    form = ExplainForm(given, initial={"currency": "CNY"})
    told: list[dict[str, Any]] = []
    if form.is_valid():
        try:
            told = [_shown(t) for t in explaining.explain(actor_of(request), timezone.now(), **form.asked())]
        except NotValid as problem:  # for example where no brand is known yet
            form.add_error(None, str(problem))
    context = {"form": form, "told": told, "examples": [_example(title, what) for title, what in EXAMPLES]}
    return render(request, "screening/explain.html", context, status=422 if form.errors else 200)


def _example(title: str, what: Any) -> dict[str, Any]:
    query = QueryDict(mutable=True)
    query["titles"] = title
    return {"pieces": ladder.marked(title, []), "what": what, "query": query.urlencode()}


def _shown(told: dict[str, Any]) -> dict[str, Any]:
    """What the page shows of one title."""
    title = told["title"]
    reasons = [wording.in_language(r) for r in told["reasons"]]
    weighed = [r for r in reasons if not r["signal"].startswith("rule:")]
    rules = [r for r in reasons if r["signal"].startswith("rule:")]
    words = _context(told["context"])
    return {
        **told,
        "pieces": ladder.marked(title, told["matches"], words),
        "ladder": [(*wording.STEPS[s.step], s) for s in ladder.ladder(title, told["steps"])],
        "figures": [
            {"figure": f, "rows": [(wording.STEPS[r.step][0], r) for r in f.rows]}
            for f in _one_a_reading(ladder.figures(title, told))
        ],
        "considered": _considered(told["candidates"]),
        "told_context": list({(w["word"], w["kind"]): w for w in words}.values())[:ROWS],
        "fair_use": [sentence for name, sentence in wording.FAIR_USE.items() if told["signals"].get(name)],
        "weighed": weighed,
        "rules": [{**r, "id": r["signal"].removeprefix("rule:")} for r in rules],
        "by_score": _by_score(told),
        "told_signals": [
            {"name": name, "value": _value(value), "meaning": wording.meaning(name)}
            for name, value in told["signals"].items()
            if value not in _NEUTRAL
        ],
    }


def _one_a_reading(found: list[ladder.Figure]) -> list[ladder.Figure]:
    """The same text read in the same way is shown once."""
    return list({(f.match["brand"], f.match["text"], f.match["technique"]): f for f in found}.values())[:ROWS]


def _considered(candidates: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The places considered, one a brand, text and outcome."""
    kept = {(c["brand"], c["text"], c["technique"], c["fate"]): c for c in reversed(candidates)}
    rows = sorted(kept.values(), key=candidates.index)[:ROWS]
    return [{**c, "why": wording.FATES[c["fate"]], "pieces": ladder.marked(c["text"], [])} for c in rows]


def _context(context: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = []
    for word in context:
        what, side = wording.CONTEXT[word["kind"]]
        rows.append({**word, "what": what, "side": side})
    return rows


def _by_score(told: dict[str, Any]) -> str:
    """What the score alone would say, in a sentence."""
    score, limits = told["score"], told["thresholds"]
    figures = {"score": f"{score:.2f}", "review": f"{limits['review']:g}", "block": f"{limits['block']:g}"}
    if score >= limits["block"]:
        return _("By its score of %(score)s alone it would be blocked: that begins at %(block)s.") % figures
    if score >= limits["review"]:
        return _("By its score of %(score)s alone it would be reviewed: that begins at %(review)s.") % figures
    return _("By its score of %(score)s alone it would pass: a review begins at %(review)s.") % figures


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return f"{value:g}" if isinstance(value, float) else str(value)
