"""`pems.toml`, optional beside the files of the PeMS clearinghouse: which road is wanted.

freeway = 210
direction = "W"
from_mile = 30.0     # Abs_PM, optional
to_mile = 38.5
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scenarios.errors import UserError
from scenarios.toml_text import parse_toml_text
from simulator.formats.pems_stations import PemsStation
from simulator.recording.csv_header import shown

SETTINGS_FILE = "pems.toml"
_KEYS = ("freeway", "direction", "from_mile", "to_mile")


@dataclass(frozen=True, slots=True)
class PemsSettings:
    """The road that a user wants: None and infinite bounds where nothing was said."""

    freeway: int | None = None
    direction: str | None = None
    from_mile: float = -math.inf
    to_mile: float = math.inf


def read_settings(folder: Path) -> PemsSettings:
    """Return the settings in `folder`, those without a wish where there are none. Raises UserError naming the file and key."""
    path = folder / SETTINGS_FILE
    if not path.is_file():
        return PemsSettings()
    try:
        content: dict[str, Any] = parse_toml_text(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UserError(f"{path}: broken TOML: {error}") from None
    for key, value in content.items():
        wanted = {"freeway": int, "direction": str, "from_mile": (int, float), "to_mile": (int, float)}.get(key)
        if wanted is None:
            raise UserError(f"{path}: no key is called {shown(key)} (wanted {', '.join(_KEYS)})")
        if isinstance(value, bool) or not isinstance(value, wanted):  # type: ignore[arg-type]
            raise UserError(f"{path}: {key} is a {'text' if wanted is str else 'number'}, got {shown(value)}")
    direction = content.get("direction")
    if direction is not None and direction not in ("N", "S", "E", "W"):
        raise UserError(f"{path}: direction is N, S, E or W, got {shown(direction)}")
    return PemsSettings(
        content.get("freeway"),
        direction,
        float(content.get("from_mile", -math.inf)),
        float(content.get("to_mile", math.inf)),
    )


def keep_chosen(stations: list[PemsStation], settings: PemsSettings) -> list[PemsStation]:
    """Return the stations of the wanted road."""
    return [
        each
        for each in stations
        if settings.freeway in (None, each.freeway)
        and settings.direction in (None, each.direction)
        and settings.from_mile <= each.mile <= settings.to_mile
    ]
