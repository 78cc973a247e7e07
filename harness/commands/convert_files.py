"""Field data converted with progress: day by day where a format can, else together."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from harness.commands.console import note, resumable, say
from harness.commands.convert_speeds_command import no_estimate_note
from scenarios.errors import UserError
from simulator.formats.duplicate_choice import Keep
from simulator.formats.format_catalogue import REPEATING

if TYPE_CHECKING:
    from harness.running.day_conversion import Show
    from simulator.formats.estimated_speeds import SpeedAssumption
    from simulator.formats.field_recordings import FieldDay


def convert_files(
    sources: Mapping[str, Sequence[Path]],
    out: Path,
    keep: Keep = Keep.FIRST,
    assumed: "SpeedAssumption | None" = None,
) -> None:
    """Convert files, by format, into recordings in `out`, and print what was made and left out. Raises as reading them does."""
    from harness.commands.progress_bar import conversion_bar
    from simulator.formats.format_catalogue import days_of

    if keep is not Keep.FIRST and (others := sorted(set(sources) - REPEATING)):
        note(
            [
                f"--duplicates has no effect on {', '.join(others)}: no reading comes twice in these files, or it is refused"
            ]
        )

    days = [each for name, files in sources.items() for each in days_of(name, files, keep)] if len(sources) == 1 else []
    bar = conversion_bar() if sys.stderr.isatty() else nullcontext(lambda *told: None)
    with resumable("what is converted is kept" if days else "whole recordings are kept"), bar as show:
        choices = out, keep, show, assumed
        text = _days(next(iter(sources)), days, *choices) if days else _together(sources, *choices)
    print(text)
    say(f"Recordings: {out}")


def _days(
    name: str, days: Sequence["FieldDay"], out: Path, keep: Keep, show: "Show", assumed: "SpeedAssumption | None"
) -> str:
    from harness.running.day_conversion import convert_days

    lines: list[str] = []

    def told(done: int, total: int, text: str) -> None:
        if not text.endswith(": kept"):
            lines.append(text)
        show(done, total, text.partition(":")[0])

    with _writing(out):
        # Days that were made by another choice are not kept for those of this one.
        made_by = name if keep is Keep.FIRST else f"{name} --duplicates {keep}"
        found = convert_days(made_by, days, out, told, assumed)
    none = "" if assumed is None else no_estimate_note(any("speeds estimated" in line for line in lines) or not lines)
    return "\n".join([*lines, found.text]) + none


def _together(
    sources: Mapping[str, Sequence[Path]], out: Path, keep: Keep, show: "Show", assumed: "SpeedAssumption | None"
) -> str:
    from simulator.formats.estimated_speeds import estimating_speeds
    from simulator.formats.field_recordings import joined_recordings, write_all
    from simulator.formats.format_catalogue import read_as
    from simulator.formats.watched_files import watching

    with watching(lambda done, total: show(done, total, "files" if done < total else "writing")):
        found = joined_recordings([one for name, files in sources.items() for one in read_as(name, files, keep)])
    with _writing(out):
        made = write_all(found if assumed is None else estimating_speeds(found, assumed), out)
    if not made.folders:
        raise UserError(f"no recording can be made of these files; {made.left_out or 'they hold no readings'}")
    return made.text if assumed is None else made.text + no_estimate_note(bool(made.estimated_speeds))


@contextmanager
def _writing(out: Path) -> Iterator[None]:
    from harness.records.failure import add_path_to_errors
    from harness.records.folder_lock import lock_folder

    with lock_folder(out, needed=False), add_path_to_errors(out):
        yield
