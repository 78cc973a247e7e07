"""Field data that are read together, converted so that what is finished is kept.

    .converting/NAME/        a conversion under way (`simulator.formats.conversion_work`); it is removed in the end
    .converted/NAME.json     a finished one: its files, its options, its recordings

A conversion is known by its format and its files' places. The same command goes on where it was ended; where it was finished,
nothing is done, and where an option or a file has changed since, it begins anew. Either is told.
"""

import contextlib
import json
import re
import shutil
from collections.abc import Callable, Collection, Mapping, Sequence, Set
from contextlib import ExitStack
from dataclasses import astuple, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from harness.records.provenance import package_version
from scenarios.errors import UserError
from simulator.formats.conversion_work import (
    ConversionWork,
    Show,
    WrittenRecording,
    place_of,
    replace_text,
    signature,
    working,
)
from simulator.formats.duplicate_choice import Keep
from simulator.formats.estimated_speeds import SpeedAssumption, estimating_speeds
from simulator.formats.field_recordings import Converted, converted, joined_recordings, refuse_taken, write_all
from simulator.formats.format_catalogue import REPEATING, files_beside, read_as

DONE, UNDER_WAY = ".converted", ".converting"
"""Folders of what is finished, and of what is not; hidden, because recordings beside them are replayed as `recordings/*`."""
_SPEEDS = "assumed speeds"
Work = Callable[
    [Path, Mapping[str, str], Sequence[str], Callable[[str], None], Callable[[], None], Show], ConversionWork
]


@dataclass(frozen=True, slots=True)
class KeptConversion:
    """What is converted where: files of a format that are read together, and how. `tell` is told what is kept or begun anew."""

    out: Path
    keep: Keep
    assumed: SpeedAssumption | None
    show: Show
    tell: Callable[[str], None]
    lock: Callable[[ExitStack], None]
    work: Work = ConversionWork

    def convert(self, units: Sequence[tuple[str, Sequence[Path]]]) -> Converted:
        """Convert the files of each unit, a format's name and sources.

        Raises UserError as reading does, and where two units give a recording of one name.
        """
        written: list[WrittenRecording] = []
        left_out: dict[str, None] = {}
        with ExitStack() as stack:
            locked: list[bool] = []

            def lock() -> None:
                if not locked:
                    self.lock(stack)
                    locked.append(True)

            for name, sources in units:
                phrase, made = self._convert(name, sources, {each.name for each in written}, lock)
                written += made
                left_out[phrase] = None
        return converted(written, self.out, "; ".join(filter(None, left_out)))

    def _convert(
        self, name: str, sources: Sequence[Path], taken: Collection[str], lock: Callable[[], None]
    ) -> tuple[str, Sequence[WrittenRecording]]:
        """Return what was left out, and the recordings, none of which has a name that is `taken`."""
        known = _name(name, sources)
        record, folder = self.out / DONE / f"{known}.json", self.out / UNDER_WAY / known
        made_of = {
            "format": name,
            "--duplicates": str(self.keep if name in REPEATING else Keep.FIRST),  # elsewhere it has no effect
            _SPEEDS: "" if self.assumed is None else self.assumed.text,
            "laneblock": package_version("laneblock") or "",
        }
        lines = [signature(path) for path in files_beside(name, sources)]
        before = _read(record)
        if before is not None:
            why = self._changed(before, made_of, lines)
            if why is None:
                _remove(folder)
                kept = [WrittenRecording(*each) for each in before["written"]]
                for each in kept:
                    refuse_taken(each.name, taken)
                self.tell(
                    f"{len(kept)} recording{'s' * (len(kept) != 1)} kept as they were: their files have not changed"
                )
                return before["left_out"], kept
            self.tell(f"converted anew, because {why}")
        # Speeds are estimated of what was read: another assumption changes what is written alone.
        reading = {key: value for key, value in made_of.items() if key != _SPEEDS}
        work = self.work(folder, reading, [*lines, made_of[_SPEEDS]], self.tell, lock, self.show)
        found, written = self._worked(name, sources, work, taken, lock)
        record.parent.mkdir(exist_ok=True)
        self._tell_replaced(record, before, {each.name for each in written})
        content = {"made_of": made_of, "files": lines, "left_out": found}
        replace_text(record, json.dumps(content | {"written": [astuple(each) for each in written]}, indent=1) + "\n")
        _remove(folder)
        return found, written

    def _worked(
        self,
        name: str,
        sources: Sequence[Path],
        work: ConversionWork,
        taken: Collection[str],
        lock: Callable[[], None],
    ) -> tuple[str, Sequence[WrittenRecording]]:
        """Read and write; return what was left out, and the recordings."""
        with working(work):
            try:
                found = joined_recordings(read_as(name, sources, self.keep), taken)
                lock()
                made = write_all(found if self.assumed is None else estimating_speeds(found, self.assumed), self.out)
                if not made.written:
                    raise UserError(
                        f"no recording can be made of these files; {made.left_out or 'they hold no readings'}"
                    )
            except UserError as error:
                if (state := work.read("state")) is None:
                    work.clear()
                    _remove(work.folder)
                    raise
                raise type(error)(f"{error} ({state['done']:,} files or lines are read, and kept)") from None
        return found.left_out, made.written

    def _tell_replaced(self, record: Path, before: Mapping[str, Any] | None, made: Set[str]) -> None:
        """Tell what is left of the conversion `before`, and what another one made under these names: that one is none any more."""
        left = sorted({each[0] for each in before["written"]} - made) if before is not None else []
        if left := [name for name in left if (self.out / name).is_dir()]:
            self.tell(f"no longer made of these files, and left as it was: {_first(left)}")
        for other in sorted(set(record.parent.glob("*.json")) - {record}):
            content = _read(other)
            if content and (names := sorted({each[0] for each in content["written"]} & made)):
                other.unlink()
                files = _first([place_of(line) for line in content["files"]])
                self.tell(f"replaced, as made earlier of {files}: {_first(names)}")

    def _changed(self, before: Mapping[str, Any], made_of: Mapping[str, str], lines: Sequence[str]) -> str | None:
        for key, value in made_of.items():
            if (old := before["made_of"].get(key)) != value:
                return f"{key} is {value or 'none'}, and was {old or 'none'}"
        then, now = ({place_of(line): line for line in each} for each in (before["files"], lines))
        for place in dict.fromkeys([*now, *then]):
            if now.get(place) != then.get(place):
                return f"{place} {'is gone' if place not in now else 'is new' if place not in then else 'has changed'}"
        missing = (each[0] for each in before["written"] if not (self.out / each[0] / "corridor.toml").is_file())
        gone = next(missing, None)
        return None if gone is None else f"{self.out / gone} is no recording any more"


def _first(names: Sequence[str], most: int = 3) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _remove(folder: Path) -> None:
    """Remove the folder of a conversion that is finished, and the one it stands in after the last one."""
    shutil.rmtree(folder, ignore_errors=True)
    with contextlib.suppress(OSError):
        folder.parent.rmdir()


def _name(name: str, sources: Sequence[Path]) -> str:
    text = re.sub("[^A-Za-z0-9._]+", "-", sources[0].absolute().name)[:60].strip("-._")
    digest = sha256("\n".join([name, *(str(each.absolute()) for each in sources)]).encode("utf-8", "surrogateescape"))
    return "-".join(filter(None, [name, text, digest.hexdigest()[:8]]))


def _read(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    whole = isinstance(content, dict) and {"made_of", "files", "left_out", "written"} <= set(content)
    return content if whole else None
