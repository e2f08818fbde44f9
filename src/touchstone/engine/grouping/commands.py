"""`touchstone group`: which listings of a file sell one product. Needs no database."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

_BAD_ROWS = 3


def group(
    listings: Annotated[
        list[str],
        typer.Argument(
            metavar="LISTINGS",
            help="Files or globs: .csv, .jsonl, .parquet, .csv.gz, .jsonl.gz; - for JSON Lines on standard input.",
        ),
    ],
    out: Annotated[
        str, typer.Option(help="Where the groups go, by extension; - for JSON Lines on standard output.", metavar="OUT")
    ],
    prices: Annotated[
        bool,
        typer.Option(
            "--prices", help="Add what other offers and the seller's other goods cost, for `screen --groups`."
        ),
    ] = False,
    rates: Annotated[
        str | None, typer.Option(help="Exchange rates to use: columns currency, per_usd.", metavar="FILE")
    ] = None,
    rejected: Annotated[
        str | None, typer.Option(help="Where bad rows go; by default OUT.rejected.jsonl.", metavar="FILE")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No notices, no summary.")] = False,
) -> None:
    """Find the listings that sell one product, by title, brand, codes, sizes, GTIN and image hash.

    The output has listing_id and group_id: listings of one product have the same group_id. The same GTIN makes one
    product; other GTINs, numbers of pieces or sizes make two. Bad rows never stop a run: they go to a rejected file and
    the exit status is 3.
    """
    from touchstone.engine.files.read import read_table
    from touchstone.engine.grouping.files import group_files
    from touchstone.engine.pricing.reference import Rates

    notice = (lambda _: None) if quiet else _say
    columns = ("currency", "per_usd")
    money = Rates(read_table(rates, required=columns, known=columns)) if rates else None
    done = group_files(listings, out, prices=prices, rates=money, rejected=rejected, notice=notice)
    notice(f"{done.listings:,} listings, of which {done.grouped:,} are in {done.groups:,} groups of two or more.")
    if done.rejected:
        notice(f"{done.rejected:,} bad rows left out.")
        sys.exit(_BAD_ROWS)


def _say(text: str) -> None:
    typer.echo(f"touchstone: {text}", err=True)
