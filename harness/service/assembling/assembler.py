"""Readings become frames: in any order, twice, late, in part, with stamps at the start or end of the interval. Pure: data time.

A frame closes when all its loops have reported, or when the watermark (`clock_trust`) has passed its end by more than the allowed
lateness; before the first frame has closed, only then. Whatever order readings come in, if none comes when a reading more than
the allowed lateness newer has come, and duplicates agree, the frames are the same to the bit. Where duplicates differ, a rule
decides that does not depend on order (`open_frame`); it holds until the frame closes, so for it to hold always, turn
`close_when_complete` off.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from harness.service.assembling.assembler_settings import AssemblerSettings
from harness.service.assembling.assembling_counts import AssemblingCounts
from harness.service.assembling.clock_trust import NEVER, ClockTrust
from harness.service.assembling.facts import Fact, FactKind
from harness.service.assembling.held_readings import HeldReadings
from harness.service.assembling.open_frame import OpenFrame, better, empty_frame, same_values
from harness.service.assembling.reading_checks import ReadingChecks
from harness.service.assembling.steady_clock import STEADY_STEPS
from harness.service.sources.reading import Reading
from scenarios.corridor import Corridor
from simulator.frame import LoopFrame


@dataclass(slots=True)
class Assembled:
    """Frames that closed, in order of time, and facts found meanwhile."""

    frames: list[LoopFrame] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)


class Assembler:
    """Assembles the readings of one corridor; one stream, one thread.

    >>> from scenarios.corridor import Station
    >>> corridor = Corridor("a4", 30.0, (Station("S1", 0.0, 1), Station("S2", 500.0, 1)))
    >>> assembler = Assembler(corridor, AssemblerSettings(allowed_lateness_s=0.0))
    >>> readings = [Reading(name, 0, time_s, 5.0, 28.0, 0.1) for time_s in (30.0, 60.0) for name in ("S1", "S2")]
    >>> [frame.time_s for frame in assembler.add(readings).frames]
    [30.0, 60.0]
    """

    def __init__(self, corridor: Corridor, settings: AssemblerSettings = AssemblerSettings()) -> None:  # noqa: B008 (frozen)
        self.corridor, self.settings = corridor, settings
        self.counts = AssemblingCounts()
        period_s = corridor.period_s
        self._shape = (len(corridor.stations), corridor.lanes)
        self._checks = ReadingChecks(corridor, settings)
        self._late = math.floor(settings.allowed_lateness_s / period_s)
        self._gap = math.floor(settings.longest_gap_s / period_s)
        self._away = max(1, math.ceil(settings.silent_after_s / period_s))
        # The watermark is no further behind the newest reading than this, though readings within the allowed lateness are shuffled
        # and most stations fall silent, also just after a gap: what is further ahead is a jump.
        self._ahead = max(
            math.floor(settings.allowed_jump_s / period_s), self._away + 2 * self._late + 4 + STEADY_STEPS
        )
        self._clock = ClockTrust(len(corridor.stations), settings.clock_share, self._away, self._ahead, self._late)
        self._held = HeldReadings(self._away + self._late + 2)
        self._open: dict[int, OpenFrame] = {}
        self._closed = self._begin = NEVER
        self._loops = bytes(lane in s.lane_numbers for s in corridor.stations for lane in range(corridor.lanes))
        self._silent_for = [0] * len(self._loops)
        self._expected = self._loops

    @property
    def watermark_s(self) -> float:
        """Data time that a share of the stations has reached; NaN before the first."""
        return math.nan if self._clock.watermark == NEVER else self._end_s(self._clock.watermark)

    @property
    def last_frame_s(self) -> float:
        """End of the last frame that closed; NaN before the first."""
        return math.nan if self._closed == NEVER else self._end_s(self._closed)

    @property
    def open_frames(self) -> int:
        """Frames for which readings are in memory."""
        return len(self._open)

    @property
    def buffered_readings(self) -> int:
        """Readings in memory, of frames that have not closed."""
        return sum(len(frame.readings) - frame.readings.count(None) for frame in self._open.values())

    def begin_after(self, time_s: float) -> None:
        """Go on after the frame that ended at `time_s`: readings up to there are dropped without being counted."""
        self._closed = self._begin = self._checks.interval_at(time_s)
        self._clock.begin(self._closed)

    def add(self, readings: Iterable[Reading]) -> Assembled:
        """Take readings; return the frames that closed. Never raises for what a reading holds."""
        done = Assembled()
        votes, place = self._clock.votes, self._checks.place
        for reading in readings:
            placed = place(reading, self.counts)
            if placed is None:
                continue
            station, cell, interval = placed
            if interval <= self._begin and self._clock.watermark <= self._begin:
                continue
            moved = votes[station] != interval and self._clock.note(station, interval)
            if self._put(station, cell, interval, reading) or moved:
                if moved:
                    self._take_held()
                self._close(done)
        self._tell_backward_jump(done)
        return done

    def finish(self) -> Assembled:
        """Close all frames: no more readings come. Readings that were not believed are dropped."""
        done = Assembled()
        if self._clock.watermark == NEVER and self._clock.believe():
            self._take_held()
        self._close(done, finish=True)
        for station in range(len(self.corridor.stations)):
            self._held.drop(station, self.counts)
        return done

    def _put(self, station: int, cell: int, interval: int, reading: Reading) -> bool:
        """Put a reading into its frame; return whether that made the frame complete."""
        watermark, counts = self._clock.watermark, self.counts
        if watermark == NEVER or interval > watermark + self._ahead:
            self._held.hold((station, cell, interval, reading), self._checks.stamp_s(interval), counts)
            return False
        if interval <= self._closed or interval < watermark - self._ahead:
            counts.late += 1
            return False
        if self._held.stations:  # the station has come back from ahead of the clock
            self._held.drop(station, counts)
        frame = self._open.get(interval)
        if frame is None:
            frame = self._open[interval] = OpenFrame(self._expected)
        known = frame.readings[cell]
        if known is None:
            frame.fill(cell, reading)
            counts.accepted += 1
            return frame.waiting == 0
        counts.again(same_values(known, reading))
        frame.readings[cell] = better(known, reading, self._checks.stamp_s(interval))
        return False

    def _take_held(self) -> None:
        for station, vote in enumerate(self._clock.votes if self._held.stations else ()):
            if vote == NEVER:  # ahead, and then silent
                self._held.drop(station, self.counts)
        for held in self._held.take(self._clock.watermark + self._ahead):
            self._put(*held)

    def _close(self, done: Assembled, finish: bool = False) -> None:
        """Close the frames whose time has come, in order."""
        while self._open:
            first = min(self._open)
            over = self._clock.watermark - self._late  # intervals before this one are over
            if not finish:
                ready = first < over
                if self._closed != NEVER and self.settings.close_when_complete:
                    ready = ready or self._open[first].waiting == 0
                before_is_over = self._closed in (NEVER, first - 1) or first - 1 < over
                if not (ready and before_is_over):
                    return
            if self._closed != NEVER and first - self._closed > 1:
                self._fill_gap(first, done)
            frame = self._open.pop(first)
            self._closed = first
            if self.settings.skip_silent_loops:
                self._note_silent_loops(frame)
            self.counts.frames += 1
            done.frames.append(frame.close(self._end_s(first), self._shape))

    def _fill_gap(self, until: int, done: Assembled) -> None:
        """Give frames in which nothing is known up to the interval `until`; tell a gap that is too long for that."""
        if until - self._closed - 1 > self._gap:
            from_s, to_s = self._end_s(self._closed), self._end_s(until - 1)
            done.facts.append(Fact(FactKind.GAP, self._end_s(until), from_s=from_s, to_s=to_s))
            return
        empty = range(self._closed + 1, until)
        self.counts.frames_empty += len(empty)
        done.frames += [empty_frame(self._end_s(interval), self._shape) for interval in empty]

    def _tell_backward_jump(self, done: Assembled) -> None:
        back = self._clock.went_back()
        if back is not None and self._closed != NEVER:
            at_s = self._end_s(self._closed)
            done.facts.append(Fact(FactKind.CLOCK_WENT_BACK, at_s, from_s=self.watermark_s, to_s=self._end_s(back)))

    def _note_silent_loops(self, frame: OpenFrame) -> None:
        silent = [0 if reading else n + 1 for n, reading in zip(self._silent_for, frame.readings, strict=True)]
        self._silent_for = silent
        expected = bytes(there and n < self._away for there, n in zip(self._loops, silent, strict=True))
        if expected != self._expected:
            self._expected = expected
            for each in self._open.values():
                each.expect(expected)

    def _end_s(self, interval: int) -> float:
        return self.settings.grid_offset_s + interval * self.corridor.period_s
