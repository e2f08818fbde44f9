"""`touchstone demo`: a synthetic market, the whole chain over it, and the pages to look at it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

app = typer.Typer(help="A synthetic market with planted truth, and the whole chain run over it.")
console = Console()


@app.callback(invoke_without_command=True)
def demo(
    context: typer.Context,
    serve: bool = typer.Option(True, help="Serve the pages afterwards."),
    listings: int = typer.Option(50_000, help="Size of the market.", min=500),
    seed: int = typer.Option(7, help="The same seed and size give the same market."),
    port: int = typer.Option(8000, help="Port of the pages."),
) -> None:
    """Make a market, run the chain over it, print a summary and serve the pages."""
    if context.invoked_subcommand:
        return
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "touchstone.project.settings")
    import django

    django.setup()
    prepare_database()
    run_chain(listings, seed)
    print_sign_ins(port)
    if serve:
        from touchstone.project.serve import serve as serve_pages

        serve_pages(host="127.0.0.1", port=port, processes=1, worker=True)


@app.command()
def generate(
    directory: Annotated[Path, typer.Argument(help="Where the tables and pictures go.")],
    listings: int = typer.Option(50_000, help="Size of the market.", min=500),
    seed: int = typer.Option(7, help="The same seed and size give the same market."),
    form: str = typer.Option("parquet", help="Form of the tables: parquet, csv or jsonl."),
    image_share: float = typer.Option(0.3, help="Share of the listings that have pictures.", min=0, max=1),
) -> None:
    """Draw a market and write it to a folder, without a database."""
    from touchstone.demo.market import write_market

    market = write_market(directory, seed, listings, image_share, form=form)
    for name, rows in market.tables.items():
        console.print(f"{name}.{form}: {rows.num_rows:,} rows", highlight=False)
    if image_share > 0:
        console.print(f"images/: {len(market.drawings):,} pictures", highlight=False)


def prepare_database() -> None:
    from django.core.management import call_command

    with console.status("Preparing the database"):
        call_command("migrate", verbosity=0)


def run_chain(listings: int, seed: int) -> None:
    """Run the steps that are not done yet, then print what stands."""
    from django.conf import settings

    from touchstone.demo import chain

    if chain.is_finished(seed, listings):
        console.print("The chain has been run before; nothing is done twice.")
        print_summary({})
        return
    state = chain.Demo(
        folder=Path(settings.HOME) / "demo" / f"market-{seed}-{listings}",
        listings=listings,
        seed=seed,
        clock=lambda: datetime.now(UTC),
        say=lambda name: console.print(f"· {name}"),
    )
    chain.run(state)
    print_summary(state.seconds)


def print_summary(seconds: dict[str, float]) -> None:
    from touchstone.demo.summary import figures

    table = Table(title="What the chain did", show_header=False, title_justify="left")
    for name, value in figures().items():
        table.add_row(name, f"{value:,}" if isinstance(value, int) else str(value))
    if seconds:
        table.add_row("Seconds", f"{sum(seconds.values()):.1f}")
    console.print(table)


def print_sign_ins(port: int) -> None:
    from touchstone.demo.people import AGENCIES, PASSWORD, STAFF

    names = [name for name, *_ in STAFF] + [name for name, *_ in AGENCIES] + ["holder", "seller"]
    console.print(f"\nSign in at http://127.0.0.1:{port} with the password [bold]{PASSWORD}[/bold] as one of:")
    console.print("  " + ", ".join(names))
