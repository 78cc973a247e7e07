"""What the files of fitted fault detectors have in common: thresholds of sums, stations, sources."""

import reprlib
from typing import Annotated

from pydantic import AfterValidator, PlainValidator

from detectors.faults.loop_index import Stations
from detectors.file_schema import FileSchema, ThresholdsByAim, misfit
from scenarios.corridor import FARTHEST_M, MOST_LANES


def _stations(written: object) -> Stations:
    if not isinstance(written, list) or len(written) < 2:
        raise misfit(
            "", f"wanted rows of name, position [m] and lanes for two stations or more, got {reprlib.repr(written)}"
        )
    return tuple(_station(row, f"[{number}]") for number, row in enumerate(written))


def _station(row: object, at: str) -> tuple[str, float, int]:
    if isinstance(row, list) and len(row) == 3:
        name, position_m, lanes = row
        placed = type(position_m) in (int, float) and abs(position_m) <= FARTHEST_M
        if isinstance(name, str) and placed and type(lanes) is int and 1 <= lanes <= MOST_LANES:
            return name, float(position_m), lanes
    raise misfit(at, f"wanted a name, a position [m] and 1 to {MOST_LANES} lanes, got {reprlib.repr(row)}")


def _above_zero(thresholds: dict[float, float]) -> dict[float, float]:
    if min(thresholds.values()) <= 0:
        raise misfit("", f"wanted thresholds of sums above 0, got {min(thresholds.values()):g}")
    return thresholds


StationRows = Annotated[Stations, PlainValidator(_stations)]
"""Name, position [m] and lanes of every station, as rows of a file."""


class FittedFile(FileSchema):
    """Keys of every such file."""

    format: str
    thresholds: Annotated[ThresholdsByAim, AfterValidator(_above_zero)]
    stations: StationRows
    sources: str
