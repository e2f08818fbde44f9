"""`touchstone explain`: a title, what is read in it step by step, and why the verdict is what it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.text import Text

_NAMES = {
    "width": "width",
    "case": "case",
    "traditional": "traditional to simplified",
    "homoglyph": "look-alike letters",
    "separators": "without separators",
    "leet": "digits and signs as letters",
    "sounds": "read aloud",
}


def explain(
    title: Annotated[str, typer.Argument(help="The title of a listing.")],
    rights: Annotated[str, typer.Option(help="The brands to protect: a table with a column brand.", metavar="RIGHTS")],
    price: Annotated[float | None, typer.Option(help="Its price.")] = None,
    currency: Annotated[str, typer.Option(help="The currency of the price, ISO 4217.")] = "CNY",
    category: Annotated[str | None, typer.Option(help="Its category.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show what is read in a title, step by step, and why its verdict is what it is. Needs no database."""
    from touchstone.engine.files.read import read_table
    from touchstone.engine.rights import COLUMNS
    from touchstone.engine.text.explain import explain as explained

    table = read_table(rights, required=("brand",), known=COLUMNS)
    # Bytes of an argument that are no text come in as lone surrogates.
    title = title.encode(errors="surrogateescape").decode(errors="replace")
    told = explained(title, table, price=price, currency=currency, category=category)
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        _show(told)


def _show(told: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    console.print(_marked(told["title"], told["matches"]))
    steps = Table(title="What the title is read as", title_justify="left")
    steps.add_column("step")
    steps.add_column("text")
    for step in told["steps"]:
        if step["changes"]:
            steps.add_row(_NAMES[step["step"]], _safe(step["text"]))
    console.print(steps)
    console.print(_considered(told["candidates"]))
    console.print(f"Verdict: {told['verdict']}, score {told['score']:.3f}")
    for reason in told["reasons"]:
        console.print(_safe(f"  {reason['weight']:+.1f}  {reason['text']}"))


def _considered(candidates: list[dict[str, Any]]) -> Any:
    from rich.table import Table

    table = Table(title="Names that were considered", title_justify="left")
    for heading in ("brand", "name", "text", "technique", "honest", "disguise", "outcome"):
        table.add_column(heading)
    for c in candidates:
        price = "" if c["disguise"] is None else f"{c['disguise']:.1f}"
        cells = (c["brand"], c["name"], c["text"], c["technique"], f"{c['honest']:.1f}", price, c["why"])
        table.add_row(*map(_safe, cells))
    return table


def _marked(title: str, matches: list[dict[str, Any]]) -> Text:
    text = _safe(title)
    for match in matches:
        text.stylize("bold red", match["start"], match["end"])
    return text


def _safe(text: str) -> Text:
    """Plain text: no markup, and nothing that moves the cursor or turns the direction of a terminal."""
    from rich.text import Text

    return Text("".join(c if c.isprintable() else "\ufffd" for c in text))
