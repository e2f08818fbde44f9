"""The screener: listings in, verdicts out. Built once from the rights, used for any number of tables."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

import touchstone
from touchstone.engine.data import digest, digest_of_all
from touchstone.engine.gate import Gate, holds_for, rule_conditions
from touchstone.engine.images.bank import Bank
from touchstone.engine.images.logos import Marks
from touchstone.engine.images.look import Eyes, Looked
from touchstone.engine.images.looking import Looking, queue
from touchstone.engine.images.signals import ImageSignals
from touchstone.engine.lists import Lists
from touchstone.engine.pricing.reference import Rates
from touchstone.engine.rights import Rights, safe_pairs, with_safe
from touchstone.engine.rules.judging import ShadowHit, judge
from touchstone.engine.rules.ruleset import VERDICTS, Ruleset
from touchstone.engine.schema import MATCH, OUTPUT, typed
from touchstone.engine.scoring.model import Model
from touchstone.engine.scoring.reasons import gather, lists
from touchstone.engine.scoring.scorecard import Scorecard
from touchstone.engine.signals import Brands, claimed_brands, measure
from touchstone.engine.text.disguise import Sightings
from touchstone.engine.text.evidence import Found
from touchstone.engine.text.extent import TITLE_LIMIT, read_part
from touchstone.engine.text.lexicon import Lexicon
from touchstone.engine.text.normalise import fold
from touchstone.engine.text.sighted import of_rows, sight
from touchstone.engine.text.variants import TECHNIQUES, technique
from touchstone.errors import NotValid


class Screener:
    """Judges listings against the rights in a table.

    The same listings give the same verdicts however they are cut into tables. Not for use by two threads at once.
    """

    def __init__(
        self,
        rights: pa.Table,
        *,
        rules: Ruleset | str | os.PathLike[str] | None = None,
        banks: Iterable[pa.Table] | Bank = (),
        rates: Rates | Mapping[str, float] | pa.Table | None = None,
        safe: pa.Table | None = None,
        model: Model | None = None,
    ) -> None:
        """`rights`: columns of docs/formats.md. `rules`: a rule file or None for the product's own. `banks`: tables as
        `bank_rows` reads them, or a bank, which may change while it is used. `rates`: units per US dollar. `safe`: a
        safe list, see `rights.with_safe`. `model`: a learnt score in place of the scorecard.

        Raises NotValid for a wrong rights, bank or rates table, BadRule for a wrong rule.
        """
        self._rates = rates if isinstance(rates, Rates) else Rates(rates)
        brands = Rights.from_table(rights, self._rates)
        self.rights = brands if safe is None else with_safe(brands, safe)
        self.rules = rules if isinstance(rules, Ruleset) else Ruleset.read(rules) if rules else Ruleset.default()
        self.lexicon = Lexicon(self.rights)
        self._lists = Lists(self.lexicon, brands.version, () if safe is None else safe_pairs(safe))
        self._full_gate = Gate(self.lexicon, TITLE_LIMIT)
        tables = [] if isinstance(banks, Bank) else list(banks)
        self._bank = banks if isinstance(banks, Bank) else Bank.of(tables) if tables else None
        self.use_model(model)
        self.marks: Marks | None = None
        self._made_by = self._engine_version

    @property
    def _engine_version(self) -> str:
        seen_with = [part.version for part in (self._bank, self.marks) if part is not None]
        content = digest(self._content, *seen_with) if seen_with else self._content
        return f"{touchstone.__version__}+{content}"

    @property
    def versions(self) -> tuple[str, str, str]:
        """(engine_version, rules_version, rights_version): each names the content that made the verdicts."""
        return self._engine_version, self.rules.version, self.rights.version

    def add_alias(self, brand: str, text: str) -> None:
        """From now on `text` is one of the names of `brand`. Takes milliseconds. Raises NotValid for an unknown brand."""
        if brand not in self.rights.brands:
            raise NotValid(f"the rights file has no brand {brand!r}")
        if not fold(text).strip():
            raise NotValid("the alias is empty")
        self.lexicon.add_alias(self.rights.brands.index(brand), text)
        self._changed(f"+{brand}:{text}")

    def remove_alias(self, brand: str, text: str) -> None:
        """From now on `text` is no name of `brand`. Raises NotValid where it is none."""
        number = self.rights.brands.index(brand) if brand in self.rights.brands else -1
        same = [i for i, n in enumerate(self.rights.names) if n.brand == number and fold(n.text) == fold(text)]
        if not same:
            raise NotValid(f"{text!r} is no name of {brand!r}")
        for name in same:
            self.lexicon.remove_name(name)
        self._changed(f"-{brand}:{text}")

    def set_lists(self, aliases: Collection[tuple[str, str]], safe: Collection[tuple[str, str]]) -> None:
        """From now on exactly these stand beside the rights table: `aliases` and `safe` as (brand, text).
        A safe phrase mutes its brand, or every brand where the brand is empty.

        Only what differs from before is changed, in milliseconds, so a list can be changed while screeners are in use.
        The same lists give the same verdicts and the same version, whatever stood before. Texts of brands that the
        table does not name, and texts that are names already, are left out.
        """
        self._lists.become(aliases, safe)
        self.rights = self.lexicon.rights

    def use_marks(self, marks: Marks | None) -> None:
        """Look for these marks of rights holders in pictures from now on; the versions say so."""
        self.marks = marks

    def use_bank(self, bank: Bank) -> None:
        """Look at this bank from now on; the versions say so."""
        self._bank = bank

    def _changed(self, what: str) -> None:
        self.rights = replace(self.lexicon.rights, version="rights-" + digest(self.rights.version, what))
        self.lexicon.rights = self.rights

    def screen(
        self,
        listings: pa.Table | pa.RecordBatch,
        *,
        image_root: str | os.PathLike[str] | Eyes | None = None,
        looking: Looking | None = None,
        shadow: list[ShadowHit] | None = None,
    ) -> pa.Table:
        """Verdicts of `listings`, row by row, with exactly the columns of `schema.OUTPUT`.

        Columns: those of docs/formats.md, others are ignored. Rows must be good ones (see `validate.split`).
        `image_root`: the folder of the image paths; without it no image is opened, as paths may come from strangers.
        `looking`: the closer look at some of them, as reading their text. To `shadow` are added the hits of rules that
        only watch. Raises NotValid where a required column is missing or a column has a wrong type.
        """
        table = pa.Table.from_batches([listings]) if isinstance(listings, pa.RecordBatch) else listings
        return self.screen_typed(typed(table), image_root=image_root, looking=looking, shadow=shadow)

    def screen_typed(
        self,
        listings: pa.Table,
        *,
        image_root: str | os.PathLike[str] | Eyes | None = None,
        looking: Looking | None = None,
        shadow: list[ShadowHit] | None = None,
    ) -> pa.Table:
        """As `screen`, for a table that `schema.typed` or `validate.split` made."""
        # A bank that changes meanwhile may be looked at before or after: the verdicts bear the version from before.
        self._made_by = self._engine_version
        claimed = claimed_brands(self.lexicon, listings["brand"])
        seen = sight(self.lexicon, read_part(listings["title"]))
        eyes = image_root if isinstance(image_root, Eyes) or image_root is None else Eyes(image_root, self.marks)
        everything = np.arange(listings.num_rows)
        rows = everything if self._gate is None else self._gate.rows(listings, claimed, seen.row)
        if len(rows) < listings.num_rows:
            some = listings.take(pa.array(rows))
            measured = self._measured(some, claimed[rows], of_rows(seen, rows), eyes, looking, shadow)
            return self._spread(measured, rows, listings)
        return self._finished(self._measured(listings, claimed, seen, eyes, looking, shadow), listings)

    def _measured(
        self,
        listings: pa.Table,
        claimed: np.ndarray,
        seen: Sightings,
        eyes: Eyes | None,
        looking: Looking | None,
        shadow: list[ShadowHit] | None,
    ) -> pa.Table:
        """verdict, score, brands, matches and reasons of every row."""
        looked = Looked.none() if eyes is None else eyes.look(listings["images"])
        images = ImageSignals(looked, self._bank)
        signals, brands = measure(listings, self.lexicon, self._rates, images, claimed, seen)
        if eyes is not None and looking is not None and looked.name:
            images = self._looked_closer(listings, signals, images, eyes, looking)
            if images.texts is not None or images.answers is not None:
                signals, brands = measure(listings, self.lexicon, self._rates, images, claimed, seen)
        score, reasons = self._scorer.apply(signals)
        ids = listings["listing_id"].combine_chunks()
        verdict, rule_reasons = judge(self.rules, signals, score, ids, shadow)
        rows = listings.num_rows
        columns = {
            "verdict": pa.array(np.array(VERDICTS)[verdict], pa.string()),
            "score": pa.array(score, pa.float64()),
            "brands": self._brand_lists(brands, rows),
            "matches": self._matches(brands, listings, images.texts, rows),
            "reasons": gather([*reasons, *rule_reasons], rows),
        }
        return pa.table(columns)

    def _looked_closer(
        self, listings: pa.Table, signals: pl.DataFrame, images: ImageSignals, eyes: Eyes, looking: Looking
    ) -> ImageSignals:
        """With the text of the pictures that are worth it, and what an outside model says of them."""
        score = self._scorer.apply(signals)[0]
        verdict = judge(self.rules, signals, score, listings["listing_id"].combine_chunks())[0]
        order = queue(images.looked, verdict, score, self.rules.review_from, self._bank)
        texts = looking.texts_of(eyes, images.looked, order, listings.num_rows)
        answers = looking.answers_of(
            eyes, images.looked, order, listings["title"].to_pylist(), signals["brand"].to_list()
        )
        return replace(
            images,
            texts=texts if texts.null_count < len(texts) else None,
            answers=answers if answers.null_count() < len(answers) else None,
        )

    def _spread(self, measured: pa.Table, rows: np.ndarray, listings: pa.Table) -> pa.Table:
        """The measured rows at their places among all rows; the others pass with the base score and no reasons."""
        plain = pa.table(
            {
                "verdict": pa.array([VERDICTS[self._verdict_of(self._scorer.base_score)]], pa.string()),
                "score": pa.array([self._scorer.base_score], pa.float64()),
                **{f.name: pa.array([[]], f.type) for f in OUTPUT if pa.types.is_list(f.type)},
            }
        )
        place = np.full(listings.num_rows, measured.num_rows, dtype=np.int64)
        place[rows] = np.arange(len(rows))
        both = pa.concat_tables([measured, plain]).combine_chunks()
        return self._finished(both.take(pa.array(place)), listings)

    def _verdict_of(self, score: float) -> int:
        return int(score >= self.rules.review_from) + int(score >= self.rules.block_from)

    def _finished(self, measured: pa.Table, listings: pa.Table) -> pa.Table:
        rows = listings.num_rows
        columns = [
            listings["listing_id"].cast(pa.string()),
            *measured.columns,
            _constant(self._made_by, rows),
            _constant(self.rules.version, rows),
        ]
        return pa.table(columns, schema=OUTPUT)

    def signals(
        self,
        listings: pa.Table,
        *,
        image_root: str | os.PathLike[str] | Eyes | None = None,
        looking: Looking | None = None,
    ) -> pl.DataFrame:
        """The wide table of signals of `listings`, one column a signal (see `catalogue`). `image_root`: as in `screen`.

        Of `looking` only the texts count that were read before.
        """
        table = typed(listings)
        claimed = claimed_brands(self.lexicon, table["brand"])
        seen = sight(self.lexicon, read_part(table["title"]))
        images = ImageSignals(bank=self._bank)
        if image_root is not None:
            eyes = image_root if isinstance(image_root, Eyes) else Eyes(image_root, self.marks)
            looked = eyes.look(table["images"])
            texts = looking.texts_of(eyes, looked, [], table.num_rows) if looking else None
            images = ImageSignals(looked, self._bank, texts)
        return measure(table, self.lexicon, self._rates, images, claimed, seen)[0]

    def verdicts(self, signals: pl.DataFrame, ids: pa.Array, *rules: Ruleset) -> list[np.ndarray]:
        """What each of some sets of rules would say of rows of `signals`: one array of indexes into VERDICTS a set.

        `ids`: the listing ids of the rows.
        """
        score = self._scorer.apply(signals)[0]
        return [judge(some, signals, score, ids)[0] for some in rules]

    def use_model(self, model: Model | None) -> None:
        """From now on this learnt score judges, or the scorecard for None. Takes milliseconds."""
        self.model = model
        self._scorer: Scorecard | Model = model or Scorecard.default()
        entries = () if model else Scorecard.default().entries
        self._weighed = [(e.condition, e.applies) for e in entries]
        learnt = (model.digest,) if model else ()
        self._content = digest(digest_of_all(), repr(sorted(self._rates.per_usd.items())), *learnt)
        self.use_rules(self.rules)

    def use_rules(self, rules: Ruleset) -> None:
        """From now on these rules judge. Takes milliseconds."""
        self.rules = rules
        conditions = self._weighed + rule_conditions((*rules.rules, *rules.watched))
        self._gate = self._full_gate if holds_for(conditions) else None

    def _brand_lists(self, brands: Brands, rows: int) -> pa.Array:
        labels = pa.array(self.rights.brands, pa.string()).take(pa.array(brands.brand))
        return lists(np.bincount(brands.row, minlength=rows), labels)

    def _matches(self, brands: Brands, listings: pa.Table, texts: pa.Array | None, rows: int) -> pa.Array:
        """One struct a strong hit in the title, then those in the text of the pictures. The only loop over hits: the
        text of each is cut out and explained."""
        titles = self._match_columns(brands.found, listings["title"].combine_chunks())
        if texts is None:
            row, columns = titles
        else:
            shown = self._match_columns(brands.pictured, texts, how="image_text")
            order = np.argsort(np.concatenate((titles[0], shown[0])), kind="stable")
            row = np.concatenate((titles[0], shown[0]))[order]
            both = (pa.concat_arrays(pair) for pair in zip(titles[1], shown[1], strict=True))
            columns = [column.take(pa.array(order)) for column in both]
        values = pa.StructArray.from_arrays(columns, fields=list(MATCH))
        return lists(np.bincount(row, minlength=rows), values)

    def _match_columns(self, found: Found, column: pa.Array, how: str = "") -> tuple[np.ndarray, list[pa.Array]]:
        """The row of each strong hit, and the columns of MATCH. `how`: one technique for all."""
        keep = np.flatnonzero(found.strong)
        row, start, end = found.row[keep], found.start[keep], found.end[keep]
        names = [self.rights.names[i] for i in found.name[keep]]
        whole = column.take(pa.array(row)).to_pylist()
        texts = [t[s:e] for t, s, e in zip(whole, start.tolist(), end.tolist(), strict=True)]
        codes = found.how[keep].tolist()
        techniques = [
            how or (TECHNIQUES[code] if code >= 0 else technique(text, name.text, name.alias))
            for text, name, code in zip(texts, names, codes, strict=True)
        ]
        labels = [self.rights.brands[name.brand] for name in names]
        return row, [
            pa.array(labels, pa.string()),
            pa.array(texts, pa.string()),
            pa.array(start, pa.int32()),
            pa.array(end, pa.int32()),
            pa.array(techniques, pa.string()),
        ]


def _constant(text: str, rows: int) -> pa.Array:
    return pc.cast(pa.repeat(pa.scalar(text), rows), pa.string())
