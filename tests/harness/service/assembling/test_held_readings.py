from harness.service.assembling.assembling_counts import AssemblingCounts
from harness.service.assembling.held_readings import HeldReadings
from harness.service.sources.reading import Reading


def test_of_what_a_loop_sends_ahead_the_newest_are_held() -> None:
    held, counts = HeldReadings(per_loop=2), AssemblingCounts()
    for interval in (100, 101, 102):
        held.hold((0, 0, interval, Reading("S1", 0, 30.0 * interval, 5.0, 28.0, 0.1)), 30.0 * interval, counts)
    assert counts.ahead == 1
    assert [interval for _, _, interval, _ in held.take(200)] == [101, 102]
