"""The `touchstone` command.

One function a command, which imports what it needs when it runs: `screen` and `bench` work without Django. Commands
that need the database call `django_ready()` first.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, NoReturn

import typer

import touchstone
from touchstone.demo import commands as demo_commands
from touchstone.disclosure import commands as disclosure_commands
from touchstone.engine.grouping import commands as grouping_commands
from touchstone.engine.images import commands as image_commands
from touchstone.engine.linkage import commands as linkage_commands
from touchstone.engine.text import commands as text_commands
from touchstone.errors import TouchstoneError
from touchstone.ledger import commands as ledger_commands
from touchstone.project import serve as serving
from touchstone.screening import model_commands

app = typer.Typer(
    name="touchstone",
    help="Tell true goods from false ones on a marketplace, and act on it together with the agencies around it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)

EXIT_BAD_ROWS = 3
EXIT_INTERRUPTED = 130


def main() -> None:
    """Run the command line. Expected errors are one sentence on standard error and exit status 2."""
    signal.signal(signal.SIGTERM, _terminated)
    try:
        app()
    except TouchstoneError as error:
        fail(str(error), error.exit_status)
    except KeyboardInterrupt:
        fail("Interrupted; nothing was written.", EXIT_INTERRUPTED)
    except BrokenPipeError:
        # The reader of our output went away, as `head` does; there is nobody to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)


def _terminated(*_: object) -> NoReturn:
    """Leave through the same clean-up as an exception does."""
    sys.exit(143)


def fail(message: str, status: int = 2) -> NoReturn:
    """Print one sentence to standard error and leave."""
    print(f"touchstone: {' '.join(message.split())}", file=sys.stderr)
    sys.exit(status)


def django_ready() -> None:
    """Set Django up. Only for commands that need the database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "touchstone.project.settings")
    import django

    django.setup()


def _version(wanted: bool) -> None:
    if wanted:
        print(f"touchstone {touchstone.__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Options that stand before any command."""


@app.command()
def screen(
    listings: Annotated[
        list[str],
        typer.Argument(
            metavar="LISTINGS",
            help="Files or globs: .csv, .jsonl, .parquet, .csv.gz, .jsonl.gz; - for JSON Lines on standard input.",
        ),
    ],
    rights: Annotated[str, typer.Option(help="The brands to protect: a table with a column brand.", metavar="RIGHTS")],
    out: Annotated[
        str,
        typer.Option(help="Where the verdicts go, by extension; - for JSON Lines on standard output.", metavar="OUT"),
    ],
    rules: Annotated[
        str | None, typer.Option(help="Rules to use instead of the product's own (YAML).", metavar="FILE")
    ] = None,
    bank: Annotated[
        list[str] | None, typer.Option(help="Known images by their PDQ hashes. May be repeated.", metavar="FILE")
    ] = None,
    rates: Annotated[
        str | None, typer.Option(help="Exchange rates to use: columns currency, per_usd.", metavar="FILE")
    ] = None,
    rejected: Annotated[
        str | None, typer.Option(help="Where bad rows go; by default OUT.rejected.jsonl.", metavar="FILE")
    ] = None,
    model: Annotated[
        str | None, typer.Option(help="A learnt score in place of the scorecard, see touchstone train.", metavar="FILE")
    ] = None,
    costs: Annotated[
        str | None,
        typer.Option(help="What mistakes cost, to set the thresholds: missed=500,wrong=200,minute=1.", metavar="COSTS"),
    ] = None,
    groups: Annotated[
        str | None,
        typer.Option(
            help="What other offers cost, from `touchstone group --prices`, see docs/prices.md.", metavar="FILE"
        ),
    ] = None,
    image_root: Annotated[
        str | None,
        typer.Option(help="The folder of the image paths; by default that of each listing file.", metavar="DIR"),
    ] = None,
    ocr: Annotated[
        str | None,
        typer.Option(
            help="How many pictures to read the text of, at most: a number, all or none. By default 100; none on Spark.",
            metavar="N",
        ),
    ] = None,
    ocr_cache: Annotated[
        str | None, typer.Option(help="Where the texts are kept for the next run.", metavar="DIR")
    ] = None,
    vision: Annotated[
        str | None,
        typer.Option(
            help="An OpenAI-compatible endpoint to ask about pictures, see docs/reading-images.md.", metavar="URL"
        ),
    ] = None,
    vision_model: Annotated[str, typer.Option(help="The model to ask there.", metavar="NAME")] = "",
    vision_limit: Annotated[int, typer.Option(help="How many pictures to ask about, at most.", min=0)] = 50,
    engine: Annotated[
        str, typer.Option(help="local: this process; spark: a cluster, see docs/spark.md.", metavar="ENGINE")
    ] = "local",
    master: Annotated[
        str, typer.Option(help="Spark's master; by default that of spark-submit, else local[*].", metavar="URL")
    ] = "",
    spark_conf: Annotated[
        list[str] | None, typer.Option(help="A setting of Spark, spark.KEY=VALUE. May be repeated.", metavar="SETTING")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar, no notices, no summary.")] = False,
) -> None:
    """Screen listings against the rights in a file. Needs no database.

    Each listing gets a verdict (pass, review or block), a score, the brands found and the reasons. Bad rows never stop
    a run: they go to a rejected file and the exit status is 3. A file that cannot be read, a missing column or a bad
    rule gives one sentence, exit status 2 and no output.
    """
    from touchstone.engine.runners import local
    from touchstone.engine.runners.pictures import Pictures, parse_limit
    from touchstone.engine.runners.spark import chosen
    from touchstone.engine.scoring.costs import Costs
    from touchstone.screening.vision import open_vision

    on_spark = chosen(engine, master, tuple(spark_conf or ()))

    priced = Costs.parse(costs) if costs else None
    notice = (lambda _: None) if quiet else _notice
    asker = open_vision(vision, vision_model, notice) if vision else None
    limit = parse_limit(ocr if ocr is not None else "none" if on_spark else "100")
    pictures = Pictures(image_root, limit, ocr_cache, asker, vision_limit)
    job = local.Job(listings, rights, out, rules, tuple(bank or ()), rates, rejected, model, priced, pictures, groups)
    if on_spark:
        from touchstone.engine.runners import spark_screen

        summary = spark_screen.run(job, on_spark, notice=notice)
    else:
        with _progress(shown=not quiet) as progress:
            summary = local.run(job, notice=notice, progress=progress)
    if not quiet:
        counts = ", ".join(f"{summary.verdicts[v]:,} {v}" for v in ("pass", "review", "block"))
        _notice(f"{summary.screened:,} listings screened: {counts}.")
        if summary.rejected:
            where = "" if job.rejected_path == "-" else f" See {job.rejected_path}."
            _notice(f"{summary.rejected:,} bad rows left out.{where}")
    if summary.rejected:
        sys.exit(EXIT_BAD_ROWS)


def _notice(text: str) -> None:
    print(f"touchstone: {text}", file=sys.stderr)


@contextlib.contextmanager
def _progress(*, shown: bool) -> Iterator[Callable[[int, int, int], None]]:
    """A progress bar over (file number, done, total) on a terminal; nothing elsewhere."""
    if not (shown and sys.stderr.isatty()):
        yield lambda *_: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        tasks: dict[int, object] = {}

        def show(number: int, done: int, total: int) -> None:
            if number not in tasks:
                tasks[number] = bar.add_task(f"file {number + 1}", total=total or None)
            bar.update(tasks[number], completed=done)  # type: ignore[arg-type]

        yield show


@app.command()
def bench(
    suite: Annotated[str, typer.Argument(help="The suite to run.", metavar="[SUITE]")] = "screen",
    data: Annotated[
        Path | None, typer.Option(help="Folder of real data; ../shared/data if it is there.", metavar="DIR")
    ] = None,
    rows: Annotated[int, typer.Option(help="Titles to measure with.", min=1000)] = 200_000,
) -> None:
    """Measure, beside a peer in the same run. One JSON object a line."""
    from touchstone.bench import run_suite

    run_suite(suite, data=data, rows=rows)


app.add_typer(demo_commands.app, name="demo")
app.command()(text_commands.explain)
app.command()(serving.serve)
app.command()(serving.work)
app.add_typer(ledger_commands.app, name="ledger")
app.command()(ledger_commands.verify)
app.command()(disclosure_commands.index)
app.command()(linkage_commands.link)
app.command()(grouping_commands.group)
app.command()(model_commands.train)
app.command()(model_commands.drift)
app.add_typer(image_commands.app, name="bank")


if __name__ == "__main__":
    main()
