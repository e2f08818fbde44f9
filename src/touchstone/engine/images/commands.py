"""`touchstone bank`: what a bank of images matches, and which images are used again. Needs no database."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(help="Banks of known images, and images that are used again.", no_args_is_help=True)

_Listings = Annotated[
    list[str], typer.Argument(metavar="LISTINGS...", help="Files or globs with the columns listing_id and pdq.")
]
_Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No notices, no summary.")]


@app.command()
def match(
    listings: _Listings,
    bank: Annotated[list[str], typer.Option(help="A table of known images. May be repeated.", metavar="FILE")],
    out: Annotated[str, typer.Option(help="Where the hits go, by extension.", metavar="OUT")],
    flood_listings: Annotated[
        int, typer.Option(help="An entry with more listings than this may flood.", metavar="N", min=1)
    ] = 50,
    flood_share: Annotated[
        float, typer.Option(help="It floods if it matches more than this share too,", metavar="SHARE", min=0, max=1)
    ] = 0.001,
    flood_sellers: Annotated[int, typer.Option(help="of more sellers than this.", metavar="N", min=0)] = 20,
    quiet: _Quiet = False,
) -> None:
    """Find every listing that shows a known image: entry, name, kind, listing_id, seller_id, distance, flood.

    An entry that matches too much of the market is named and its hits are marked: set it aside (state set_aside), or
    call it negative.
    """
    from touchstone.engine.images.files import match_files
    from touchstone.engine.images.reuse import Limits

    notice = (lambda _text: None) if quiet else _say
    found, flooding = match_files(listings, bank, out, Limits(flood_listings, flood_share, flood_sellers), notice)
    for row in flooding.to_pylist():
        notice(
            f"{row['name']} floods: {row['listings']:,} listings of {row['sellers']:,} sellers show it. Set it aside."
        )
    notice(f"{found:,} hits.")


@app.command()
def reused(
    listings: _Listings,
    out: Annotated[str, typer.Option(help="Where the rows go, by extension.", metavar="OUT")],
    quiet: _Quiet = False,
) -> None:
    """Find images that more than one listing shows: image_id, listing_id, seller_id, listings, sellers, crowded."""
    from touchstone.engine.images.files import reused_files

    notice = (lambda _text: None) if quiet else _say
    rows, images = reused_files(listings, out, notice)
    notice(f"{images:,} images are shown by more than one listing, {rows:,} rows.")


def _say(text: str) -> None:
    typer.echo(f"touchstone: {text}", err=True)
