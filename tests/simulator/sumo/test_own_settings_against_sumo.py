"""Settings of a user's configuration hold: loops count what those of the plain `sumo` with the same options count."""

import subprocess
from collections import defaultdict
from pathlib import Path
from xml.etree.ElementTree import iterparse

import numpy as np
import pytest

from scenarios.files.scenario_loading import load_scenario
from simulator.run import Simulation
from simulator.sumo.sumo_programs import binary
from tests.simulator.own_files import own_files

pytestmark = pytest.mark.sumo

WARM_UP_S, END_S, SEED = 90.0, 240.0, 3
SCENARIO = """
seed = {seed}
warm_up_s = {warm_up_s}
end_s = {end_s}
[network]
config = "my.sumocfg"
corridor = ["m0", "m1"]
"""
OURS = ("--time-to-teleport", "-1", "--collision.action", "warn", "--thread-rngs", "2048", "--no-step-log")
"""What laneblock sets itself: it says so in the guide and in notes."""


def counts_of_sumo(config: Path, end_s: float) -> dict[tuple[float, str], float]:
    """Vehicles counted by the plain program, by the interval's end and loop."""
    command = [binary("sumo"), "-c", str(config), "--seed", str(SEED), "--end", f"{end_s:g}", *OURS]
    subprocess.run(command, cwd=config.parent, check=True, capture_output=True, timeout=60)
    counts = {}
    for _, element in iterparse(config.parent / "their.xml"):
        if element.tag == "interval":
            counts[float(element.get("end", "")), element.get("id", "")] = float(element.get("nVehContrib", ""))
    return counts


@pytest.mark.parametrize(
    ("options", "begin_s"),
    [
        ('<step-length value="0.5"/>', 0.0),
        ('<begin value="21600"/>', 21600.0),
        ('<lateral-resolution value="0.8"/>', 0.0),
        ('<scale value="0.6"/>', 0.0),
        ('<default.action-step-length value="2"/><default.speeddev value="0"/>', 0.0),
    ],
    ids=["half a second", "six o'clock", "sublane", "scale", "action step"],
)
def test_counts_are_those_of_sumo_with_the_same_options(tmp_path: Path, options: str, begin_s: float) -> None:
    own_files(tmp_path)
    cars = "".join(
        f'<vehicle id="c{n}" type="car" route="r" depart="{begin_s + n / 1.5:.2f}" departLane="best" departSpeed="max"/>\n'
        for n in range(330)
    )
    (tmp_path / "cars.rou.xml").write_text(
        f'<routes><vType id="car" sigma="0.5"/><route id="r" edges="m0 m1"/>\n{cars}</routes>', encoding="utf-8"
    )
    config = tmp_path / "my.sumocfg"
    files = (
        '<net-file value="road.net.xml"/><route-files value="cars.rou.xml"/><additional-files value="loops.add.xml"/>'
    )
    config.write_text(f"<configuration>{files}{options}</configuration>", encoding="utf-8")
    times = {"seed": SEED, "warm_up_s": begin_s + WARM_UP_S, "end_s": begin_s + END_S}
    (tmp_path / "own.toml").write_text(SCENARIO.format(**times), encoding="utf-8")
    (tmp_path / "work").mkdir()
    with Simulation(load_scenario(str(tmp_path / "own.toml")).scenario, tmp_path / "work") as simulation:
        frames = list(simulation.frames())
        outcome = simulation.finish()
    plain = counts_of_sumo(config, begin_s + END_S)
    ours: dict[tuple[float, str], float] = defaultdict(float)
    for frame in frames:
        for station, name in enumerate(("up", "down")):
            for lane in range(3):
                ours[frame.time_s, f"{name}{lane}"] = float(frame.count[station, lane])
    assert len(frames) == 5
    assert ours == {key: count for key, count in plain.items() if key[0] > begin_s + WARM_UP_S}
    assert np.nansum(list(ours.values())) > 100
    assert outcome.traffic.lost in (0, None)
