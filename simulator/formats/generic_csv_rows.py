"""Rows of a CSV export, gathered by station and lane as the file has them: stamps, and values in the file's units."""

import itertools
import math
import re
from array import array
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from scenarios.errors import UserError
from simulator.formats.csv_fields import fields_of
from simulator.formats.generic_csv_columns import Layout, find_layout
from simulator.formats.generic_csv_times import Stamps, is_day_first
from simulator.formats.source_files import lines_of

Loop = tuple[str, str]
"""A station's name and a lane's text."""
_UNKNOWN = {"", "-", "--", "nan", "null", "none", "na", "n/a", "-1", "-1.0", "-1,0", "-99", "-999", "k.a."}
_THOUSANDS = re.compile(r"\d{1,3}(\.\d{3})+(,\d*)?")
"""A number with dots between thousands, where decimals have a comma."""
_US_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d*)?")
"""The same with commas, where decimals have a dot."""
_KINDS = ("count", "speed", "occupancy")


@dataclass(slots=True, eq=False)
class CsvTable:
    """The readings of a file by station and lane: stamps [s], then count, speed, occupancy as the file has them.

    Those of `newest_first` were turned: the file has the latest time first.
    """

    layout: Layout
    stamps: dict[Loop, "array[float]"] = field(default_factory=lambda: defaultdict(lambda: array("d")))
    values: dict[Loop, "array[float]"] = field(default_factory=lambda: defaultdict(lambda: array("d")))
    places: dict[str, float] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    newest_first: set[Loop] = field(default_factory=set)


def read_table(source: Path, dates: str) -> CsvTable:
    """Return the readings of a file; `dates` is `day first`, `month first` or empty. Raises UserError naming file and line."""
    layout = find_layout([text for _, text in itertools.islice(lines_of(source), 12)], str(source))
    lines = lines_of(source)
    for _ in range(layout.header_line):
        next(lines, None)
    head = [text for _, text in zip(range(5000), (text for _, text in lines), strict=False)]
    rows = [fields_of(text, layout.separator, str(source)) for text in head]
    texts = [" ".join(row[k] for k in layout.times) for row in rows if len(row) == layout.fields]
    day_first = is_day_first(texts)
    table = CsvTable(layout)
    comma = layout.separator != "," and any(re.search(r"\d,\d{1,3}(\D|$)", text) for text in head)
    if dates:
        day_first = dates == "day first"
    elif day_first is None:
        day_first = comma  # who writes decimal commas writes the day first
        if any("/" in text for text in texts):
            table.said.append(f"assumed: dates are {'day/month' if comma else 'month/day'}/year")
    _fill(table, source, Stamps(day_first), comma)
    if not table.stamps:
        raise UserError(f"{source}: wanted rows below the header in line {layout.header_line}, got none with a time")
    return table


def _fill(table: CsvTable, source: Path, clock: Stamps, comma: bool) -> None:
    layout = table.layout
    by_loop: dict[Loop, list[tuple[int, int]]] = defaultdict(list)
    for column in layout.values:
        by_loop[(column.station, column.lane)].append((_KINDS.index(column.quantity), column.place))
    lines = lines_of(source)
    for number, text in lines:
        if number <= layout.header_line:
            continue
        row = fields_of(text, layout.separator, f"{source}, line {number}")
        if len(row) != layout.fields:
            raise UserError(
                f"{source}, line {number}: wanted {layout.fields} fields, got {len(row)} (is the file cut, or a field not quoted?)"
            )
        stamp_s = clock.seconds(
            " ".join(row[k] for k in layout.times) if len(layout.times) > 1 else row[layout.times[0]]
        )
        if stamp_s is None:
            if number == layout.header_line + 1:  # a second line of header: units
                continue
            raise UserError(f"{source}, line {number}: wanted a time, got {row[layout.times[0]][:60]!r}")
        for loop, columns in by_loop.items():
            values = [math.nan] * 3
            for kind, place in columns:
                values[kind] = _value(row[place], comma, source, number)
            if layout.station >= 0:
                loop = (row[layout.station].strip(), row[layout.lane].strip() if layout.lane >= 0 else "")
                if layout.position >= 0 and loop[0] not in table.places:
                    table.places[loop[0]] = _value(row[layout.position], comma, source, number)
            if values[1] == 0:  # a mean speed of 0 belongs to no vehicle
                values[1] = math.nan
            table.stamps[loop].append(stamp_s)
            table.values[loop].extend(values)


def _value(text: str, comma: bool, source: Path, number: int) -> float:
    try:
        if comma:
            if "." in text and _THOUSANDS.fullmatch(text.strip()):
                text = text.replace(".", "")
            value = float(text if "." in text and "," in text else text.replace(",", "."))
        else:
            if "," in text and _US_THOUSANDS.fullmatch(text.strip()):
                text = text.replace(",", "")
            value = float(text)
        if math.isinf(value):
            raise ValueError(text)
    except ValueError:
        if text.strip().strip('"').lower() in _UNKNOWN:
            return math.nan
        raise UserError(
            f"{source}, line {number}: wanted a number, got {text[:60]!r} (is a separator or a unit in it?)"
        ) from None
    return value if value >= 0 else math.nan


def usual_period_s(table: CsvTable, source: Path) -> float:
    """Return the commonest step of a loop [s]. Raises UserError where no loop has two periods."""
    steps: Counter[float] = Counter()
    for stamps in table.stamps.values():
        steps.update(step for step in np.abs(np.diff(np.frombuffer(stamps)[:100_000])).tolist() if step > 0)
    if not steps:
        raise UserError(
            f"{source}: wanted two periods of a loop or more, got one (period_s in generic_csv.toml tells their length)"
        )
    return steps.most_common(1)[0][0]
