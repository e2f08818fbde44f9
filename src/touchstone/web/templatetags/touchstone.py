"""Template tags and filters of the pages, available everywhere without a load tag. docs/pages.md shows their use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.forms import BoundField
from django.http import HttpRequest
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from touchstone.accounts.actor import Actor
from touchstone.accounts.policy import HasParties
from touchstone.accounts.policy import may as policy_may
from touchstone.web.components import badges, charts, figures, signals
from touchstone.web.components.assets import asset_url
from touchstone.web.components.icons import icon as icon_svg
from touchstone.web.components.navigation import navigation as rail

register = template.Library()

register.simple_tag(icon_svg, name="icon")
register.simple_tag(asset_url, name="asset")
register.simple_tag(figures.money, name="money")
register.simple_tag(figures.when, name="when")
register.simple_tag(badges.badge, name="badge")
register.simple_tag(badges.tlp, name="tlp")
register.simple_tag(signals.highlight, name="highlight")
register.filter("figure", figures.figure)
register.filter("percent", figures.percent)
register.filter("technique", signals.technique_name)


@register.simple_tag
def may(actor: Actor, verb: str, obj: HasParties | None = None) -> bool:
    """`{% may actor "case.view" as can_see %}`: whether to show a thing at all."""
    return policy_may(actor, verb, obj)


@register.simple_tag(takes_context=True)
def navigation(context: Context) -> list[dict[str, object]]:
    request: HttpRequest = context["request"]
    return rail(context["actor"], request.path)


# Frames


@register.simple_block_tag
def page_header(content: str, title: str | Promise, lead: str | Promise = "") -> str:
    """The page's one h1, a sentence under it, and its actions (what stands between the tags)."""
    return _render("page_header", title=title, lead=lead, actions=_stripped(content))


@register.simple_block_tag
def card(content: str, title: str | Promise = "", flush: bool = False, note: str | Promise = "", id: str = "") -> str:
    """A framed part of a page. `flush` leaves out the padding (for tables)."""
    return _render("card", title=title, flush=flush, note=note, id=id, body=content)


@register.simple_block_tag
def filter_bar(content: str, action: str = "") -> str:
    """A form of filters that submits by GET: put fields between the tags."""
    return _render("filter_bar", action=action, body=content)


@register.simple_block_tag
def empty_state(content: str, title: str | Promise, text: str | Promise = "") -> str:
    """What a page or a table shows when there is nothing: a drawing, a sentence, and what to do (between the tags)."""
    return _render("empty_state", title=title, text=text, actions=_stripped(content))


@register.simple_block_tag
def event(content: str, title: str | Promise, at: Any = None, by: str = "", state: str = "") -> str:
    """One entry of `<ol class="timeline">`. `state`: empty, `done` or `bad`."""
    return _render("event", title=title, at=at, by=by, state=state, body=_stripped(content))


# Small parts


@register.simple_tag
def crumb(label: str | Promise, url: str = "") -> SafeString:
    if url:
        return format_html('<li><a href="{}">{}</a></li>', url, label)
    return format_html('<li aria-current="page">{}</li>', label)


@register.simple_tag
def stat(
    label: str | Promise,
    figure: Any,
    note: str | Promise = "",
    href: str = "",
    tone: str = "",
    delta: str = "",
    direction: str = "",
) -> str:
    """A tile: label, figure, note. `tone`: gold, good or alarm; `direction` of the delta: up or down."""
    if isinstance(figure, int | float):
        figure = figures.figure(figure, digits=2)
    return _render(
        "stat", label=label, figure=figure, note=note, href=href, tone=tone, delta=delta, direction=direction
    )


@register.simple_tag
def kv(label: str | Promise, value: Any = None) -> SafeString:
    """A key and its value inside `<dl class="kv">`; a dash where there is no value."""
    shown = "–" if value is None or value == "" else value
    return format_html("<dt>{}</dt><dd>{}</dd>", label, conditional_escape(shown))


@register.simple_tag
def kbd(keys: str) -> SafeString:
    return format_html("<kbd>{}</kbd>", keys)


@register.simple_tag
def thumb(url: str = "", alt: str | Promise = "", large: bool = False) -> str:
    """A picture, or the drawing of one where there is none."""
    return _render("thumb", url=url, alt=alt, large=large)


@register.simple_tag
def copy(text: str) -> str:
    """A small button that copies the text."""
    return _render("copy", text=text)


@register.simple_tag
def tab(label: str | Promise, url: str, current: bool = False, n: int | None = None) -> SafeString:
    """A link in `<nav class="tabs">`."""
    count = format_html(' <span class="n">{}</span>', figures.figure(n)) if n is not None else ""
    here = mark_safe(' aria-current="page"') if current else ""
    return format_html('<a href="{}"{}>{}{}</a>', url, here, label, count)


@register.simple_tag(takes_context=True)
def post_button(
    context: Context,
    url: str,
    label: str | Promise,
    kind: str = "",
    confirm: str | Promise = "",
    icon: str = "",
    key: str = "",
    **values: Any,
) -> str:
    """A button that POSTs to `url` with the CSRF token and the other keyword arguments as hidden fields.

    `kind`: primary, quiet, danger (with `small` if wanted); `confirm` asks first; `key` is its keyboard shortcut.
    """
    request = context.get("request")
    data = {"url": url, "label": label, "kind": kind, "confirm": confirm, "icon": icon, "key": key, "values": values}
    return render_to_string("components/post_button.html", data, request=request)


# Tables


@register.simple_tag(takes_context=True)
def sort_header(context: Context, field: str, label: str | Promise, numeric: bool = False, default: str = "") -> str:
    """A `<th>` that sorts by `?sort=field`, then `?sort=-field`. `default` is the sort without a query."""
    request: HttpRequest = context["request"]
    current = request.GET.get("sort", default)
    query = request.GET.copy()
    query["sort"] = f"-{field}" if current == field else field
    query.pop("page", None)
    direction = {field: "ascending", f"-{field}": "descending"}.get(current, "")
    return _render("sort_header", href=f"?{query.urlencode()}", label=label, direction=direction, numeric=numeric)


@register.simple_tag(takes_context=True)
def pagination(context: Context, page: Any) -> str:
    """The pager of a django.core.paginator Page; keeps the other query parameters."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    query.pop("page", None)
    prefix = f"?{query.urlencode()}&page=" if query else "?page="
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return _render("pagination", page=page, prefix=prefix, numbers=list(numbers), gap=page.paginator.ELLIPSIS)


# Forms


@register.simple_tag
def field(bound: BoundField, label: str | Promise = "") -> str:
    """Label, help, widget and errors of a form field."""
    return _render("field", field=bound, label=label or bound.label)


@register.simple_tag
def fields(form: Any) -> str:
    """All fields of a form, hidden ones and errors of the whole form included."""
    return _render("fields", form=form)


# Signals


@register.simple_tag
def score(value: float | None) -> str:
    """A score from 0 to 1 as a bar and a figure."""
    number = float(value or 0)
    return _render(
        "score", value=number, width=f"{min(max(number, 0), 1) * 100:.1f}", colour=signals.score_colour(number)
    )


@register.simple_tag
def reasons(found: Sequence[Mapping[str, Any]] | None) -> str:
    """The reasons of a verdict, heaviest first: sentence, bar (red against, green for), weight."""
    return _render("reasons", reasons=signals.reason_rows(found or ()))


# Charts


@register.simple_tag
def bars(rows: Sequence[Any], caption: str | Promise = "") -> str:
    """Rows of bars: `(label, value)`, `(label, value, href)`, or mappings with `label, value, text, href, colour`."""
    return _render("bars", rows=charts.bar_rows(rows), caption=caption)


@register.simple_tag
def sparkline(values: Sequence[float], label: str | Promise) -> str:
    """A small line of the values; `label` says to a screen reader what it shows."""
    return _render("sparkline", points=charts.polyline(values), label=label)


@register.simple_tag
def histogram(values: Sequence[float], first: str = "", last: str = "", caption: str | Promise = "") -> str:
    """Columns of counts from left to right; `first` and `last` are the axis ends' labels."""
    return _render("histogram", columns=charts.columns(values), first=first, last=last, caption=caption)


def _stripped(content: str) -> SafeString:
    return mark_safe(content.strip())  # noqa: S308  # a block's content, rendered and escaped by its template


def _render(name: str, **context: Any) -> SafeString:
    return render_to_string(f"components/{name}.html", context)
