"""The Chinese of the pages: `python -m touchstone.web.translations build | check | missing [ROOM]`.

Each room keeps web/locale/zh_Hans/<room>.po. `build` merges them into the catalogue that Django reads. `check` takes
every msgid from the code and the templates and names what is missing, fuzzy, left over, contradictory or has other
placeholders than its source. `missing` prints what is missing as .po entries to fill in.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

WEB = Path(__file__).resolve().parent
PACKAGE = WEB.parent
LOCALE = WEB / "locale" / "zh_Hans"
CATALOGUE = LOCALE / "LC_MESSAGES" / "django.mo"
HEADER = [("Plural-Forms", "nplurals=1; plural=0;"), ("Content-Type", "text/plain; charset=utf-8")]
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")
HALF_WIDTH = re.compile("[\u4e00-\u9fff][,;:?!(]")
LITERAL = r"""u?(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
CALL = re.compile(rf"\b(n?p?gettext|_)\(\s*((?:{LITERAL}\s*,?\s*)+)")

# A msgid with its context: what a translation is looked up by.
Key = tuple[str, str]


@dataclass
class Use:
    """A msgid that the code or a template shows, its plural if it has one, and where it stands."""

    plural: str = ""
    places: list[str] = field(default_factory=list)

    @property
    def room(self) -> str:
        return room_of(self.places[0])


@dataclass
class Findings:
    missing: dict[Key, Use] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        found = [f"{use.room}.po: missing {key[1]!r} ({use.places[0]})" for key, use in sorted(self.missing.items())]
        return sorted(found) + sorted(self.problems)


def room_of(place: str) -> str:
    """The room whose .po a string belongs to: by its template folder or its package; else `web`."""
    parts = Path(place).parts
    if parts[:2] == ("web", "templates") and len(parts) > 3:
        folder = parts[2]
        return "accounts" if folder in ("account", "mfa", "accounts") else _room(folder)
    return _room("audit" if parts[:2] == ("web", "audit") else parts[0])


def _room(name: str) -> str:
    is_room = (PACKAGE / name / "models.py").exists() or name in ("api", "audit", "engine", "law")
    return name if is_room or name in ("board", "disclosure") else "web"


def used() -> dict[Key, Use]:
    """Every msgid of the code and the templates."""
    found: dict[Key, Use] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        if "migrations" not in path.parts:
            _add(found, path, _of_python(path))
    for path in sorted((WEB / "templates").rglob("*")):
        if path.suffix in (".html", ".txt", ".xml", ".svg"):
            _add(found, path, _of_template(path))
    return found


def _add(found: dict[Key, Use], path: Path, messages: Iterator[tuple[int, str, str, str]]) -> None:
    for line, context, msgid, plural in messages:
        use = found.setdefault((context, msgid), Use())
        use.plural = use.plural or plural
        use.places.append(f"{path.relative_to(PACKAGE).as_posix()}:{line}")


def _of_python(path: Path) -> Iterator[tuple[int, str, str, str]]:
    with path.open("rb") as source:
        for line, message, _comments, context in extract("python", source, KEYWORDS, options={"encoding": "utf-8"}):
            msgid, plural = message[:2] if isinstance(message, tuple) else (message, "")
            if msgid:
                yield line, context or "", msgid, plural


def _of_template(path: Path) -> Iterator[tuple[int, str, str, str]]:
    from django.utils.translation.template import templatize

    text = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for call in CALL.finditer(text):
        words = [ast.literal_eval(word) for word in re.findall(LITERAL, call[2])]
        context = words.pop(0) if "p" in call[1] else ""
        plural = words[1] if call[1].startswith("n") else ""
        yield text.count("\n", 0, call.start()) + 1, context, words[0], plural


def room_catalogues() -> dict[str, Catalog]:
    """The rooms' catalogues by room. Raises ValueError that names the file where one cannot be read."""
    found = {}
    for path in sorted(LOCALE.glob("*.po")):
        try:
            found[path.stem] = read_po(BytesIO(path.read_bytes()), locale="zh_Hans", abort_invalid=True)
        except Exception as error:
            raise ValueError(f"{path.name}: {error}") from error
    return found


def build() -> bool:
    """Merge and compile. True if the catalogue was written, False if it was newer than every source."""
    sources = [*LOCALE.glob("*.po"), Path(__file__)]
    if CATALOGUE.exists() and CATALOGUE.stat().st_mtime_ns > max(p.stat().st_mtime_ns for p in sources):
        return False
    merged = Catalog(locale="zh_Hans", fuzzy=False)
    merged.mime_headers = HEADER
    for catalogue in room_catalogues().values():
        for message in catalogue:
            if message.id and _translated(message):
                merged.add(message.id, message.string, context=message.context)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    draft = CATALOGUE.with_suffix(f".{os.getpid()}")  # several processes may build at once
    with draft.open("wb") as out:
        write_mo(out, merged)
    draft.replace(CATALOGUE)
    return True


def _translated(message: Message) -> bool:
    strings = message.string if isinstance(message.string, list | tuple) else [message.string]
    return not message.fuzzy and bool(strings) and all(strings)


def check() -> Findings:
    """Compare the catalogues with what is used."""
    uses, findings, known = used(), Findings(), dict[Key, tuple[str, Message]]()
    for room, catalogue in room_catalogues().items():
        for message in catalogue:
            if message.id:
                _check_message(room, message, uses, known, findings)
    for key, use in uses.items():
        if key not in known:
            findings.missing[key] = use
        elif use.plural and isinstance(known[key][1].id, str):
            findings.problems.append(f"{known[key][0]}.po: no plural for {key[1]!r}")
    return findings


def _check_message(
    room: str, message: Message, uses: dict[Key, Use], known: dict[Key, tuple[str, Message]], findings: Findings
) -> None:
    msgid = message.id if isinstance(message.id, str) else message.id[0]
    key = (message.context or "", msgid)

    def complain(what: str) -> None:
        findings.problems.append(f"{room}.po: {what} {msgid!r}")

    if key not in uses:
        complain("left over")
    if message.fuzzy:
        complain("fuzzy")
    if not _translated(message):
        if not message.fuzzy:
            complain("empty")
        return
    if key in known and known[key][1].string != message.string:
        complain(f"another translation than in {known[key][0]}.po for")
    if _placeholders(message.id) != _placeholders(message.string):
        complain("other placeholders in the translation of")
    if HALF_WIDTH.search(str(message.string)):
        complain("half-width punctuation after a Chinese character in the translation of")
    known[key] = (room, message)


def _placeholders(text: str | Iterable[str] | None) -> set[str]:
    words = [text] if isinstance(text, str) else text or ()
    return {match[0] for word in words for match in PLACEHOLDER.finditer(word)}


def missing_po(room: str = "") -> str:
    """The missing entries (of one room) as .po text, to be filled in."""
    catalogue = Catalog(locale="zh_Hans", fuzzy=False)
    for (context, msgid), use in check().missing.items():
        if not room or use.room == room:
            ids = (msgid, use.plural) if use.plural else msgid
            locations = [(place.rsplit(":", 1)[0], None) for place in use.places[:1]]
            catalogue.add(ids, context=context or None, locations=locations)  # type: ignore[arg-type]
    out = BytesIO()
    write_po(out, catalogue, omit_header=True, width=0)
    return out.getvalue().decode()


def main(arguments: list[str]) -> int:
    import django

    django.setup()
    match arguments:
        case ["build"]:
            sys.stderr.write("Translations: " + ("compiled.\n" if build() else "up to date.\n"))
        case ["check"]:
            lines = check().lines()
            sys.stdout.write("".join(f"{line}\n" for line in lines))
            sys.stderr.write(f"Translations: {len(lines)} to mend.\n")
            return 1 if lines else 0
        case ["missing", *rooms]:
            sys.stdout.write(missing_po(*rooms[:1]))
        case _:
            sys.stderr.write(f"{__doc__}\n")
            return 2
    return 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "touchstone.project.settings")
    try:
        sys.exit(main(sys.argv[1:]))
    except ValueError as error:
        sys.exit(str(error))
