"""`corridor.toml`, the places of a recording's loops.

    name = "sr91"
    period_s = 30

    [[station]]          # in downstream order
    name = "S0"
    position_m = 0.0     # metres downstream along the corridor
    lanes = 4            # through lanes; lane 0 is the outermost one on the side of slow traffic
    first_lane = 0       # the lowest of them; left out where it is 0

`keeps_left = true` stands before the stations where traffic keeps left; then lane 0 is the leftmost. `estimated_speeds`, a text
there, says how speeds were estimated where loops measure none.

Other keys are ignored: a recording may hold more about itself.
"""

import json
import math
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path
from typing import Any

from scenarios.corridor import FARTHEST_M, LONGEST_PERIOD_S, MOST_LANES, SHORTEST_SECTION_M, Corridor, Station
from scenarios.errors import MissingFileError, UserError, at
from scenarios.text_line import is_line
from scenarios.toml_text import parse_toml_text
from simulator.recording.csv_columns import number_text
from simulator.recording.csv_header import shown
from simulator.recording.not_a_recording import folder_slip

MOST_STATIONS = 100_000
"""Chosen: so many loops stand along no road; a frame of them takes 77 MB."""
SHORTEST_PERIOD_S = 1.0
"""Shortest period of a recording, s. Chosen: loops are polled every second at most."""
LONGEST_NAME = 200
"""Characters of a name. Chosen: it stands in tables and pages."""
MOST_BYTES = 8 << 20
"""Largest corridor.toml, bytes. Chosen: MOST_STATIONS stations."""


def read_corridor(folder: Path) -> Corridor:
    """Return the corridor of the recording in `folder`.

    Raises MissingFileError where the file is missing, UserError naming file and line for anything that does not fit.
    """
    path = folder / "corridor.toml"
    if not path.is_file():
        raise MissingFileError(
            f"{path}: no such file; a recording needs corridor.toml beside its loops file{folder_slip(folder)}"
        )
    with path.open("rb") as stream:
        content_bytes = stream.read(MOST_BYTES + 1)
    if len(content_bytes) > MOST_BYTES:
        raise UserError(f"{path}: wanted {MOST_BYTES >> 20} MiB at most, got a larger file (is it another one?)")
    try:
        text = content_bytes.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UserError(
            f"{path}: wanted UTF-8 text, got byte {error.object[error.start]:#x} at {error.start}"
        ) from None
    try:
        content = parse_toml_text(text)
    except ValueError as error:
        raise UserError(f"{path}: broken TOML: {error}") from None
    stations = content.get("station")
    if not isinstance(stations, list) or not all(isinstance(table, dict) for table in stations):
        raise UserError(f"{path}: wanted a table [[station]] for each station, got {shown(stations)}")
    if len(stations) > MOST_STATIONS:
        raise UserError(f"{path}: wanted {MOST_STATIONS} stations at most, got {len(stations)}")
    places = _places(text, path, len(stations))
    parsed = tuple(_station(table, place) for table, place in zip(stations, places, strict=True))
    for (before, after), place in zip(pairwise(parsed), places[1:], strict=True):
        if 0 < after.position_m - before.position_m < SHORTEST_SECTION_M:
            raise UserError(
                f"{place}: stations stand {SHORTEST_SECTION_M:g} m apart or more, got {after.name!r} "
                f"{after.position_m - before.position_m:g} m after {before.name!r} (is it in kilometres or miles?)"
            )
    name = _text(content, "name", str(path))
    period_s = _number(content, "period_s", str(path), SHORTEST_PERIOD_S, LONGEST_PERIOD_S)
    keeps_left = content.get("keeps_left", False)
    if not isinstance(keeps_left, bool):
        raise UserError(f"{path}: keeps_left is true or false, got {shown(keeps_left)}")
    estimated = content.get("estimated_speeds", "")
    if not isinstance(estimated, str) or not is_line(estimated):
        raise UserError(f"{path}: estimated_speeds is a text of one line that says how, got {shown(estimated)}")
    try:
        return Corridor(name, period_s, parsed, keeps_left, estimated)
    except UserError as error:
        raise at(path, error) from None


def _places(text: str, path: Path, stations: int) -> list[str]:
    # tomllib does not report a table's line; headers are searched in the text, where that is unambiguous.
    lines = [k for k, line in enumerate(text.split("\n"), 1) if "".join(line.split()).startswith("[[station]]")]
    if len(lines) != stations:
        return [f"{path}, station {k}" for k in range(stations)]
    return [f"{path}, line {line}" for line in lines]


def _station(table: dict[str, Any], place: str) -> Station:
    name = _text(table, "name", place)
    lanes = _value(table, "lanes", place)
    if isinstance(lanes, bool) or not isinstance(lanes, int) or not 1 <= lanes <= MOST_LANES:
        raise UserError(f"{place}: lanes is a whole number, 1 to {MOST_LANES}, got {shown(lanes)}")
    first = table.get("first_lane", 0)
    if isinstance(first, bool) or not isinstance(first, int) or not 0 <= first <= MOST_LANES - lanes:
        raise UserError(f"{place}: first_lane is a whole number, 0 to {MOST_LANES - lanes}, got {shown(first)}")
    return Station(name, _number(table, "position_m", place, -FARTHEST_M, FARTHEST_M), lanes, first)


def _value(table: dict[str, Any], key: str, place: str) -> object:
    if key not in table:
        close = get_close_matches(key, table, n=1)
        raise UserError(f"{place}: {key} is missing{f' (is it {close[0]!r}?)' if close else ''}")
    value: object = table[key]
    return value


def _text(table: dict[str, Any], key: str, place: str) -> str:
    value = _value(table, key, place)
    if not isinstance(value, str) or not value.strip():
        slip = " (are the quotation marks missing?)" if isinstance(value, int | float) else ""
        raise UserError(f"{place}: {key} is a text, got {shown(value)}{slip}")
    check_one_line(value, place)
    return value


def check_one_line(name: str, place: str) -> None:
    """Refuse a name that is no single line of text, or a long one. Raises UserError that begins with the place."""
    # Some tools that read CSV split a field at a line break.
    if not is_line(name):
        raise UserError(f"{place}: name is one line without control characters, got {shown(name)}")
    if len(name) > LONGEST_NAME:
        raise UserError(f"{place}: name has {LONGEST_NAME} characters at most, got {len(name)}: {shown(name)}")


def _number(table: dict[str, Any], key: str, place: str, least: float, most: float) -> float:
    value = _value(table, key, place)
    if isinstance(value, bool) or not isinstance(value, int | float):
        slip = " (without quotation marks?)" if isinstance(value, str) else ""
        raise UserError(f"{place}: {key} is a number, got {shown(value)}{slip}")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not least <= number <= most:
        raise UserError(f"{place}: {key} is a number, {least:g} to {most:g}, got {shown(value)}")
    return number


def check_names(corridor: Corridor) -> None:
    """Raise UserError for a corridor or station whose name is too long for a file, or has more than one line."""
    for name in (corridor.name, *(station.name for station in corridor.stations)):
        check_one_line(name, "corridor")


def write_corridor(folder: Path, corridor: Corridor) -> None:
    """Write `corridor.toml` into `folder`; it reads back as an equal corridor.

    Raises UserError for names that no file can have.
    """
    check_names(corridor)
    lines = [f"name = {_quoted(corridor.name)}", f"period_s = {number_text(corridor.period_s)}"]
    if corridor.keeps_left:
        lines.append("keeps_left = true")
    if corridor.estimated_speeds:
        lines.append(f"estimated_speeds = {_quoted(corridor.estimated_speeds)}")
    for station in corridor.stations:
        lines += [
            "",
            "[[station]]",
            f"name = {_quoted(station.name)}",
            f"position_m = {number_text(station.position_m)}",
            f"lanes = {station.lanes}",
        ]
        if station.first_lane:
            lines.append(f"first_lane = {station.first_lane}")
    (folder / "corridor.toml").write_bytes(("\n".join(lines) + "\n").encode("utf-8"))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # a JSON string without control characters is a TOML basic string
