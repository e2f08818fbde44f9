"""The model card: what a model is, what it learnt from, how good it is and what it cannot do. Markdown."""

from __future__ import annotations

from typing import Any

from touchstone.engine.scoring.features import features
from touchstone.engine.scoring.model import Model

PARTS = ("learn", "calibrate", "judge")
BIAS = """Labels come from listings that somebody looked at: most of them because the system of that day suspected them. What
it never suspected is hardly labelled, so this model knows little about it, and recall here is recall among labelled
listings, not in the market. A random sample of passed listings that is reviewed too corrects this: give such labels the
weight 1 / (share sampled). Without such a sample the calibration holds for reviewed listings only."""
LIMITS = """- It reads signals, not goods: what no signal says, it does not know.
- It may follow each signal only in its natural direction, so it cannot learn that a low price is a good sign; nor can it
  learn real exceptions to that.
- Copiers change. See the drift of the signals before trusting it, and train again.
- It sets a score. What a listing is remains a person's decision; rules can only make a verdict more severe.
- Signals of the seller (confirmed copies, age of the shop) weigh on all his listings, also on honest ones."""


def card(model: Model) -> str:
    """The card of a model."""
    about = model.about
    evaluation, cuts = about["evaluation"], about["thresholds"]
    sections = [
        f"# Model {model.digest[:12]}",
        "LightGBM, monotone in each signal, made a probability by isotonic regression. "
        f"{model.text.count(chr(10) + 'Tree=')} trees over {len(model.names)} features.",
        "## Labels",
        _source(about),
        _table(("part", "rows", "copies", "days"), [_part(n, about["labels"][n]) for n in PARTS]),
        _time_note(about),
        BIAS,
        "## On labels later than all that it learnt from",
        f"Review from {cuts['review']:g}, block from {cuts['block']:g}. By the score alone, without rules.",
        _table(("", "model", "scorecard"), _compared(evaluation["model"], evaluation["scorecard"])),
        "### Reliability",
        _table(
            ("score from", "to", "mean score", "share of copies", "weight"),
            [
                [f"{b[k]:.4g}" for k in ("low", "high", "mean", "share", "weight")]
                for b in evaluation["model"]["reliability"]
            ],
        ),
        "## What it goes by",
        _table(("feature", "share of the gain", "may only"), _used(model)),
        "## What it cannot do",
        LIMITS,
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _source(about: dict[str, Any]) -> str:
    known = {k: about[k] for k in ("source", "as_of", "engine", "rights") if about.get(k)}
    return "; ".join(f"{name}: {value}" for name, value in known.items()) + ("." if known else "")


def _part(name: str, part: dict[str, Any]) -> list[str]:
    days = f"{part['days'][0]} to {part['days'][1]}" if part["days"] else "not known"
    return [name, f"{part['rows']:,}", f"{part['copies']:,}", days]


def _time_note(about: dict[str, Any]) -> str:
    if all(part["days"] for part in about["labels"].values()):
        return ""
    return "**The labels have no times, so the parts are cut by their order in the file: this is no out-of-time test.**"


def _compared(model: dict[str, Any], scorecard: dict[str, Any]) -> list[list[str]]:
    plain = [[name.replace("_", " "), _shown(model[name]), _shown(scorecard[name])]
             for name in ("rows", "copies", "auc", "average_precision", "brier", "calibration_error")]  # fmt: skip
    pairs = [
        [f"{kind.replace('_', ' ')}: {what}", _shown(model[kind][what]), _shown(scorecard[kind][what])]
        for kind in ("block", "block_or_review")
        for what in ("precision", "recall")
    ]
    return plain + pairs


def _used(model: Model) -> list[list[str]]:
    direction = {f.name: "raise the score" if f.direction > 0 else "lower it" for f in features()}
    return [[f"`{name}`", f"{share:.1%}", direction[name]] for name, share in model.about["importance"]]


def _shown(value: float | int | None) -> str:
    return "–" if value is None else f"{value:,}" if isinstance(value, int) else f"{value:.4f}"


def _table(head: tuple[str, ...], rows: list[list[str]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
