"""Where laneblock starts: a module whose name no other package has, because those of its four rooms are anybody's.

A folder `harness/` or a file `simulator.py` that stands before laneblock's own on the import path would be imported in its
place. So the command and the workers start here, where nothing of the rooms is imported before it is known to be ours. What
else is needed is imported in functions: Ctrl-C while a module loads must find `main` waiting for it.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

ROOMS = ("scenarios", "simulator", "detectors", "harness")
WRONG_USE = 2
INTERRUPTED = 130
"""Exit codes, as in `scenarios.errors` and `harness.commands.console`, which are not imported here."""


def own_folder() -> "Path":
    """Return the folder of the four rooms: this file's own where laneblock is installed, the project's in a checkout."""
    from pathlib import Path

    here = Path(__file__).parent.resolve()  # not of the file: an installer may make it a link
    return here.parents[1] if here.name == "entry_points" else here


def foreign_room() -> str:
    """Return one line about a room that is, or would be, imported from elsewhere; "" where all four are ours."""
    for room in ROOMS:
        place = _place(room)
        if place is None or place != own_folder() / room:
            return _message(room, place)
    return ""


def main() -> None:
    """The command `laneblock`."""
    try:
        _start()
        from harness.cli import main

        main()
    except KeyboardInterrupt:  # also while it imports
        raise SystemExit(INTERRUPTED) from None


def work() -> None:
    """The process of one run: `python -P -c "import laneblock; laneblock.work()" ORDER.json`."""
    _start_with_parent()
    from harness.running.worker import main

    main()


def play() -> None:
    """The process of a simulation that the live service plays: `python -P -c "import laneblock; laneblock.play()" FOLDER`."""
    _start_with_parent()
    from harness.service.sources.sumo_player import main

    main()


def watched() -> None:
    """The process of a command that uses detectors of other packages, watched by the one that the user started."""
    try:
        _start_with_parent()
        from harness.cli import main
        from harness.running.watched_process import be_watched

        be_watched(main)
    except KeyboardInterrupt:  # also while it imports
        raise SystemExit(INTERRUPTED) from None


def _start_with_parent() -> None:
    """Start in a process that ends with the one that started it: before libraries have threads."""
    _start()
    from harness.running.parent_end import end_with_parent

    end_with_parent()


def _start() -> None:
    _leave_working_folder()
    foreign = foreign_room()
    if foreign:
        sys.stderr.write(f"laneblock: {foreign}\n")
        raise SystemExit(WRONG_USE)


def _place(room: str) -> "Path | None":
    """Where a room's package is; its file where it is a module; None where there is none."""
    from importlib.util import find_spec
    from pathlib import Path

    try:
        found = find_spec(room)
    except ValueError:  # imported already, by something that hides where it comes from
        return None
    if found is None:
        return None
    if found.submodule_search_locations is None:
        return None if found.origin is None else Path(found.origin).resolve()
    return next((Path(folder).resolve() for folder in found.submodule_search_locations), None)


def _message(room: str, place: "Path | None") -> str:
    from pathlib import Path

    if place is None:
        return f"its own {room!r} is missing in {own_folder()} (install laneblock again)"
    folder = place.parent
    listed = [Path(part or ".").resolve() for part in os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    if folder in listed:
        slip = "PYTHONPATH names its folder: take it out, or rename yours"
    elif folder == Path.cwd():
        slip = "the working folder is on the import path: rename yours"
    else:
        slip = "does another package bring it? Install laneblock in an environment of its own"
    return f"{room!r} would be imported from {place}, not from {own_folder() / room} ({slip})"


def _leave_working_folder() -> None:
    """Take the working folder off the import path where an empty part of PYTHONPATH put it there, as in "$UNSET:/more"."""
    from pathlib import Path

    value = os.environ.get("PYTHONPATH", "")
    parts = value.split(os.pathsep)
    named = [part for part in parts if part]
    if not value or len(named) == len(parts):
        return
    os.environ["PYTHONPATH"] = os.pathsep.join(named)  # for workers too
    here = str(Path.cwd())
    if here not in map(os.path.abspath, named):
        sys.path[:] = [folder for folder in sys.path if folder not in ("", here)]
