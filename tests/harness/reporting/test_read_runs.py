"""Notices on the runs of a report."""

from harness.reporting.read_runs import unrealistic_traffic
from simulator.truth import Truth


def test_runs_with_collisions_or_teleports_are_named_in_one_notice() -> None:
    good, collided, teleported = (Truth((), (), (), (), *counts) for counts in ((0, 0), (1, 0), (0, 2)))
    notices = unrealistic_traffic({"a": good, "b": collided, "c": teleported, "unknown": None})
    assert notices == ("Not to be trusted: vehicles collided or were teleported in 2 runs: b, c.",)


def test_realistic_traffic_has_no_notice() -> None:
    assert unrealistic_traffic({"a": Truth((), (), (), (), 0, 0), "unknown": None}) == ()
