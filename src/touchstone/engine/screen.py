"""The screener: listings in, verdicts out. Built once from the rights, used for any number of tables."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

import touchstone
from touchstone.engine.data import digest, digest_of_all
from touchstone.engine.images.bank import Bank
from touchstone.engine.images.signals import ImageSignals
from touchstone.engine.pricing.reference import Rates
from touchstone.engine.rights import Rights
from touchstone.engine.rules.ruleset import VERDICTS, Ruleset
from touchstone.engine.schema import MATCH, OUTPUT, typed
from touchstone.engine.scoring.reasons import gather, lists
from touchstone.engine.scoring.scorecard import Scorecard
from touchstone.engine.signals import Brands, measure
from touchstone.engine.text.lexicon import Lexicon
from touchstone.engine.text.variants import technique


class Screener:
    """Judges listings against the rights in a table.

    The same listings give the same verdicts however they are cut into tables. Not for use by two threads at once.
    """

    def __init__(
        self,
        rights: pa.Table,
        *,
        rules: Ruleset | str | os.PathLike[str] | None = None,
        banks: Iterable[pa.Table] = (),
        rates: Rates | Mapping[str, float] | pa.Table | None = None,
        backend: str = "auto",
    ) -> None:
        """`rights`: columns of docs/formats.md. `rules`: a rule file or None for the product's own. `banks`: tables of
        PDQ hashes. `rates`: units per US dollar. `backend`: see `Matcher`.

        Raises NotValid for a wrong rights, bank or rates table, BadRule for a wrong rule.
        """
        bank_tables = list(banks)
        self._rates = rates if isinstance(rates, Rates) else Rates(rates)
        self.rights = Rights.from_table(rights, self._rates)
        self.rules = rules if isinstance(rules, Ruleset) else Ruleset.read(rules) if rules else Ruleset.default()
        self._lexicon = Lexicon(self.rights, backend=backend)
        self._scorecard = Scorecard.default()
        self._bank = bank = Bank.of(bank_tables) if bank_tables else None
        extra = [repr(sorted(self._rates.per_usd.items()))]
        extra += [] if bank is None else [bank.words.tobytes().hex()]
        content = digest(digest_of_all(), *extra)
        self._engine_version = f"{touchstone.__version__}+{content}"

    @property
    def versions(self) -> tuple[str, str, str]:
        """(engine_version, rules_version, rights_version): each names the content that made the verdicts."""
        return self._engine_version, self.rules.version, self.rights.version

    def screen(
        self, listings: pa.Table | pa.RecordBatch, *, image_root: str | os.PathLike[str] | None = None
    ) -> pa.Table:
        """Verdicts of `listings`, row by row, with exactly the columns of `schema.OUTPUT`.

        Columns: those of docs/formats.md, others are ignored. Rows must be good ones (see `validate.split`).
        `image_root`: the folder of relative image paths; without it no image is opened, as paths may come from
        strangers. Raises NotValid where a required column is missing or a column has a wrong type.
        """
        table = pa.Table.from_batches([listings]) if isinstance(listings, pa.RecordBatch) else listings
        return self.screen_typed(typed(table), image_root=image_root)

    def screen_typed(self, listings: pa.Table, *, image_root: str | os.PathLike[str] | None = None) -> pa.Table:
        """As `screen`, for a table that `schema.typed` or `validate.split` made."""
        images = ImageSignals(Path(image_root) if image_root is not None else None, self._bank)
        signals, brands = measure(listings, self._lexicon, self._rates, images)
        score, reasons = self._scorecard.apply(signals)
        verdict, rule_reasons = self._judge(signals, score)
        rows = listings.num_rows
        columns = [
            listings["listing_id"].cast(pa.string()),
            pa.array(np.array(VERDICTS)[verdict], pa.string()),
            pa.array(score, pa.float64()),
            self._brand_lists(brands, rows),
            self._matches(brands, listings, rows),
            gather([*reasons, *rule_reasons], rows),
            _constant(self._engine_version, rows),
            _constant(self.rules.version, rows),
        ]
        return pa.table(columns, schema=OUTPUT)

    def signals(self, listings: pa.Table) -> pl.DataFrame:
        """The wide table of signals of `listings`, one column a signal (see `catalogue`)."""
        return measure(typed(listings), self._lexicon, self._rates, ImageSignals(None, self._bank))[0]

    def _judge(self, signals: pl.DataFrame, score: np.ndarray) -> tuple[np.ndarray, list[pl.DataFrame]]:
        """The severest of what the score and the rules say, as an index into VERDICTS, and the rules' reasons."""
        verdict = (score >= self.rules.review_from).astype(np.int64) + (score >= self.rules.block_from)
        masks = signals.select(r.when.fill_null(False).alias(str(i)) for i, r in enumerate(self.rules.rules))
        reasons = []
        for number, rule in enumerate(self.rules.rules):
            rows = np.flatnonzero(masks.to_series(number).to_numpy())
            if not len(rows):
                continue
            verdict[rows] = np.maximum(verdict[rows], VERDICTS.index(rule.then))
            reasons.append(
                pl.DataFrame({"row": rows.astype(np.int64)}).with_columns(
                    order=pl.lit(1000 + number, dtype=pl.Int64),
                    signal=pl.lit(f"rule:{rule.id}"),
                    value=pl.lit(rule.then),
                    weight=pl.lit(0.0),
                    text=pl.lit(rule.reason),
                    text_zh=pl.lit(rule.reason_zh),
                )
            )
        return verdict, reasons

    def _brand_lists(self, brands: Brands, rows: int) -> pa.Array:
        labels = pa.array(self.rights.brands, pa.string()).take(pa.array(brands.brand))
        return lists(np.bincount(brands.row, minlength=rows), labels)

    def _matches(self, brands: Brands, listings: pa.Table, rows: int) -> pa.Array:
        """One struct a strong hit in the title. The only loop over hits: the text of each is cut out and explained."""
        found = brands.found
        keep = np.flatnonzero(found.strong)
        row, start, end = found.row[keep], found.start[keep], found.end[keep]
        names = [self.rights.names[i] for i in found.name[keep]]
        titles = listings["title"].combine_chunks().take(pa.array(row)).to_pylist()
        texts = [t[s:e] for t, s, e in zip(titles, start.tolist(), end.tolist(), strict=True)]
        how = [technique(text, name.text, name.alias) for text, name in zip(texts, names, strict=True)]
        labels = [self.rights.brands[name.brand] for name in names]
        values = pa.StructArray.from_arrays(
            [pa.array(labels, pa.string()), pa.array(texts, pa.string()), pa.array(start, pa.int32()),
             pa.array(end, pa.int32()), pa.array(how, pa.string())],
            fields=list(MATCH),
        )  # fmt: skip
        return lists(np.bincount(row, minlength=rows), values)


def _constant(text: str, rows: int) -> pa.Array:
    return pc.cast(pa.repeat(pa.scalar(text), rows), pa.string())
