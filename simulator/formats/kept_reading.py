"""Files read one after the other, so that a conversion that was ended goes on behind the last one whose readings are kept.

At a checkpoint the readings in memory are moved to the disk (`stored_rows`), and what else a reader has gathered is noted. A file
is known by size, time of change and place. Files that come after those that are read may be new or other ones; where one of those
that are read has changed, or one on which all depends, reading begins anew.
"""

import ast
import math
import os
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from pathlib import Path
from time import monotonic
from typing import Any, TypeVar

from simulator.formats.conversion_work import READ, ConversionWork, current_work, place_of, signature
from simulator.formats.gathered_loops import GatheredLoops
from simulator.formats.source_files import SourceFile
from simulator.formats.stored_rows import StoredRows

Stores = Sequence[MutableMapping[Any, Any]]
"""Groups of `StoredRows` by a key from which a further one can be made, its period for instance."""
Notes = Sequence[MutableMapping[Any, Any]]
"""What a reader has gathered beside readings: numbers, texts, and tuples and sets of them, by such keys."""
_WORTH_S = 2.0
"""Reading that took less is not kept for the writing that follows. Chosen: it is done again sooner than told."""
_T = TypeVar("_T")


def each_kept(
    files: Sequence[_T],
    stores: Stores,
    notes: Notes,
    before: Sequence[SourceFile | Path] = (),
    make: Callable[[Any], StoredRows] = GatheredLoops,
    file_of: Callable[[_T], SourceFile | Path] = lambda each: each,  # type: ignore[assignment, return-value]
) -> Iterator[_T]:
    """Yield each of the files that are not read yet, with progress; a file counts as read when the next one is asked for.

    `stores` and `notes` are brought to what they were after the files that are left out. `before`: files on which all depends.
    """
    work = current_work()
    if work is None:
        yield from files
        return
    kept = KeptReading(work, stores, notes, before, make)
    lines = [_line(file_of(each)) for each in files]
    done = kept.taken_up(lines)
    for k in range(done, len(files)):
        work.show(k, len(files), READ)
        yield files[k]
        kept.passed(k + 1, lines[k])
    work.show(len(files), len(files), READ)
    kept.ended(len(files))


def _line(file: SourceFile | Path) -> str:
    return signature(file.path, file.member) if isinstance(file, SourceFile) else signature(file)


class KeptReading:
    """The checkpoints of one reading: how far it is, its readings, what it knows."""

    def __init__(
        self,
        work: ConversionWork,
        stores: Stores,
        notes: Notes,
        before: Sequence[SourceFile | Path] = (),
        make: Callable[[Any], StoredRows] = GatheredLoops,
    ) -> None:
        self._work, self._stores, self._notes, self._make = work, stores, notes, make
        self._before = [_line(each) for each in before]
        self._started_s = self._last_s = monotonic()
        self._lines: list[str] = []
        self._length = 0
        self._checked = -1

    def taken_up(self, lines: Sequence[str] | None = None) -> int:
        """Return how much is read already, and bring stores and notes there; 0 where nothing is, or it does not hold any more.

        `lines` are those of the files in order; None where parts of one file are counted.
        """
        state = self._work.read("state")
        if state is None:
            self._work.forget_written()
            return 0
        if (changed := self._changed(state, lines)) is not None:
            self._work.clear(changed)
            return 0
        done = int(state["done"])
        if lines is None or done < len(lines):
            self._work.forget_written()
        for group, (stores, known) in enumerate(zip(self._stores, state["stores"], strict=True)):
            for k, (text, lengths) in enumerate(known):
                key = ast.literal_eval(text)
                if key not in stores:
                    stores[key] = self._make(key)
                stores[key].take_up(self._stem(group, k), lengths)
        for note, text in zip(self._notes, state["notes"], strict=True):
            note.clear()
            for key, value in ast.literal_eval(text).items():
                note[key] = math.nan if value is None else value
        self._length, self._checked = state["files"], done
        of = "lines" if lines is None else f"of {len(lines):,} files"
        self._work.tell(f"{done:,} {of} are read already")
        return done

    def _changed(self, state: Mapping[str, Any], lines: Sequence[str] | None) -> str | None:
        then: list[str] = state["before"]
        now = list(self._before)
        if lines is not None:
            with self._work.path("files").open("rb") as file:
                then = [*then, *file.read(state["files"]).decode("utf-8", "surrogateescape").split("\n")[:-1]]
            now += lines[: int(state["done"])]
        places = {place_of(line) for line in now}
        for old, new in zip(then, now, strict=False):
            if old != new:
                old_place = place_of(old)
                return (
                    f"{old_place} {'has changed' if old_place in places else 'is gone'}"
                    if (old_place == place_of(new) or old_place not in places)
                    else f"{place_of(new)} is new, or stands in another order"
                )
        if len(then) != len(now):
            return f"{place_of((then + now)[-1])} is {'gone' if len(then) > len(now) else 'new'}"
        return None

    def _stem(self, group: int, k: int) -> Path:
        return self._work.path(f"readings-{group}-{k}")

    def passed(self, done: int, line: str = "") -> None:
        """Note that so much is read, the last file being that of `line`; keep it where it is time to."""
        if line:
            self._lines.append(line)
        held = sum(store.held for stores in self._stores for store in stores.values())
        if held > self._work.most_rows or monotonic() - self._last_s > self._work.every_s:
            self.keep(done)

    def ended(self, done: int) -> None:
        """Keep all that is read, where it took long: writing it is next."""
        if self._checked not in (-1, done) or (self._checked < 0 and monotonic() - self._started_s > _WORTH_S):
            self.keep(done)

    def keep(self, done: int) -> None:
        """Keep what is read now: `done` files, or parts of a file."""
        stores = [
            [(repr(key), store.spill(self._stem(group, k))) for k, (key, store) in enumerate(by_key.items())]
            for group, by_key in enumerate(self._stores)
        ]
        with self._work.path("files").open("r+b" if self._length else "wb") as file:
            file.truncate(self._length)
            file.seek(self._length)
            file.writelines(f"{line}\n".encode("utf-8", "surrogateescape") for line in self._lines)
            self._length = file.tell()
            file.flush()
            os.fsync(file.fileno())
        self._lines = []
        notes = [repr({key: None if v != v else v for key, v in each.items()}) for each in self._notes]
        self._work.write(
            "state", {"done": done, "before": self._before, "files": self._length, "stores": stores, "notes": notes}
        )
        self._checked, self._last_s = done, monotonic()
