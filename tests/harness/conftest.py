"""A worker that only pretends to simulate, as the scenario's name tells it; results to compare detectors on; made recordings."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from harness.records.battery_folder import finished_runs
from harness.records.run_folder import write_record
from harness.studies.comparison.comparison_study import Comparison, compare_detectors
from scenarios.corridor import Corridor
from scenarios.incident import Incident
from scenarios.scenario import Scenario
from simulator.frame import LoopFrame
from simulator.recording.incident_log import RecordedIncident, write_incidents
from simulator.recording.recording_folder import Recording, read_recording, write_recording
from tests.harness.blank_pictures import blank_pictures
from tests.harness.made_traffic import ROAD, frames_of, free_traffic, with_empty_lane, with_queue

LOGGED = RecordedIncident(3300.0, 4500.0, 2900.0, (), 600.0, 0.0, 250.0)
GOLDEN = Path(__file__).parents[1] / "golden" / "smoke-incident-2"

PRETEND = """
import json, os, pathlib, signal, sys
order = pathlib.Path(sys.argv[1])
content = json.loads(order.read_text())
name = content["job"]["scenario"]["name"]
print("last words of", name)
if name.startswith("refused"):
    told = {"whose": "machine", "reason": "SUMO said no", "log": "Traceback of " + name}
    (order.parent / "error.json").write_text(json.dumps(told))
    sys.exit(3)
if name.startswith("bug"):
    (order.parent / "error.json").write_text(json.dumps({"whose": "laneblock", "reason": "a bug", "log": "Traceback"}))
    sys.exit(1)
if name.startswith("crash"):
    os.kill(os.getpid(), signal.SIGKILL)
if name.startswith("hang"):
    sys.stdin.read()  # until whoever started it is gone
    sys.exit(1)
if name.startswith("mute"):
    sys.exit(7)
if name.startswith("quits"):
    sys.exit(0)
run = order.parent / "run"
run.mkdir()
(run / "run.json").write_text(json.dumps({"scenario": content["job"]["scenario"]}))
run.rename(content["out"])
if name.startswith("late"):
    sys.exit(1)
"""


@pytest.fixture
def pretend_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let runs use the pretending worker."""
    script = tmp_path / "pretend.py"
    script.write_text(PRETEND, encoding="utf-8")
    monkeypatch.setattr("harness.running.run_process.WORKER", (sys.executable, "-I", str(script)))


@pytest.fixture
def undrawn() -> Iterator[None]:
    """Pictures are blank in this test."""
    with blank_pictures():
        yield


@pytest.fixture(scope="session")
def compared_results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A battery's results: an incident by the golden run's loops, four times, and two free runs with a jam that is none.

    Two incidents are as recorded; one is said to begin 30 s sooner; one to be where no loop tells of it, so it is missed.
    """
    results = tmp_path_factory.mktemp("results") / "trial"
    told = {
        "incident-1": (956.0, 4082.9),
        "incident-2": (956.0, 4082.9),
        "incident-3": (926.0, 4082.9),
        "incident-4": (956.0, 7400.0),
    }
    for number, (name, (onset_s, position_m)) in enumerate(told.items()):
        folder = results / "runs" / name
        folder.mkdir(parents=True)
        for file in ("corridor.toml", "loops.csv.gz"):
            shutil.copy(GOLDEN / file, folder / file)
        lanes = (1,) if number < 2 else (1, 2)
        asked = Incident(onset_s=onset_s, duration_s=1178.0 - onset_s, position_m=position_m, lanes=lanes)
        write_incidents(folder, [RecordedIncident(onset_s, 1178.0, position_m, lanes)])
        scenario = Scenario(
            name=name, seed=number, end_s=1260.0, demand_vphpl=(1000.0, 800.0)[number % 2], incidents=(asked,)
        )
        write_record(folder, {"scenario": scenario.model_dump(mode="json")})
    corridor = read_recording(GOLDEN).corridor
    for seed in (8, 9):
        rng = np.random.default_rng(seed)
        frames = []
        for k in range(1, 121):
            count, speed = rng.poisson(8, (8, 4)).astype(float), rng.normal(28, 1, (8, 4))
            if 60 < k < 80:
                speed[3] = 5.0
            frames.append(LoopFrame(30.0 * k, count, speed, np.minimum(count * 6 / speed / 30, 1.0)))
        folder = results / "runs" / f"free-{seed}"
        write_recording(folder, Recording(corridor, tuple(frames), ()))
        scenario = Scenario(name=folder.name, seed=seed, end_s=3600.0)
        write_record(folder, {"scenario": scenario.model_dump(mode="json")})
    return results


@pytest.fixture(scope="session")
def comparison(compared_results: Path, tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    """Four detectors on these results, compared once for all tests that only look."""
    names, out = ("sheu2004", "california7", "delos", "trees"), tmp_path_factory.mktemp("comparison")
    return compare_detectors("trial <one>", finished_runs(compared_results), names, out, 2, lambda name, done, of: None)


@pytest.fixture(scope="session")
def made_recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Recordings of two made roads: day-2 and day-10 of one, with an incident in the second, and elsewhere, incidents not known."""
    folder = tmp_path_factory.mktemp("recordings")
    count, speed = free_traffic(2)
    write_recording(folder / "day-2", Recording(ROAD, frames_of(count, speed), ()))
    count, speed = free_traffic(3)
    queue = with_queue(speed, 2900.0, 3000.0, 4200.0)
    emptied = with_empty_lane(count, 1, 4, 3000.0, 4200.0)
    write_recording(folder / "day-10", Recording(ROAD, frames_of(emptied, queue), (LOGGED,)))
    other = Corridor("other <road>", 30.0, ROAD.stations[:-1])
    count, speed = free_traffic(4)
    count[:, 2, 0] = 0
    write_recording(folder / "elsewhere", Recording(other, frames_of(count[:, :-1], speed[:, :-1]), None))
    return folder
