"""A replay that was kept comes back as it was."""

from pathlib import Path

import numpy as np

from harness.records.run_folder import RunFolder
from harness.reporting.kept_replay import read_replay, write_replay
from harness.scoring.judged_sections import PartSight, Sight
from harness.scoring.score_runs import ScoredRun
from simulator.recording.recording_folder import Recording, write_recording
from tests.harness.made_traffic import ROAD, frames_of, free_traffic


def test_what_a_part_of_the_detector_could_not_judge_comes_back(tmp_path: Path) -> None:
    frames = frames_of(*free_traffic(1, 4))
    write_recording(tmp_path / "monday", Recording(ROAD, tuple(frames), ()))
    sight = Sight(0.1, "count", 0.05, (PartSight(0.4, "speed", "queues"), PartSight(0.2, "occupancy", "faults")))
    times_s = np.array([frame.time_s for frame in frames])
    run = ScoredRun("monday", ROAD, times_s, np.zeros((len(times_s), ROAD.sections), dtype=bool), None, sight=sight)
    made_of = {"recording": "as it is"}
    write_replay(tmp_path / "kept.npz", made_of, run, (), None)
    read = read_replay(tmp_path / "kept.npz", made_of, "monday", tmp_path / "monday", RunFolder(tmp_path / "run"))
    assert read is not None
    assert read[0].sight == sight
    assert read[0].sight.lost == sight.parts
