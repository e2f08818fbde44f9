"""`touchstone link`: rings among the sellers of a file. Needs no database."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

_BAD_ROWS = 3


def link(
    sellers: Annotated[
        list[str], typer.Argument(metavar="SELLERS...", help="Files or globs of sellers: .csv, .jsonl, .parquet.")
    ],
    out: Annotated[str, typer.Option(help="The folder for rings.parquet and links.parquet.", metavar="DIR")],
    shared: Annotated[
        list[str] | None,
        typer.Option(help="Further attributes: columns seller_id, kind, value. May be repeated.", metavar="EDGES"),
    ] = None,
    listings: Annotated[
        list[str] | None,
        typer.Option(help="Listings: pictures (pdq, images) and texts that several sellers use.", metavar="LISTINGS"),
    ] = None,
    orders: Annotated[
        list[str] | None,
        typer.Option(help="Orders: roles, and where parcels leave (quantity, waybill_origin).", metavar="ORDERS"),
    ] = None,
    not_linked: Annotated[
        list[str] | None,
        typer.Option(help="Pairs that are no link, whatever they share: columns seller_a, seller_b.", metavar="PAIRS"),
    ] = None,
    linked: Annotated[
        list[str] | None,
        typer.Option(help="Pairs that a person has confirmed: columns seller_a, seller_b.", metavar="PAIRS"),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No notices, no summary.")] = False,
) -> None:
    """Find who is one person and who is one ring, by licences, phones, accounts, devices and addresses.

    Two sellers are linked by one strong attribute, or by two that are independent; what hundreds share counts for
    nothing. With listings and orders more is found, and less is taken for a ring that is none. Bad rows go to
    DIR.rejected.jsonl and the exit status is 3.
    """
    from touchstone.engine.linkage.files import link_files

    notice = (lambda _text: None) if quiet else _say
    found = link_files(
        sellers,
        shared or [],
        out,
        listings=listings,
        orders=orders,
        not_linked=not_linked,
        linked=linked,
        notice=notice,
    )
    notice(
        f"{found.sellers:,} sellers, {found.entities:,} entities, {found.links:,} links, "
        f"{found.rings:,} rings with {found.members:,} members."
    )
    if found.rejected:
        notice(f"{found.rejected:,} bad rows left out. See {found.rejected_path}.")
        sys.exit(_BAD_ROWS)


def _say(text: str) -> None:
    typer.echo(f"touchstone: {text}", err=True)
