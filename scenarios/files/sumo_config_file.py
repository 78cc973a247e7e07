"""A SUMO configuration (`.sumocfg`): the files that it names, and its settings.

Settings of the simulation are kept and handed to SUMO. What laneblock decides itself (seed, end, random generators), what is
written (outputs, logs) and what is shown (the window) is not, and each is told.
"""

import os
import re
import reprlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scenarios.errors import UserError
from scenarios.files.xml_file import xml_tags
from scenarios.files.xml_values import place_in, places_in
from scenarios.scenario import OwnNetwork

LIST_FILES = ("route-files", "additional-files")
SYNONYMS = {
    "n": "net-file",
    "net": "net-file",
    "r": "route-files",
    "routes": "route-files",
    "a": "additional-files",
    "additional": "additional-files",
    "b": "begin",
    "e": "end",
    "c": "configuration-file",
}
OURS = {
    "seed": "the scenario's seed is",
    "random": "the scenario's seed is",
    "thread-rngs": "2048 generators are",
    "collision.action": "`warn` is",
}
"""Settings that are replaced, and what is used instead. Collisions are counted: vehicles that vanish after one would hide them."""
QUIETLY = (
    "xml-validation",
    "xml-validation.net",
    "xml-validation.routes",
    "no-step-log",
    "duration-log.disable",
    "verbose",
)
"""Settings of what SUMO prints, which change nothing that is simulated. They are left out without a word."""
REPORTS = (
    *(
        "precision",
        "precision.geo",
        "log",
        "message-log",
        "error-log",
        "no-warnings",
        "aggregate-warnings",
        "step-log.period",
    ),
    *("duration-log.statistics", "print-options", "human-readable-time", "write-license", "write-metadata"),
)
WINDOW = (
    *(
        "gui-settings-file",
        "quit-on-end",
        "start",
        "delay",
        "window-size",
        "window-pos",
        "game",
        "game.mode",
        "breakpoints",
    ),
    *("tracker-interval", "osg-view", "demo", "registry-viewport", "edgedata-files", "alternative-edgedata-files"),
)
CONTROL = ("remote-port", "num-clients", "load-state", "load-state.offset", "configuration-file")
MOST_SETTINGS = 12
"""Settings in one note. Chosen: a few lines."""
PATHS = (
    *("weight-files", "lane-weight-files", "astar.all-distances", "astar.landmark-distances"),
    *("device.fcd-replay.files", "phemlight-path"),
)
"""Settings that name what SUMO reads: their paths become absolute."""


@dataclass(frozen=True, slots=True)
class SumoConfig:
    """What a configuration says: absolute paths, settings for SUMO, its `end` as written, and notes on what is not used."""

    net_file: str | None
    route_files: tuple[str, ...]
    additional_files: tuple[str, ...]
    settings: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    end: str | None = None


def read_sumo_config(path: Path) -> SumoConfig:
    """Return the files and settings of a `.sumocfg`, whose paths are taken from its folder as SUMO does.

    Raises UserError, MissingFileError.
    """
    files: dict[str, tuple[str, ...]] = {}
    settings: dict[str, str] = {}
    notes: list[str] = []
    left: dict[str, list[tuple[str, int]]] = {}
    root, end = "", None
    for tag, attributes, line in xml_tags(path):
        root = root or tag
        value = attributes.get("value", attributes.get("v"))
        if value is None:
            continue
        value = _with_variables(value)
        name = SYNONYMS.get(tag, tag)
        if name in LIST_FILES or name == "net-file":
            files[name] = paths_in(value, path.parent)
        elif name == "end":
            end = value
        elif name in OURS:
            notes.append(f"setting {name} = {reprlib.repr(value)} of {place_in(path, line)} is not used: {OURS[name]}")
        elif _says_what_is_written(name):
            left.setdefault("writes", []).append((name, line))
        elif name in WINDOW or name in CONTROL:
            left.setdefault("shows or controls", []).append((name, line))
        elif name in PATHS:
            settings[name] = ",".join(paths_in(value, path.parent))
        elif name not in QUIETLY and (name, value) != ("begin", "0"):
            settings[name] = value
    if root not in ("configuration", "sumoConfiguration"):
        raise UserError(f"{path}: wanted a SUMO configuration (<configuration>), got <{root}>")
    for what, found in left.items():
        where = places_in([(path, line) for _, line in found])
        notes.append(f"not used, as it says what SUMO {what}: {', '.join(name for name, _ in found)} ({where})")
    nets = files.get("net-file", ())
    return SumoConfig(
        net_file=nets[0] if nets else None,
        route_files=files.get("route-files", ()),
        additional_files=files.get("additional-files", ()),
        settings=tuple(settings.items()),
        notes=tuple(notes),
        end=end,
    )


def _with_variables(value: str) -> str:
    """A value with environment variables, `${NAME}`, as SUMO reads it; one that is not set stays as it is written."""
    return re.sub(r"\$\{(\w+)\}", lambda found: os.environ.get(found[1], found[0]), value)


def settings_in(table: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """Return a table of SUMO's options by name, as a scenario writes them, as settings. Raises UserError.

    >>> settings_in({"scale": 1.2, "lanechange.overtake-right": True})
    (('scale', '1.2'), ('lanechange.overtake-right', 'true'))
    """
    settings = {}
    for written, value in table.items():
        name = SYNONYMS.get(written, written)
        where = f"network.settings.{written}"
        if name in OURS or name == "end" or _says_what_is_written(name) or name in (*WINDOW, *CONTROL):
            raise UserError(f"{where}: laneblock sets this itself (seed and end_s are fields of the scenario)")
        if name in (*LIST_FILES, "net-file"):
            raise UserError(f"{where}: files are named in [network] itself, as {name.replace('-', '_')}")
        if not isinstance(value, str | int | float):
            raise UserError(f"{where}: wanted a number, a text, true or false, got {reprlib.repr(value)}")
        settings[name] = str(value).lower() if isinstance(value, bool) else str(value)
    return tuple(settings.items())


def _says_what_is_written(name: str) -> bool:
    begins = name.startswith(("output", "netstate-dump", "save-", "log."))
    return begins or name.endswith("-output") or "-output." in name or ".output" in name or name in REPORTS


def config_notes(network: OwnNetwork) -> tuple[str, ...]:
    """Return what is not used of a network's configuration; where it has none, of one beside the network that names it."""
    if network.config is not None:
        return read_sumo_config(Path(network.config)).notes
    notes = []
    for path in sorted(Path(network.net_file).parent.glob("*.sumocfg")):
        try:
            beside = read_sumo_config(path)
        except UserError:
            continue  # it was not asked for
        if beside.net_file == str(Path(network.net_file).resolve()) and beside.settings:
            told = ", ".join(f"{name} = {value}" for name, value in beside.settings[:MOST_SETTINGS])
            notes.append(
                f"{path.name} beside the network sets {told}, which is not used: SUMO's defaults are "
                f'(config = "{path.name}" in [network] uses it)'
            )
    return tuple(notes)


def paths_in(value: str, folder: Path) -> tuple[str, ...]:
    """Return the files of a list of SUMO's, absolute. Names are separated by commas, before SUMO 1.0 also by blanks and ;.

    A name that holds a comma or a blank is found where there is such a file.
    """
    whole = folder / value.strip()
    if whole.is_file():
        return (str(whole.resolve()),)
    parts = [part.strip() for part in value.replace(";", ",").split(",")]
    return tuple(str((folder / part).resolve()) for part in parts if part)
