"""Field data converted with progress: day by day where a format can, else together."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from harness.commands.console import note, resumable, say
from harness.commands.convert_speeds_command import no_estimate_note
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
    with resumable("what is converted is kept"), bar as show:
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
    from harness.running.kept_conversion import KeptConversion
    from simulator.formats.format_catalogue import units_of

    conversion = KeptConversion(out, keep, assumed, show, say, lambda stack: stack.enter_context(_writing(out)))
    made = conversion.convert([unit for name, files in sources.items() for unit in units_of(name, files)])
    return made.text if assumed is None else made.text + no_estimate_note(bool(made.estimated_speeds))


@contextmanager
def _writing(out: Path) -> Iterator[None]:
    from harness.records.failure import add_path_to_errors
    from harness.records.folder_lock import lock_folder

    with lock_folder(out, needed=False), add_path_to_errors(out):
        yield
