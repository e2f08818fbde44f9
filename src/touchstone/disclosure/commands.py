"""`touchstone index`: the seller index of a file of orders. Needs no database."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

_BAD_ROWS = 3


def index(
    orders: Annotated[Path, typer.Argument(metavar="ORDERS", help="A file of orders: .csv, .jsonl or .parquet.")],
    out: Annotated[
        str,
        typer.Option(help="Where the index goes, by extension; - for JSON Lines on standard output.", metavar="OUT"),
    ],
    after_sales: Annotated[
        Path | None, typer.Option(help="Refunds, complaints and reviews of the orders.", metavar="FILE")
    ] = None,
    sellers: Annotated[
        Path | None, typer.Option(help="The sellers' category and first day, for peers.", metavar="FILE")
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            help="Count what was known when this day began (China time); by default the day after the last order.",
            formats=["%Y-%m-%d"],
            metavar="DAY",
        ),
    ] = None,
) -> None:
    """Count the seller index: one row a shop and figure, with interval, peers, window and lag. Needs no database.

    Shops without enough orders get the state not_enough and no value. Bad rows go to OUT.rejected.jsonl and the exit
    status is 3.
    """
    from touchstone.disclosure.from_files import index_files

    bad = index_files(orders, out, after_sales=after_sales, sellers=sellers, as_of=as_of, say=_say)
    if bad:
        sys.exit(_BAD_ROWS)


def _say(text: str) -> None:
    typer.echo(f"touchstone: {text}", err=True)
