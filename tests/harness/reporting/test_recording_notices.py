"""Notices on recordings: readings that a detector lacks, and rough logs."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from harness.reporting.recording_notices import (
    estimated_speed_notices,
    rough_log_notices,
    sight_notices,
    unjudged_runs,
    untried_periods,
)
from harness.reporting.summary_text import summary_text
from harness.scoring.judged_sections import PartSight, Sight
from harness.scoring.score_runs import score_runs
from scenarios.corridor import Corridor, Station
from simulator.frame import LoopFrame
from simulator.recording.corridor_file import write_corridor
from simulator.recording.incident_log import RecordedIncident
from simulator.recording.recording_folder import Recording, write_recording
from tests.harness.scored_runs import SCORES, scored_run

ROAD = Corridor("road", 30.0, (Station("a", 0.0, 1), Station("b", 800.0, 1)))
SEEN = scored_run(900, hit=True, impact=True)
BLIND = replace(SEEN, name="blind", sight=Sight(0.93, "occupancy"))


def recording(folder: Path, incident: RecordedIncident) -> Path:
    values = [np.full((2, 1), value) for value in (8.0, 25.0, 0.1)]
    write_recording(folder, Recording(ROAD, tuple(LoopFrame(30.0 * k, *values) for k in range(1, 5)), (incident,)))
    return folder


def test_a_recording_that_leaves_a_detector_blind_has_no_figures_in_the_summary() -> None:
    text = summary_text("california7", [score_runs([BLIND], 0)])
    assert "Not judged: 93 % of decisions without occupancy" in text
    assert "detected" not in text
    assert "false" not in text


def test_of_several_recordings_the_blind_ones_are_named() -> None:
    score = score_runs([SEEN, BLIND], 0)
    assert sight_notices(score) == ("Not judged: 93 % of decisions without occupancy, in blind; no figures there.",)
    assert unjudged_runs(score) == {
        "blind": {"share": 0.93, "without": "occupancy", "unscored": 0.0, "judged": False, "parts": []}
    }
    assert "detected 1 of 1 incident" in summary_text("california7", [score])


def test_a_part_that_could_not_see_is_told_and_the_run_is_scored() -> None:
    sight = Sight(0.0, "count", parts=(PartSight(0.4, "speed", "queues"), PartSight(0.05, "occupancy", "gaps")))
    score = score_runs([replace(SEEN, sight=sight)], 0)
    assert sight_notices(score) == (
        "Partly judged: 40 % of decisions without speed: queues are not judged there, the rest is.",
    )
    (told,) = unjudged_runs(score).values()
    assert told["parts"] == [{"share": 0.4, "without": "speed", "what": "queues"}]
    assert "detected 1 of 1 incident" in summary_text("sequential", [score])


def test_a_part_without_readings_is_told_beside_the_figures() -> None:
    score = score_runs([replace(SEEN, sight=Sight(0.2, "count"))], 0)
    assert sight_notices(score) == ("Partly judged: 20 % of decisions without count, where nothing can be detected.",)


def test_runs_that_lack_the_same_are_told_in_one_sentence() -> None:
    runs = [replace(BLIND, name=name, sight=Sight(share, "occupancy")) for name, share in (("a", 0.6), ("b", 0.931))]
    assert sight_notices(score_runs(runs, 0)) == (
        "Not judged: 60 to 93 % of decisions without occupancy, in a, b; no figures there.",
    )


def test_decisions_that_had_no_score_yet_are_told() -> None:
    score = score_runs([replace(SEEN, sight=Sight(0.0, "count", 0.33))], 0)
    assert sight_notices(score) == (
        "Partly judged: 33 % of decisions without a score, as while it learns the road, where nothing can be detected.",
    )


def test_estimated_speeds_are_told_once_for_all_that_are_estimated_alike(tmp_path: Path) -> None:
    names = ("a", "b", "c")
    for name in names:
        (tmp_path / name).mkdir()
        how = "" if name == "b" else "estimated from count and occupancy"
        write_corridor(tmp_path / name, replace(ROAD, estimated_speeds=how))
    assert estimated_speed_notices({name: tmp_path / name for name in names}) == (
        "Not measured: speeds of a, c are estimated from count and occupancy.",
    )


def test_a_period_that_was_not_tried_is_told_of_detectors_with_parameters(tmp_path: Path) -> None:
    for name, period_s in (("short", 30.0), ("long", 300.0)):
        (tmp_path / name).mkdir()
        write_corridor(tmp_path / name, replace(ROAD, period_s=period_s))
    runs = {name: tmp_path / name for name in ("short", "long")}
    (told,) = untried_periods(runs, {"california7": None, "silent": None})
    assert told.startswith("Not tried: long, frames of 300 s: shipped parameters are for 30 s")
    assert untried_periods(runs, {"silent": None, "california7": tmp_path / "mine.toml"}) == ()


def test_nothing_is_said_where_readings_are_whole() -> None:
    assert sight_notices(SCORES[0]) == ()


def test_a_rate_from_less_than_a_corridor_day_is_told_with_its_interval() -> None:
    score = score_runs([SEEN], 0)
    assert score.corridor_days < 1
    assert "at most 201.7" in " ".join(summary_text("coin", [score]).split())


def test_recordings_scored_by_tolerances_are_named_and_told_what_that_means(tmp_path: Path) -> None:
    folder = recording(tmp_path / "monday", RecordedIncident(60.0, 90.0, 400.0, (0,), onset_early_s=300.0))
    (notice,) = rough_log_notices({"monday": folder}, {"monday"})
    assert notice.startswith("By tolerances: the incidents.csv of monday says")


@pytest.mark.parametrize(("lanes", "told"), [((0,), False), ((), True)])
def test_log_without_lanes_and_tolerances_is_told_to_be_taken_as_written(
    lanes: tuple[int, ...], told: bool, tmp_path: Path
) -> None:
    folder = recording(tmp_path / "monday", RecordedIncident(60.0, 90.0, 400.0, lanes))
    notices = rough_log_notices({"monday": folder}, ())
    assert bool(notices) is told
    assert all("As written: the incidents.csv of monday" in notice for notice in notices)
