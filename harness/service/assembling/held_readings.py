"""Readings ahead of the clock, held until the clock is believed to be there. Memory is bounded: per loop the newest few."""

from harness.service.assembling.assembling_counts import AssemblingCounts
from harness.service.assembling.open_frame import better, same_values
from harness.service.sources.reading import Reading

Held = tuple[int, int, int, Reading]
"""Station, cell, interval and the reading."""


class HeldReadings:
    """Holds readings of up to `per_loop` intervals of each loop; the oldest goes first. What is dropped is counted as `ahead`."""

    def __init__(self, per_loop: int) -> None:
        self._per_loop = per_loop
        self.stations: dict[int, dict[int, dict[int, Reading]]] = {}

    def hold(self, held: Held, grid_s: float, counts: AssemblingCounts) -> None:
        """Hold a reading, whose exact stamp is `grid_s`."""
        station, cell, interval, reading = held
        intervals = self.stations.setdefault(station, {}).setdefault(cell, {})
        known = intervals.get(interval)
        if known is None:
            intervals[interval] = reading
            if len(intervals) > self._per_loop:
                del intervals[min(intervals)]
                counts.ahead += 1
        else:
            counts.again(same_values(known, reading))
            intervals[interval] = better(known, reading, grid_s)

    def drop(self, station: int, counts: AssemblingCounts) -> None:
        """Drop what a station sent ahead of the clock."""
        counts.ahead += sum(len(intervals) for intervals in self.stations.pop(station, {}).values())

    def take(self, until: int) -> list[Held]:
        """Return and forget the readings up to an interval."""
        taken: list[Held] = []
        for station, cells in list(self.stations.items()):
            for cell, intervals in cells.items():
                for interval in [each for each in intervals if each <= until]:
                    taken.append((station, cell, interval, intervals.pop(interval)))
            if not any(cells.values()):
                del self.stations[station]
        return taken
