"""The one interface of all field formats, `read(source) -> FieldRecordings`, and the folders written from it.

A format's file offers `read`; `write_all` writes its recordings, one folder each. README.md here says how to add a format.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scenarios.corridor import Corridor
from scenarios.errors import UserError
from scenarios.folder_name import check_name
from simulator.formats.conversion_work import ConversionWork, WrittenRecording, current_work
from simulator.formats.day_frames import DayFrames
from simulator.formats.possible_values import IMPOSSIBLE, only_possible, refuse_mostly_impossible
from simulator.formats.written_days import WrittenDays
from simulator.frame import LoopFrame
from simulator.recording.recording_folder import Recording, write_recording


@dataclass(frozen=True, slots=True, eq=False)
class FieldRecordings:
    """Recordings read from a format's files.

    `recordings` are (folder name, recording) pairs, read one at a time so that only one is in memory. `left_out` says, in one
    phrase, which parts of the files are in no recording and why.
    """

    recordings: Iterable[tuple[str, Recording]]
    left_out: str


@dataclass(frozen=True, slots=True)
class FieldDay:
    """One day of a format whose recordings are days: its name, the files that it depends on, and what reads them.

    A format offers `days(source) -> tuple[FieldDay, ...]` where a day's files can be read without the others'.
    """

    name: str
    files: tuple[Path, ...]
    read: Callable[[], FieldRecordings]


Read = Callable[[Path], FieldRecordings]
"""A format's `read`. It takes the folder or file that a user downloaded and checks all of it before the first recording.

Raises MissingFileError for a missing file, UserError naming file, line and likely slip.
"""


@dataclass(frozen=True, slots=True)
class Converted:
    """The folders written, and the time that they cover: hours of a corridor and hours of a section.

    `estimated_speeds`: how speeds were estimated, with the folder's name. `written`: the same of each recording.
    """

    folders: tuple[Path, ...]
    corridor_hours: float
    section_hours: float
    left_out: str
    estimated_speeds: tuple[str, ...] = ()
    written: tuple[WrittenRecording, ...] = ()

    @property
    def text(self) -> str:
        """Summary in one line, and a line for each recording with estimated speeds."""
        line = (
            f"{len(self.folders)} recording{'s' * (len(self.folders) != 1)}, {self.corridor_hours:.1f} corridor-hours, "
            f"{self.section_hours:.1f} section-hours{f'; {self.left_out}' if self.left_out else ''}"
        )
        return "\n".join((line, *self.estimated_speeds))


def joined_recordings(found: Sequence[FieldRecordings], taken: Collection[str] = ()) -> FieldRecordings:
    """Return the recordings of all `found`, still one at a time. Raises UserError, when it comes, for a name that came before.

    `taken`: names of recordings of other files, made before.
    """
    phrases = dict.fromkeys(each.left_out for each in found)
    return FieldRecordings(_each_once(found, set(taken)), "; ".join(filter(None, phrases)))


def _each_once(found: Sequence[FieldRecordings], names: set[str]) -> Iterator[tuple[str, Recording]]:
    for each in found:
        for name, recording in each.recordings:
            refuse_taken(name, names)
            names.add(name)
            yield name, recording


def refuse_taken(name: str, taken: Collection[str]) -> None:
    """Raise UserError where a recording's name is that of another one."""
    if name in taken:
        raise UserError(
            f"recording {name}: two of the files hold one of this name (convert them one by one, each with its own "
            "--out, or is a file given twice?)"
        )


def write_all(found: FieldRecordings, out: Path) -> Converted:
    """Write each recording into its folder in `out`, made where missing. Raises UserError for a name that no folder can have.

    In a conversion's folder to work in, those that are finished are noted, and not written again when it is taken up.
    """
    work, written = current_work(), list[WrittenRecording]()
    before = {each.name: each for each in work.written()} if work is not None else {}
    for name, read in found.recordings:
        check_name(name)
        done = before.get(name)
        if done is None or not (out / name / "corridor.toml").is_file():
            done = _written(name, read, out, work)
            if work is not None:
                work.note_written(done)
        written.append(done)
    return converted(written, out, found.left_out)


def converted(written: Sequence[WrittenRecording], out: Path, left_out: str) -> Converted:
    """Return the summary of recordings in `out`."""
    impossible = sum(each.impossible for each in written)
    phrases = [left_out] * bool(left_out) + [f"{impossible:,} {IMPOSSIBLE}"] * bool(impossible)
    hours, section_hours = 0.0, 0.0
    for each in written:
        hours += each.hours
        section_hours += each.hours * each.sections
    estimated = tuple(f"{each.name}: speeds {each.estimated_speeds}" for each in written if each.estimated_speeds)
    folders = tuple(out / each.name for each in written)
    return Converted(folders, hours, section_hours, "; ".join(phrases), estimated, tuple(written))


def _written(name: str, read: Recording, out: Path, work: ConversionWork | None) -> WrittenRecording:
    if work is not None and isinstance(read.frames, DayFrames):
        days = WrittenDays(work, name, read.frames)

        def write(path: Path, corridor: Corridor, frames: Iterable[LoopFrame]) -> None:
            days.write(path, corridor)
            refuse_mostly_impossible(name, read, days.impossible)

        write_recording(out / name, read, write)
        length, impossible = days.length, int(days.impossible.sum())
    else:
        recording, impossible = only_possible(name, read)
        write_recording(out / name, recording)
        length = len(recording.frames)
    corridor = read.corridor
    hours = length * corridor.period_s / 3600
    return WrittenRecording(name, hours, corridor.sections, impossible, corridor.estimated_speeds)
