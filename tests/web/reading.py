"""Reads a page the way a test wants it: its texts, links and forms, and what hinders a reader with a screen reader."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
SILENT = {"script", "style", "template"}
NAMING = ("aria-label", "aria-labelledby", "title")


@dataclass
class Element:
    tag: str
    attrs: dict[str, str]
    parents: list[Element]
    text: str = ""

    def inside(self, tag: str) -> bool:
        return any(p.tag == tag for p in self.parents)

    @property
    def is_named(self) -> bool:
        return any(self.attrs.get(name, "").strip() for name in NAMING)


@dataclass
class Page(HTMLParser):
    html: str
    elements: list[Element] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    _open: list[Element] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.html)

    def handle_starttag(self, tag, attrs):
        element = Element(tag, {k: v or "" for k, v in attrs}, list(self._open))
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag):
        for index in range(len(self._open) - 1, -1, -1):
            if self._open[index].tag == tag:
                del self._open[index:]
                return

    def handle_data(self, data):
        if any(e.tag in SILENT for e in self._open):
            return
        for element in self._open:
            element.text += data
        if data.strip():
            self.texts.append(" ".join(data.split()))

    def all(self, *tags: str) -> list[Element]:
        return [e for e in self.elements if e.tag in tags]

    @property
    def links(self) -> list[str]:
        return [e.attrs["href"] for e in self.all("a") if e.attrs.get("href", "").startswith("/")]

    def hindrances(self) -> list[str]:
        """What a reader who hears the page would miss."""
        found = [] if self.all("html")[0].attrs.get("lang") else ["no lang"]
        if (n := len(self.all("h1"))) != 1:
            found.append(f"{n} h1")
        if (n := len(self.all("main"))) != 1:
            found.append(f"{n} main")
        if not any(e.text.strip() for e in self.all("title")):
            found.append("no title")
        found += self._unlabelled() + self._nameless() + self._twice()
        found += [
            f"no ISO date: {e.attrs.get('name')}"
            for e in self.all("input")
            if e.attrs.get("type") == "date" and not re.fullmatch(r"(\d{4}-\d\d-\d\d)?", e.attrs.get("value", ""))
        ]
        found += [f"img without alt: {e.attrs.get('src')}" for e in self.all("img") if "alt" not in e.attrs]
        return found

    def _unlabelled(self) -> list[str]:
        labelled = {e.attrs.get("for") for e in self.all("label")}
        fields = [e for e in self.all("input", "select", "textarea") if e.attrs.get("type") not in ("hidden", "submit")]
        return [
            f"{e.tag} without label: {e.attrs.get('name')}"
            for e in fields
            if not e.is_named and not e.inside("label") and e.attrs.get("id") not in labelled
        ]

    def _nameless(self) -> list[str]:
        return [
            f"{e.tag} without a name: {e.attrs}"
            for e in self.all("a", "button", "summary")
            if not e.text.strip() and not e.is_named and not self._names_by_image(e)
        ]

    def _names_by_image(self, element: Element) -> bool:
        return any(e.attrs.get("alt") for e in self.all("img") if element in e.parents)

    def _twice(self) -> list[str]:
        ids = Counter(e.attrs["id"] for e in self.elements if e.attrs.get("id"))
        return [f"id twice: {name}" for name, n in ids.items() if n > 1]
