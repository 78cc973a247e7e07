"""The process of a simulation that the live service plays: a scenario in, a message with the readings of each frame out.

Started by `laneblock.play` (`harness/entry_points/laneblock.py`) with a folder that holds `scenario.json`. Messages go to standard
output, one a line; whatever else writes there, SUMO too, goes to standard error. A failure is written to `error.json` beside the
scenario (a `harness.records.failure.Failure`). It ends with the process that started it.
"""

import contextlib
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

from harness.records.failure import failure_of
from harness.service.sources.frame_readings import frame_readings
from harness.service.sources.reading_message import write_message
from scenarios.scenario import Scenario
from simulator.run import Simulation

SCENARIO_FILE, ERROR_FILE = "scenario.json", "error.json"


def play(folder: Path, messages: int) -> int:
    """Simulate the scenario of a folder and write its messages to a descriptor; return the exit code."""
    try:
        scenario = Scenario.model_validate_json((folder / SCENARIO_FILE).read_text(encoding="utf-8"))
        work = folder / "work"
        work.mkdir()
        with Simulation(scenario, work) as simulation, os.fdopen(messages, "wb") as file:
            for frame in simulation.frames():
                file.write(write_message(frame_readings(simulation.corridor, frame)) + b"\n")
                file.flush()
    except Exception as error:
        failure = failure_of(error)
        with contextlib.suppress(OSError):  # a full disk: the exit code is still returned
            (folder / ERROR_FILE).write_text(json.dumps(asdict(failure), default=str), encoding="utf-8")
        return failure.exit_code
    return 0


def main() -> None:
    """The command line of one player."""
    if len(sys.argv) != 2:
        raise SystemExit("usage: laneblock.play() with the folder of a scenario as argument")
    messages = os.dup(1)
    os.dup2(2, 1)
    os._exit(play(Path(sys.argv[1]), messages))
