"""The pictures of a run of `touchstone screen`: from which folder, how many are read, and what to tell at the end."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from touchstone.engine.files.formats import STREAM
from touchstone.engine.images.folder import Folder
from touchstone.engine.images.logos import Marks
from touchstone.engine.images.look import Eyes
from touchstone.engine.images.looking import Asker, Budget, Looking
from touchstone.engine.images.ocr import Ocr, TextCache
from touchstone.engine.rights import Rights
from touchstone.errors import BadInputFile, NotValid

Notice = Callable[[str], None]


@dataclass(frozen=True)
class Pictures:
    """What a user asks for. `readings`: pictures whose text is read at most, None for all, 0 for none."""

    root: str | None = None
    readings: int | None = 0
    text_folder: str | None = None
    asker: Asker | None = None
    questions: int = 0

    def open(self, marks: Marks | None) -> Gallery:
        """Check the folders. Raises BadInputFile where the root is none, or texts cannot be kept."""
        if self.root is not None and not Path(self.root).is_dir():
            raise BadInputFile("the folder of pictures does not exist", place=self.root)
        ocr = None if self.readings == 0 else Ocr()
        folder = Path(self.text_folder) if self.text_folder else None
        if folder is not None:
            _check_writable(folder)
        texts = TextCache(folder, ocr.name if ocr else Ocr().name)
        looking = Looking(ocr, texts, Budget(self.readings), self.asker, Budget(self.questions))
        return Gallery(looking, marks, self.root)


@dataclass
class Gallery:
    """The pictures of one run."""

    looking: Looking
    marks: Marks | None
    root: str | None
    _opened: list[tuple[Path, Eyes]] = field(default_factory=list)

    def eyes(self, folder: Path) -> Eyes:
        """What looks at the pictures of a listing file in `folder`."""
        root = Path(self.root) if self.root is not None else folder
        eyes = Eyes(root, self.marks)
        self._opened.append((root, eyes))
        return eyes

    def through(self, number: int, files: int, done: int, total: int) -> None:
        """The run is in file `number` of `files`, `done` of `total` of it read: budgets are spent evenly."""
        share = (number + (done / total if total else 1.0)) / files
        self.looking.readings.share = self.looking.questions.share = min(1.0, share)

    def counts(self) -> dict[str, Counter[str]]:
        """What could not be done, by folder; under the empty name what the closer look left out."""
        found = {"": Counter(self.looking.tally)}
        for folder, eyes in self._opened:
            found.setdefault(str(folder.absolute()), Counter()).update(eyes.tally)
        return found

    def tell(self, notice: Notice) -> None:
        """What the run could not do with the pictures."""
        tell(self.counts(), notice)


def tell(counts: Mapping[str, Counter[str]], notice: Notice) -> None:
    """Say what a run could not do with the pictures, see `Gallery.counts`."""
    for root, tally in counts.items():
        if outside := tally["outside"]:
            what = "path leads" if outside == 1 else "paths lead"
            notice(f"{outside:,} picture {what} out of {root}: not opened. --image-root names another folder.")
        if missing := tally["missing"]:
            notice(f"{_count(missing, 'picture')} not found below {root}.")
    if unread := counts.get("", Counter())["unread"]:
        notice(f"The text of {_count(unread, 'picture')} was not read: see --ocr, which sets how many are.")
    if failed := counts.get("", Counter())["reader-failed"]:
        notice(f"The text of {_count(failed, 'picture')} could not be read.")


def parse_limit(text: str) -> int | None:
    """How many pictures: a number, `all` (None) or `none` (0). Raises NotValid."""
    word = text.strip().lower()
    if word == "all":
        return None
    if word == "none":
        return 0
    if word.isascii() and word.isdigit() and int(word) < math.inf:
        return int(word)
    raise NotValid(f"--ocr is a number, all or none, not {text!r}")


def marks_of(rights: Rights, path: str, notice: Notice) -> Marks | None:
    """The marks that the rights file at `path` names, from its own folder; None where it names none."""
    if not rights.logos:
        return None
    folder = Folder(Path.cwd() if path == STREAM else Path(path).parent)
    marks = Marks.read(rights.logos, folder.read, notice)
    return marks if len(marks) else None


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _check_writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise BadInputFile(f"texts cannot be kept here ({error.strerror})", place=str(folder)) from None
