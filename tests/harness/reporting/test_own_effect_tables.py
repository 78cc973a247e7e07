"""What a user's own files did, in a report: every effect, what it was counted as, and the time that it takes from rates."""

import numpy as np
import pytest

from harness.records.decisions import Decisions
from harness.reporting.own_effect_tables import own_effect_document, own_effect_notes, own_effect_tables
from harness.reporting.read_runs import ReportedRun, run_to_score
from harness.scoring.detection_score import Score
from harness.scoring.score_runs import score_runs
from scenarios.corridor import Corridor, Station
from simulator.recording.recording_folder import Recording
from simulator.truth import ObservedIncident, OwnEffect, Truth

CORRIDOR = Corridor("three", 30.0, tuple(Station(f"s{k}", 1000.0 * k, 3) for k in range(4)))
TIMES_S = 30.0 * np.arange(1, 61, dtype=np.float64)
STOP = OwnEffect("stop", "vehicle 'broken' stood", 2, 2, 900.0, 1200.0, 0)
SIGN = OwnEffect("speed sign", "speed sign 'v'", 0, 1, 300.0, 600.0, None)
INCIDENT = ObservedIncident(900.0, 1200.0, 2500.0, (0,), 2, 930.0, True, 1.0, 5.0)


def run(name: str, *effects: OwnEffect, alarms: tuple[tuple[float, int], ...] = ()) -> ReportedRun:
    alarm = np.zeros((60, 3), dtype=np.bool_)
    for raised_s, section in alarms:
        alarm[int(raised_s / 30) - 1, section] = True
    decisions = Decisions(TIMES_S, alarm.astype(np.float64), alarm)
    known = Truth((INCIDENT,) if STOP in effects else (), (), (), (), 0, 0, effects)
    recording = Recording(CORRIDOR, (), None)
    return ReportedRun(name, {}, None, recording, None, known, decisions, None, None)


def scored(*runs: ReportedRun) -> Score:
    return score_runs([run_to_score(each) for each in runs], 0)


def test_each_effect_is_listed_with_what_it_was_counted_as() -> None:
    both = run("a", SIGN, STOP, alarms=((330, 1), (960, 2))), run("b", SIGN, alarms=((330, 0), (360, 2)))
    (table,) = own_effect_tables(both, scored(*both))
    assert table.rows == (
        ("speed sign 'v'", "s0 to s2", "a, b", "neutral", "300", "600", "2"),
        ("vehicle 'broken' stood", "s2 to s3", "a", "incident, detected", "900", "1200", "0"),
    )


def test_alarms_that_are_neutral_and_the_time_left_out_are_told_in_one_line() -> None:
    only = run("a", SIGN, alarms=((330, 1),))
    # Frames that end at 330 to 660 s: 12 of 60, in two of three sections.
    assert own_effect_notes([only], scored(only)) == (
        "Own network: 1 alarm is neutral because of what your files do themselves (at your own speed sign); 0.20 of 1.50 "
        "section-hours are left out of false alarm rates for that.",
    )


@pytest.mark.parametrize("effects", [(), (STOP,)])
def test_where_nothing_is_neutral_no_line_says_so(effects: tuple[OwnEffect, ...]) -> None:
    only = run("a", *effects)
    assert own_effect_notes([only], scored(only)) == ()


def test_the_document_holds_every_effect_of_every_run_that_has_one() -> None:
    both = run("a", SIGN, alarms=((330, 1),)), run("b")
    assert own_effect_document(both, scored(*both)) == {
        "a": [
            {
                "kind": "speed sign",
                "what": "speed sign 'v'",
                "sections": [0, 1],
                "from_s": 300.0,
                "to_s": 600.0,
                "incident": None,
                "neutral_alarms": 1,
            }
        ]
    }
