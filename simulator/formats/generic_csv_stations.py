"""Lanes and places of the stations of a CSV export: from the file, from a user's answers, or assumed, and told."""

import math
import re
from pathlib import Path

import numpy as np

from scenarios.errors import UserError
from scenarios.run_labels import MILE_M
from simulator.formats.answers_file import Answers
from simulator.formats.generic_csv_columns import lane_number
from simulator.formats.generic_csv_rows import CsvTable, Loop


def lanes_of(table: CsvTable, answers: Answers, mps: float) -> tuple[dict[Loop, int], list[str]]:
    """Return lane 0 ... of each station and lane text, lane 0 the slow one, and what was assumed."""
    numbers = {loop: lane_number(loop[1]) if loop[1] else (0, True) for loop in table.rows.known_keys()}
    wrong = next((loop for loop, number in numbers.items() if number is None), None)
    if wrong:
        raise UserError(f"station {wrong[0]!r}: wanted a lane number like 1, L1 or HFS, got {wrong[1]!r}")
    told = {loop: number for loop, number in numbers.items() if number is not None}
    if all(by_itself for _, by_itself in told.values()):
        return {loop: number for loop, (number, _) in told.items()}, []
    stations = {station for station, _ in told}
    inner, said = answers.text("lane_1") == "inner", []
    if not answers.text("lane_1"):
        votes = [_faster_with_number(table, told, station) for station in stations]
        slope = float(np.nansum(votes)) * mps
        inner = slope < 0
        why = f"lane 1 is {'faster' if inner else 'slower'}" if slope else "no speeds tell"
        said = [f"assumed: lane 1 is the {'innermost' if inner else 'outermost'} lane ({why})"]
    lanes = {}
    for station in stations:
        own = {loop: number for loop, (number, _) in told.items() if loop[0] == station}
        low = min(own.values()) if min(own.values()) < 1 else 1
        lanes.update({loop: max(own.values()) - number if inner else number - low for loop, number in own.items()})
    return lanes, said


def _faster_with_number(table: CsvTable, told: dict[Loop, tuple[int, bool]], station: str) -> float:
    means = sorted(
        (number, float(np.nanmedian(speed)))
        for loop, (number, _) in told.items()
        if loop[0] == station and not np.isnan(speed := table.rows.rows(loop)[:, 2]).all()
    )
    return means[-1][1] - means[0][1] if len(means) > 1 else math.nan


def positions_of(table: CsvTable, answers: Answers, source: Path) -> tuple[dict[str, float], list[str]]:
    """Return the position of each station [m, downstream], and what was assumed. Raises UserError where none is known."""
    stations = list(dict.fromkeys(station for station, _ in table.rows.known_keys()))
    given = answers.numbers("position_m")
    if given or not table.places:
        missing = [station for station in stations if station not in given]
        if missing:
            wanted = ", ".join(f'"{station}" = {900 * k}' for k, station in enumerate(missing[:3]))
            raise UserError(
                f"{source}: no column says where stations are: wanted a line like position_m = {{ {wanted} }}, in m "
                f"downstream, in {answers.path}"
            )
        return {station: given[station] for station in stations}, []
    name = table.layout.position_name.lower()
    unit_m = 1.0 if re.search(r"position(_m)?$|\(m\)|\[m\]|_m$", name) else 1000.0 if "k" in name else MILE_M
    places = {station: table.places[station] * unit_m for station in stations}
    if any(math.isnan(place) for place in places.values()):
        raise UserError(f"{source}: wanted a {table.layout.position_name} of every station, got an empty one")
    falling = answers.text("downstream") == "falling"
    said = [] if answers.text("downstream") else [f"assumed: {table.layout.position_name} rises downstream"]
    first_m = max(places.values()) if falling else min(places.values())
    return {station: round(abs(place - first_m), 1) for station, place in places.items()}, said
