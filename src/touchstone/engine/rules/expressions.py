"""SQL conditions over signal columns, compiled to Polars. Nothing but what is listed here is allowed in one."""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from functools import reduce
from typing import Any, cast

import polars as pl
import sqlglot
from sqlglot import expressions as sql
from sqlglot.errors import ParseError, SqlglotError

from touchstone.engine.catalogue import SIGNALS, empty
from touchstone.errors import BadRule

MAX_LENGTH = 2000


class BadCondition(BadRule):
    """A condition that is none. `what`: one of WHAT; `span`: the place in the text; `values`: what the sentence names.

    Those who speak another language than the message make their own sentence of these.
    """

    WHAT = (
        "long",
        "unreadable",
        "open_quote",
        "unknown_signal",
        "not_allowed",
        "in_values",
        "is_takes",
        "types",
        "not_boolean",
    )

    def __init__(
        self, message: str, what: str, span: tuple[int, int] | None = None, *, remedy: str = "", **values: Any
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.what, self.span, self.values = what, span, values


Compiled = Callable[[sql.Expression], pl.Expr]

_BINARY: dict[type[sql.Expression], Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    sql.And: lambda a, b: a & b,
    sql.Or: lambda a, b: a | b,
    sql.EQ: lambda a, b: a == b,
    sql.NEQ: lambda a, b: a != b,
    sql.GT: lambda a, b: a > b,
    sql.GTE: lambda a, b: a >= b,
    sql.LT: lambda a, b: a < b,
    sql.LTE: lambda a, b: a <= b,
    sql.Add: lambda a, b: a + b,
    sql.Sub: lambda a, b: a - b,
    sql.Mul: lambda a, b: a * b,
    sql.Div: lambda a, b: a / b,
}


def condition(text: str) -> pl.Expr:
    """A boolean Polars expression for a SQL condition such as `brand_count > 0 AND price_ratio < 0.3`.

    Allowed: signal names, numbers, strings, true, false, null, AND OR NOT, comparisons, + - * /, IN (values), BETWEEN,
    IS [NOT] NULL, COALESCE, ABS, LEAST, GREATEST. Raises BadRule for anything else, and where the types do not fit.
    """
    if len(text) > MAX_LENGTH:
        message = f"the condition has {len(text)} characters, {MAX_LENGTH} are allowed"
        raise BadCondition(message, "long", (MAX_LENGTH, len(text)), n=len(text), most=MAX_LENGTH)
    try:
        tree = sqlglot.parse_one(text, dialect="duckdb")
    except (SqlglotError, RecursionError) as error:
        message = f"the condition {text!r} cannot be read: {_first_line(error)}"
        what = "unreadable" if isinstance(error, ParseError | RecursionError) else "open_quote"
        raise BadCondition(message, what, _place_of(error, text)) from None
    expression = _compile(cast(sql.Expression, tree))
    _check_type(expression, cast(sql.Expression, tree), text)
    return expression


def uses(text: str, *, null_tests: bool = False) -> frozenset[str]:
    """The signals that a good condition names; with `null_tests`, those inside IS, COALESCE, LEAST and GREATEST."""
    tree = sqlglot.parse_one(text, dialect="duckdb")
    roots = tree.find_all(sql.Is, sql.Coalesce, sql.Least, sql.Greatest) if null_tests else [tree]
    return frozenset(column.name.lower() for root in roots for column in root.find_all(sql.Column))


def _check_type(expression: pl.Expr, tree: sql.Expression, text: str) -> None:
    try:
        kind = _type_of(expression)
    except (pl.exceptions.PolarsError, RecursionError) as error:
        message = f"the condition {text!r} mixes types: {_first_line(error)}"
        raise BadCondition(message, "types", _span(_mixed(tree))) from None
    if kind != pl.Boolean:
        message = f"the condition {text!r} is not true or false but a {kind}"
        raise BadCondition(message, "not_boolean", (0, len(text)), kind=str(kind))


def _type_of(expression: pl.Expr) -> pl.DataType:
    return empty().lazy().select(expression.alias("x")).collect().schema["x"]


def _mixed(tree: sql.Expression) -> sql.Expression:
    """The smallest part of a condition whose types do not fit."""
    for node in reversed(cast(list[sql.Expression], list(tree.walk()))):
        try:
            _type_of(_compile(node))
        except BadRule:  # a name within a signal, a type: no expression by itself
            continue
        except (pl.exceptions.PolarsError, RecursionError):
            return node
    return tree


def _span(node: sql.Expression) -> tuple[int, int] | None:
    """Where a part of a condition stands in its text, as far as its words tell."""
    marks = [part.meta for part in node.walk() if part.meta and "start" in part.meta]
    return (min(m["start"] for m in marks), max(m["end"] for m in marks) + 1) if marks else None


def _place_of(error: BaseException, text: str) -> tuple[int, int]:
    """Where reading stopped."""
    first = error.errors[0] if isinstance(error, ParseError) and error.errors else None
    if first is None:
        quote = text.rfind("'")
        return (max(quote, 0), len(text))
    before = text.splitlines(keepends=True)[: int(first["line"]) - 1]
    end = min(sum(map(len, before)) + int(first["col"]), len(text))
    return max(0, end - len(str(first["highlight"]))), end


def _first_line(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(". ")


def _compile(node: sql.Expression) -> pl.Expr:
    if type(node) in _BINARY:
        return _BINARY[type(node)](_compile(node.this), _compile(node.expression))
    if type(node) in _OTHER:
        return _OTHER[type(node)](node)
    shown = node.sql()
    raise BadCondition(
        f"a rule may not use {shown!r} ({type(node).__name__})", "not_allowed", _span(node), shown=shown[:100]
    )


def _column(node: sql.Expression) -> pl.Expr:
    name = node.name.lower()
    if name not in SIGNALS or node.args.get("table"):
        near = get_close_matches(name, SIGNALS, 3, 0.6)
        remedy = f"The signals are {', '.join(SIGNALS)}."
        raise BadCondition(
            f"there is no signal {node.sql()!r}", "unknown_signal", _span(node), remedy=remedy, name=name, near=near
        )
    return pl.col(name)


def _literal(node: sql.Expression) -> pl.Expr:
    if node.is_string:
        return pl.lit(str(node.this))
    text = str(node.this)
    return pl.lit(int(text) if text.isdigit() and len(text) < 18 else float(text))


def _in(node: sql.Expression) -> pl.Expr:
    values = node.args.get("expressions") or []
    if not values or node.args.get("query") is not None:
        raise BadCondition("IN needs a list of values", "in_values", _span(node))
    return reduce(lambda a, b: a | b, (_compile(node.this) == _compile(value) for value in values))


def _between(node: sql.Expression) -> pl.Expr:
    value = _compile(node.this)
    return (value >= _compile(node.args["low"])) & (value <= _compile(node.args["high"]))


def _is(node: sql.Expression) -> pl.Expr:
    if isinstance(node.expression, sql.Null):
        return _compile(node.this).is_null()
    if isinstance(node.expression, sql.Boolean):
        return _compile(node.this).eq_missing(pl.lit(bool(node.expression.this)))
    raise BadCondition("IS takes NULL, TRUE or FALSE", "is_takes", _span(node))


def _arguments(node: sql.Expression) -> list[pl.Expr]:
    return [_compile(part) for part in [node.this, *node.expressions]]


_OTHER: dict[type[sql.Expression], Compiled] = {
    sql.Column: _column,
    sql.Literal: _literal,
    sql.Boolean: lambda node: pl.lit(bool(node.this)),
    sql.Null: lambda _: pl.lit(None),
    sql.Paren: lambda node: _compile(node.this),
    sql.Not: lambda node: ~_compile(node.this),
    sql.Neg: lambda node: -_compile(node.this),
    sql.In: _in,
    sql.Between: _between,
    sql.Is: _is,
    sql.Abs: lambda node: _compile(node.this).abs(),
    sql.Coalesce: lambda node: pl.coalesce(_arguments(node)),
    sql.Least: lambda node: pl.min_horizontal(_arguments(node)),
    sql.Greatest: lambda node: pl.max_horizontal(_arguments(node)),
}
