"""A user's own SUMO files: a three-lane road of 2.4 km with two stations, and a scenario on it."""

from pathlib import Path

from scenarios.site import Site
from simulator.sumo.network import build_network

SITE = Site.model_validate(
    {
        "name": "own",
        "lanes": 3,
        "speed_limit_mps": 29.06,
        "feeder_m": 1000.0,
        "run_out_m": 600.0,
        "station": [{"name": "a", "position_m": 0.0}, {"name": "b", "position_m": 800.0}],
    }
)
SCENARIO = """
seed = 3
warm_up_s = 90
end_s = 600
[network]
net_file = "road.net.xml"
route_files = ["cars.rou.xml"]
additional_files = ["loops.add.xml"]
corridor = ["m0", "m1"]
[incident]
onset_s = 217
duration_s = 180
position_m = 1500
lanes = [0]
"""


def own_files(folder: Path) -> Path:
    """A three-lane road of 2.4 km made elsewhere, 5400 veh/h of one type, two stations at 900 and 1900 m of the corridor."""
    build_network(SITE, (), folder)
    cars = "".join(
        f'<vehicle id="c{n}" type="car" route="r" depart="{n / 1.5:.2f}" departLane="best" departSpeed="max"/>\n'
        for n in range(880)
    )
    (folder / "cars.rou.xml").write_text(
        f'<routes><vType id="car" sigma="0.5"/><route id="r" edges="m0 m1"/>\n{cars}</routes>', encoding="utf-8"
    )
    loops = "".join(
        f'<e1Detector id="{name}{lane}" lane="m1_{lane}" pos="{pos}" period="30" file="their.xml"/>\n'
        for name, pos in (("up", 500), ("down", 1500))
        for lane in range(3)
    )
    (folder / "loops.add.xml").write_text(f"<additional>{loops}</additional>", encoding="utf-8")
    path = folder / "own.toml"
    path.write_text(SCENARIO, encoding="utf-8")
    return path
