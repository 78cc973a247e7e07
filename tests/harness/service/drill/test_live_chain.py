"""The chain told line by line, at a pace."""

from dataclasses import replace
from math import nan

import pytest

from harness.service.drill.drilled_run import DrilledRun, OpenedIncident
from harness.service.drill.incident_chain import ChainedRun, IncidentChain
from harness.service.drill.live_chain import ChainLine, chain_lines, tell_at_pace
from harness.service.drill.play_response import HandledIncident
from simulator.earlier_clearance import ClearanceTwins

CHAIN = IncidentChain("one", 0, True, 1000.0, 1020.0, nan, 1110.0, 1130.0, 1140.0, nan, 1600.0)
TRUE = HandledIncident("a", 0, 1130.0, 1140.0, 1190.0, nan, nan, "resolved", False, False, False)
FALSE = HandledIncident("b", None, 1200.0, 1210.0, nan, nan, nan, "false_alarm", False, False, False)
WAITED = OpenedIncident("b", 1150.0, 0, nan, nan, "", "", "", "", nan, nan, 0, 0, "false", None, "")
RUN = DrilledRun("one", True, 10, 0.1, (WAITED,), (), 0.0, 0.0, 0.0, 0.0)
TWINS = {0: ClearanceTwins(1000.0, 1600.0, 1900.0, 30.0, (), True)}


def test_lines_come_in_their_order_with_what_never_came_left_out() -> None:
    lines = chain_lines(RUN, ChainedRun((CHAIN,), (TRUE, FALSE)), TWINS)
    assert [str(line) for line in lines] == [
        "one  00:16:40  incident 0: lanes blocked",
        "one  00:17:00  incident 0: loops differ (earliest evidence), 20 s after onset",
        "one  00:18:30  incident 0: incident opened, 110 s after onset",
        "one  00:18:50  incident 0: seen by an operator, 130 s after onset",
        "one  00:19:00  incident 0: acknowledged, 140 s after onset",
        "one  00:19:10  false incident: incident opened",
        "one  00:19:50  incident 0: team called, 190 s after onset",
        "one  00:20:00  false incident: seen by an operator",
        "one  00:20:10  false incident: acknowledged",
        "one  00:26:40  incident 0: lanes free, as in the scenario, 600 s after onset",
        "one  00:31:40  incident 0: traffic recovered, 900 s after onset",
    ]


def test_without_twins_nobody_knows_when_traffic_had_recovered() -> None:
    assert not any("recovered" in str(line) for line in chain_lines(RUN, ChainedRun((CHAIN,), ()), {}))


def test_lines_are_told_as_fast_as_asked_and_the_time_between_runs_is_not_waited_for() -> None:
    first = [ChainLine("one", time_s, "") for time_s in (600.0, 660.0, 660.0, 780.0)]
    told: list[str] = []
    waited: list[float] = []
    tell_at_pace([first, [], [replace(first[0], run="two")]], 60.0, told.append, waited.append)
    assert waited == pytest.approx([1.0, 2.0])
    assert [line[:3] for line in told] == ["one"] * 4 + ["two"]
