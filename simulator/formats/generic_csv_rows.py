"""Rows of a CSV export, gathered by station and lane as the file has them: stamps, and values in the file's units."""

import itertools
import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from scenarios.errors import UserError
from simulator.formats.conversion_work import READ, current_work
from simulator.formats.csv_fields import fields_of
from simulator.formats.generic_csv_columns import Layout, find_layout
from simulator.formats.generic_csv_times import Stamps, is_day_first
from simulator.formats.kept_reading import KeptReading
from simulator.formats.source_files import lines_of
from simulator.formats.stored_rows import StoredRows
from simulator.frame import Array

Loop = tuple[str, str]
"""A station's name and a lane's text."""
_UNKNOWN = {"", "-", "--", "nan", "null", "none", "na", "n/a", "-1", "-1.0", "-1,0", "-99", "-999", "k.a."}
_THOUSANDS = re.compile(r"\d{1,3}(\.\d{3})+(,\d*)?")
"""A number with dots between thousands, where decimals have a comma."""
_US_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+(\.\d*)?")
"""The same with commas, where decimals have a dot."""
_KINDS = ("count", "speed", "occupancy")
_LINES = 50_000
"""Lines between two looks at the clock. Chosen: less than a second."""


@dataclass(slots=True, eq=False)
class CsvTable:
    """The readings of a file by station and lane, as it has them and in its order: stamp [s], count, speed, occupancy."""

    layout: Layout
    rows: StoredRows = field(default_factory=lambda: StoredRows(4))
    places: dict[str, float] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    def in_order(self, loop: Loop) -> tuple[Array, bool]:
        """Return the rows (N, 4) of a loop, and whether they were turned, because the file has the latest time first."""
        rows = self.rows.rows(loop)
        newest_first = len(rows) > 1 and bool(np.mean(np.diff(rows[:, 0]) < 0) > 0.5)
        return (rows[::-1] if newest_first else rows), newest_first


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
    if not table.rows.known_keys():
        raise UserError(f"{source}: wanted rows below the header in line {layout.header_line}, got none with a time")
    return table


def _fill(table: CsvTable, source: Path, clock: Stamps, comma: bool) -> None:
    layout = table.layout
    by_loop: dict[Loop, list[tuple[int, int]]] = defaultdict(list)
    for column in layout.values:
        by_loop[(column.station, column.lane)].append((_KINDS.index(column.quantity), column.place))
    add, first = table.rows.append, layout.header_line
    kept = reading_of_lines(source, table)
    if kept is not None and (done := kept.taken_up()):
        first = done
    number = read = 0
    for number, text in lines_of(source):
        read += len(text) + 1
        if number <= first:
            continue
        if number % _LINES == 0:
            _tell_share(source, read)
            if kept is not None:
                kept.passed(number - 1)
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
            add(loop, (stamp_s, *values))
    if kept is not None:
        kept.ended(number)


def reading_of_lines(source: Path, table: CsvTable) -> KeptReading | None:
    """Return the checkpoints of a file's lines; None where the conversion has no folder to work in."""
    work = current_work()
    if work is None:
        return None
    answers = [path for path in (source.parent / "generic_csv.toml",) if path.is_file()]
    return KeptReading(work, [{0: table.rows}], [table.places], [source, *answers])


def _tell_share(source: Path, read: int) -> None:
    """Tell a conversion the share of a file that is read, in per cent; of a compressed one it is not known."""
    work = current_work()
    if work is not None and source.suffix.lower() not in (".gz", ".zip"):
        work.show(min(99, 100 * read // max(source.stat().st_size, 1)), 100, READ)


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
    for loop in table.rows.known_keys():
        steps.update(step for step in np.abs(np.diff(table.rows.rows(loop)[:100_000, 0])).tolist() if step > 0)
    if not steps:
        raise UserError(
            f"{source}: wanted two periods of a loop or more, got one (period_s in generic_csv.toml tells their length)"
        )
    return steps.most_common(1)[0][0]
