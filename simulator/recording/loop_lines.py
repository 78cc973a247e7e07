"""The lines of a loops file as text, fast: most numbers of a recording come thousands of times, and are put into text once."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from scenarios.corridor import Corridor
from scenarios.spreadsheet_cells import safe_cell
from simulator.recording.csv_columns import number_text

_MOST_KNOWN = 1 << 16
"""Texts of numbers that are kept. Chosen: some MB; counts, whole km/h and per cent are some hundred."""

FrameValues = tuple[float, Sequence[float], Sequence[float], Sequence[float]]
"""A frame's time, then count, occupancy and speed of each loop, in the order of stations and their lanes."""


class _NumberTexts(dict[float, str]):
    """The text of a number, by number; NaN is not asked for."""

    def __missing__(self, value: float) -> str:
        text = number_text(value)
        if value:  # -0.0 equals 0.0, and is another text
            if len(self) >= _MOST_KNOWN:
                self.clear()
            self[value] = text
        return text


def frame_lines(corridor: Corridor, frames: Iterable[FrameValues]) -> Iterator[str]:
    """Yield the lines of each frame as one text: time, station, lane, count, occupancy, speed; NaN is an empty field."""
    heads = [
        f",{_cell(safe_cell(station.name))},{lane}," for station in corridor.stations for lane in station.lane_numbers
    ]
    known = _NumberTexts()
    for time_s, *columns in frames:
        time = number_text(time_s)
        counts, occupancies, speeds = ([known[value] if value == value else "" for value in each] for each in columns)
        yield "".join(
            [
                f"{time}{head}{count},{occupancy},{speed}\n"
                for head, count, occupancy, speed in zip(heads, counts, occupancies, speeds, strict=True)
            ]
        )


def _cell(text: str) -> str:
    """Return a text as a CSV file has it, quoted where it must be."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([text, ""])
    return line.getvalue().removesuffix(",")
