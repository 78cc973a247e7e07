"""The one interface of all field formats, `read(source) -> FieldRecordings`, and the folders written from it.

A format's file offers `read`; `write_all` writes its recordings, one folder each. README.md here says how to add a format.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scenarios.errors import UserError
from scenarios.folder_name import check_name
from simulator.formats.possible_values import IMPOSSIBLE, only_possible
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

    `estimated_speeds`: how speeds were estimated, with the folder's name.
    """

    folders: tuple[Path, ...]
    corridor_hours: float
    section_hours: float
    left_out: str
    estimated_speeds: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Summary in one line, and a line for each recording with estimated speeds."""
        line = (
            f"{len(self.folders)} recording{'s' * (len(self.folders) != 1)}, {self.corridor_hours:.1f} corridor-hours, "
            f"{self.section_hours:.1f} section-hours{f'; {self.left_out}' if self.left_out else ''}"
        )
        return "\n".join((line, *self.estimated_speeds))


def joined_recordings(found: Sequence[FieldRecordings]) -> FieldRecordings:
    """Return the recordings of all `found`, still one at a time. Raises UserError, when it comes, for a name that came before."""
    phrases = dict.fromkeys(each.left_out for each in found)
    return FieldRecordings(_each_once(found), "; ".join(filter(None, phrases)))


def _each_once(found: Sequence[FieldRecordings]) -> Iterator[tuple[str, Recording]]:
    names = set()
    for each in found:
        for name, recording in each.recordings:
            if name in names:
                raise UserError(
                    f"recording {name}: two of the files hold one of this name (convert them one by one, each with its own "
                    "--out, or is a file given twice?)"
                )
            names.add(name)
            yield name, recording


def write_all(found: FieldRecordings, out: Path) -> Converted:
    """Write each recording into its folder in `out`, made where missing. Raises UserError for a name that no folder can have."""
    folders, corridor_hours, section_hours = [], 0.0, 0.0
    impossible, estimated = 0, list[str]()
    for name, read in found.recordings:
        check_name(name)
        recording, values = only_possible(name, read)
        impossible += values
        write_recording(out / name, recording)
        folders.append(out / name)
        if recording.corridor.estimated_speeds:
            estimated.append(f"{name}: speeds {recording.corridor.estimated_speeds}")
        hours = len(recording.frames) * recording.corridor.period_s / 3600
        corridor_hours += hours
        section_hours += hours * recording.corridor.sections
    left_out = [found.left_out] if found.left_out else []
    if impossible:
        left_out.append(f"{impossible:,} {IMPOSSIBLE}")
    return Converted(tuple(folders), corridor_hours, section_hours, "; ".join(left_out), tuple(estimated))
