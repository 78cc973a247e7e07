"""SUMO that dies on its way: told as the machine's failure, with the files that it read, whatever it was asked meanwhile."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from scenarios.files.scenario_loading import load_scenario
from simulator.run import Simulation
from simulator.sumo.connection import start_sumo
from simulator.sumo.sumo_errors import SumoError
from tests.simulator.own_files import own_files

pytestmark = pytest.mark.sumo


def crash_sumo(work: Path) -> None:
    """End the SUMO that works in a folder as a fault in its memory would, and wait until it is gone."""
    found = subprocess.run(["pgrep", "-f", f"sumo .*{work}/run.errors.txt"], capture_output=True, text=True, check=True)
    number = int(found.stdout.split()[0])
    os.kill(number, signal.SIGSEGV)
    os.waitpid(number, 0)


def test_the_files_to_look_at_are_named(tmp_path: Path) -> None:
    scenario = load_scenario(str(own_files(tmp_path))).scenario
    wanted = r"SUMO failed on the way to .*; is one of its files damaged\? /.*road\.net\.xml, .*cars\.rou\.xml, .*loops\.add\.xml"
    with Simulation(scenario, tmp_path, "traci") as simulation:
        frames = simulation.frames()
        next(frames)
        crash_sumo(tmp_path)
        with pytest.raises(SumoError, match=wanted):
            list(frames)


def test_whatever_it_is_asked_then_its_death_is_known(tmp_path: Path) -> None:
    own_files(tmp_path)
    sumo = start_sumo(["--net-file", str(tmp_path / "road.net.xml")], tmp_path / "run.errors.txt", "traci")
    crash_sumo(tmp_path)
    with pytest.raises(Exception) as raised:  # noqa: PT011  # traci's own
        sumo.vehicles_in_system()
    death = sumo.death(raised.value)
    sumo.close()
    assert str(death).startswith("SUMO died: ")
    assert sumo.death(KeyError("a vehicle")) is None
