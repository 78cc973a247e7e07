"""Field data converted day by day: what is finished is kept, and is read again only where its files have changed.

    .converted.json    beside the recordings: for each day the files it was made of, and its recordings

A day is written when all of it has been read and checked, and recorded after its recordings: a conversion that is ended at any time
continues with the day it was at. A file is known by its name, size and time of change.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.records.atomic_files import write_json
from harness.records.provenance import package_version
from scenarios.errors import UserError
from simulator.formats.estimated_speeds import SpeedAssumption, estimating_day
from simulator.formats.field_recordings import Converted, FieldDay, write_all
from simulator.recording.json_file import read_object

RECORD = ".converted.json"
"""Hidden: the folders beside it are what is replayed, as `recordings/*`."""
Show = Callable[[int, int, str], None]
"""Told how many days are done, of how many, and what has become of the last one."""


@dataclass(frozen=True, slots=True)
class DaysConverted:
    """How many days were kept and converted, and the recordings of all of them."""

    kept: int
    converted: int
    recordings: int

    @property
    def text(self) -> str:
        """Summary in one line."""
        kept = f" ({self.kept} as they were: their files have not changed)" if self.kept else ""
        days, made = self.kept + self.converted, self.recordings
        return f"{days} day{'s' * (days != 1)}{kept}, {made} recording{'s' * (made != 1)}"


def convert_days(
    name: str, days: Sequence[FieldDay], out: Path, show: Show, assumed: SpeedAssumption | None = None
) -> DaysConverted:
    """Convert the days of a format that are not in `out` as their files are now. Raises UserError as reading does.

    Where a speed is `assumed`, those of single loops are estimated; days that were converted by another are converted again.
    What was converted before stays, also where a later day is refused, and also of days that are not among these.
    """
    record, speeds = _read(out / RECORD, name), "" if assumed is None else assumed.text
    kept = recordings = 0
    for done, day in enumerate(days, 1):
        files, before = _state(day.files), record.get(day.name)
        alike = before is not None and before.get("speeds", "") == speeds
        if before is not None and alike and before["files"] == files and all(map(_is_there, _folders(before, out))):
            kept += 1
            recordings += len(before["recordings"])
            show(done, len(days), f"{day.name}: kept")
            continue
        try:
            made: Converted = write_all((day if assumed is None else estimating_day(day, assumed)).read(), out)
        except UserError as error:
            finished = f" ({done - 1} of {len(days)} days are converted, and kept)" if done > 1 else ""
            raise type(error)(f"{error}{finished}") from None
        names = {folder.name for folder in made.folders}
        left = [
            path.name
            for path in _folders(before or {"recordings": ()}, out)
            if path.is_dir() and path.name not in names
        ]
        gone = f"; no longer made of its files, and left as it was: {', '.join(left)}" if left else ""
        record[day.name] = {"files": files, "recordings": [folder.name for folder in made.folders]} | (
            {"speeds": speeds} if speeds else {}
        )
        write_json(out / RECORD, {"format": name, "laneblock": package_version("laneblock"), "days": record})
        recordings += len(made.folders)
        other = "" if before is None or alike else "its speeds are assumed otherwise, converted again: "
        again = (
            other or "its files have changed, converted again: "
            if before is not None and before["files"] != files
            else other
        )
        show(done, len(days), f"{day.name}: {again}{made.text}{gone}")
    return DaysConverted(kept, len(days) - kept, recordings)


def _read(path: Path, name: str) -> dict[str, Any]:
    if not path.exists():
        return {}
    content = read_object(path)
    days = content.get("days")
    if content.get("format") != name or not isinstance(days, dict) or not all(map(_fits, days.values())):
        raise UserError(
            f"{path}: wanted the record of a conversion from {name}, got one from {content.get('format')!r} (use another --out?)"
        )
    return dict(days) if content.get("laneblock") == package_version("laneblock") else {}


def _fits(day: object) -> bool:
    return isinstance(day, dict) and isinstance(day.get("files"), dict) and isinstance(day.get("recordings"), list)


def _state(files: Sequence[Path]) -> dict[str, list[int]]:
    return {path.name: [path.stat().st_size, path.stat().st_mtime_ns] for path in files}


def _folders(day: Mapping[str, Any], out: Path) -> list[Path]:
    return [out / str(each) for each in day["recordings"]]


def _is_there(folder: Path) -> bool:
    return (folder / "corridor.toml").is_file()
