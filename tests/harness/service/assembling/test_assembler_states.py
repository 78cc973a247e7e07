"""Whatever comes, frames are in order on the grid, every reading is counted once, and memory is bounded."""

import math

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from harness.service.assembling.assembler import Assembled, Assembler
from harness.service.assembling.assembler_settings import AssemblerSettings
from harness.service.sources.reading import Reading
from scenarios.corridor import Corridor, Station

CORRIDOR = Corridor("a4", 30.0, (Station("S1", 0.0, 2), Station("S2", 500.0, 1), Station("S3", 900.0, 3)))
NUMBERS = st.floats(0, 1) | st.sampled_from([math.nan, math.inf, -1.0, 1e300])
ANY = st.builds(
    Reading,
    st.sampled_from(["S1", "S2", "S3", "S4", ""]),
    st.integers(-1, 3),
    st.integers(-(10**4), 10**4).map(lambda k: 30.0 * k) | st.floats(),
    *[NUMBERS] * 3,
)


class Assembling(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.assembler = Assembler(CORRIDOR, AssemblerSettings(allowed_lateness_s=60.0, longest_gap_s=300.0))
        self.now, self.sent, self.last_s = 100, 0, -math.inf

    def take(self, done: Assembled) -> None:
        for frame in done.frames:
            assert frame.time_s > self.last_s
            assert frame.time_s % 30.0 == 0
            self.last_s = frame.time_s

    def send(self, readings: list[Reading]) -> None:
        self.sent += len(readings)
        self.take(self.assembler.add(readings))

    @rule(steps=st.integers(1, 30), but=st.sets(st.sampled_from(["S1", "S2", "S3"])))
    def time_passes(self, steps: int, but: set[str]) -> None:
        for _ in range(steps):
            self.now += 1
            names = [station for station in CORRIDOR.stations if station.name not in but]
            self.send([Reading(s.name, k, 30.0 * self.now, 1.0, 1.0, 0.1) for s in names for k in range(s.lanes)])

    @rule(readings=st.lists(ANY, max_size=10))
    def anything_comes(self, readings: list[Reading]) -> None:
        self.send(readings)

    @rule(periods=st.integers(-500, 500))
    def the_clock_jumps(self, periods: int) -> None:
        self.now += periods

    @invariant()
    def every_reading_is_counted_once(self) -> None:
        counts = self.assembler.counts
        dropped = counts.late + counts.off_grid + counts.unknown_loop + counts.impossible + counts.ahead
        held = self.sent - counts.accepted - counts.duplicate - counts.conflicting - dropped
        assert 0 <= held <= 6 * 14

    @invariant()
    def few_frames_are_open(self) -> None:
        assert self.assembler.open_frames <= 2 * 21

    def teardown(self) -> None:
        self.take(self.assembler.finish())
        counts = self.assembler.counts
        told = counts.late + counts.off_grid + counts.unknown_loop + counts.impossible + counts.ahead
        assert self.sent == counts.accepted + counts.duplicate + counts.conflicting + told


TestAssembling = Assembling.TestCase
TestAssembling.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)
