"""One good, small input of every kind that a command reads, in one folder; made with laneblock itself and SUMO, in seconds.

    scenario.toml halves.toml study.toml road/site.toml     a road of two lanes and 2.6 km, runs of four minutes
    battery.toml                                            two such runs on a road that ships
    routes.toml town.toml                                   a study of a town
    schedule.toml rates.toml                                faults of loops
    results/ shard-1/ shard-2/ comparison/ baseline.json    what laneblock made of battery.toml
    recording/ plain/ parquet/ faulty/                      one of its runs as a recording, in three formats, with faults
    day-1/ day-2/ day-3/                                    recordings of three quarters of an hour
    models/                                                 parameters of every detector that takes a file
    own/                                                    a user's own SUMO files
    portland/                                               a field format

`write_texts` writes those that need no command.
"""

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import numpy as np

from scenarios.files.site_file import SHIPPED, load_site
from scenarios.files.toml_file import read_toml
from simulator.frame import LoopFrame
from simulator.recording.loop_table import write_loops
from simulator.recording.recording_folder import Recording, read_recording, write_recording
from simulator.sumo.network import build_network
from tests.harness.studies.route_loss.made_up_town import TOWN
from tests.robustness.good_texts import (
    BATTERY,
    HALVES,
    LOOPS_OF_PORTLAND,
    OWN,
    PORTLAND,
    RATES,
    ROUTES,
    SCENARIO,
    SCHEDULE,
    STUDY,
)
from tests.robustness.tree_text import toml_text

Run = Callable[..., int]
"""Runs `laneblock` with arguments in the folder of the inputs, with SUMO; returns its exit code."""

DAYS = ("day-1", "day-2", "day-3")
DETECTORS = SHIPPED.parents[1] / "detectors"
CUT_FRAMES = 52
"""Frames of two recordings that `gp_cusum_30s` is fitted on: it wants 100 at least."""
NOISE = 2
"""Vehicles added to a count, or taken off, at most."""
RECORDINGS = SHIPPED.parents[1] / "harness" / "studies" / "baseline" / "recordings"


def write_texts(folder: Path) -> None:
    """Write those inputs into `folder` that no command has to make."""
    texts = {
        "scenario.toml": SCENARIO,
        "battery.toml": BATTERY,
        "halves.toml": HALVES,
        "study.toml": STUDY,
        "routes.toml": ROUTES,
        "town.toml": TOWN,
        "schedule.toml": SCHEDULE,
        "rates.toml": RATES,
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "road").mkdir()
    road = toml_text(read_toml(SHIPPED / "roads" / "two-lanes-close" / "site.toml"))
    (folder / "road" / "site.toml").write_text(road, encoding="utf-8")
    for seed, day in enumerate(DAYS):
        _day(folder / day, seed)
    _portland(folder / "portland")


def _day(folder: Path, seed: int) -> None:
    """A shipped recording twice over, with noise in its counts: detectors of faults need different hours to learn from."""
    rng, shipped = np.random.default_rng(seed), read_recording(RECORDINGS / "two-lanes-1300")
    length_s = len(shipped.frames) * shipped.corridor.period_s
    frames = []
    for time in range(2):
        for frame in shipped.frames:
            noise = np.where(frame.count > NOISE, rng.integers(-NOISE, NOISE + 1, frame.count.shape), 0)
            counts = frame.count + noise
            frames.append(LoopFrame(frame.time_s + time * length_s, counts, frame.speed, frame.occupancy))
    write_recording(folder, Recording(shipped.corridor, tuple(frames), ()))


def make_good_inputs(folder: Path, run: Run) -> None:
    """Make all of them in `folder`. Raises RuntimeError where a command fails."""

    def laneblock(*arguments: object) -> None:
        code = run(*arguments)
        if code != 0:
            raise RuntimeError(f"laneblock {' '.join(map(str, arguments))}: exit code {code}")

    write_texts(folder)
    both = ("--detector", "silent", "--detector", "coin", "--jobs", "2", "--no-report")
    laneblock("battery", "battery.toml", "--out", "results", *both)
    for index in (1, 2):
        _shard(folder, index)
    incident = folder / "results" / "runs" / "incident-1"
    for name in ("recording", "plain"):
        (folder / name).mkdir()
        for file in ("corridor.toml", "loops.csv.gz", "incidents.csv", "truth.json", "truth_lanes.csv.gz"):
            shutil.copy(incident / file, folder / name / file)
    loops = folder / "plain" / "loops.csv.gz"
    loops.with_suffix("").write_bytes(gzip.decompress(loops.read_bytes()))
    loops.unlink()
    (folder / "parquet").mkdir()
    for name in ("corridor.toml", "incidents.csv"):
        shutil.copy(incident / name, folder / "parquet" / name)
    found = read_recording(incident)
    write_loops(folder / "parquet" / "loops.parquet", found.corridor, found.frames)
    laneblock("compare", "results", "--detector", "apid", "--out", "comparison", "--jobs", "1")
    laneblock("baseline", "save", "results", "--out", "baseline.json")
    laneblock("faults", "inject", "recording", "--faults", "rates.toml", "--out", "faulty")
    models = folder / "models"
    models.mkdir()
    for path in (*(DETECTORS / "settings").iterdir(), DETECTORS / "sheu" / "sheu2004.toml"):
        shutil.copy(path, models / path.name)
    shutil.copy(DETECTORS / "sequential" / "sequential.json", models)
    laneblock("calibrate", "conservation", "--recordings", *DAYS, "--out", "models/conservation.json")
    short = [_cut(folder, day) for day in DAYS[:2]]
    laneblock("calibrate", "gp_cusum_30s", "--recordings", *short, "--out", "models/gp_cusum_30s.npz")
    for name in short:
        shutil.rmtree(folder / name)
    _own_files(folder / "own")


def _cut(folder: Path, day: str) -> str:
    """The first frames of a day as a recording of its own: fitting `gp_cusum` takes the cube of their number."""
    name, found = f"short-{day}", read_recording(folder / day)
    write_recording(folder / name, Recording(found.corridor, found.frames[:CUT_FRAMES], ()))
    return name


def _shard(folder: Path, index: int) -> None:
    """One of two shards of the results, as `laneblock battery --shard` writes it."""
    from harness.running.sharding import Shard, shard_record, take_shard
    from scenarios.files.battery_file import load_battery

    battery, shard = load_battery(str(folder / "battery.toml")), Shard(index, 2)
    part = {scenario.name for scenario in take_shard(battery, shard).scenarios}
    out = folder / f"shard-{index}"
    (out / "runs").mkdir(parents=True)
    for name in part:
        shutil.copytree(folder / "results" / "runs" / name, out / "runs" / name)
    record = json.loads((folder / "results" / "battery.json").read_text(encoding="utf-8"))
    record["scenarios"] = [scenario for scenario in record["scenarios"] if scenario["name"] in part]
    record["shard"] = dict(shard_record(battery, shard))
    (out / "battery.json").write_text(json.dumps(record, indent=1), encoding="utf-8")


def _own_files(folder: Path) -> None:
    folder.mkdir()
    build_network(load_site("roads/two-lanes-wide"), (), folder)
    cars = "".join(
        f'<vehicle id="c{n}" type="car" route="r" depart="{2.0 * n:.1f}" departLane="best" departSpeed="max"/>\n'
        for n in range(75)
    )
    (folder / "cars.rou.xml").write_text(
        f'<routes><vType id="car" sigma="0.5"/><route id="r" edges="m0 m1"/>\n{cars}</routes>\n', encoding="utf-8"
    )
    loops = "".join(
        f'<e1Detector id="{name}{lane}" lane="m1_{lane}" pos="{pos}" period="30" file="their.xml"/>\n'
        for name, pos in (("up", 100), ("down", 500))
        for lane in range(2)
    )
    (folder / "loops.add.xml").write_text(f"<additional>\n{loops}</additional>\n", encoding="utf-8")
    (folder / "own.toml").write_text(OWN, encoding="utf-8")
    for name in ("road.net.xml", "cars.rou.xml"):
        (folder / f"{name}.gz").write_bytes(gzip.compress((folder / name).read_bytes(), mtime=0))
    packed = OWN.replace(".net.xml", ".net.xml.gz").replace(".rou.xml", ".rou.xml.gz")
    (folder / "packed.toml").write_text(packed, encoding="utf-8")


def _portland(folder: Path) -> None:
    folder.mkdir()
    for name, text in PORTLAND.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    minutes = [f"{9 + k // 180}:{k // 3 % 60:02d}:{20 * (k % 3):02d}" for k in range(90)]
    with ZipFile(folder / "TRAFFIC.zip", "w") as archive:
        for table, value, seconds in (("speed", "60.0", True), ("volume", "3.0", True), ("label", "0", False)):
            lines = [",".join(("", *LOOPS_OF_PORTLAND))]
            for time in minutes:
                shown = f"2011-09-15 {time}" if seconds else f"2011/09/15 {time.rpartition(':')[0]}"
                lines.append(",".join((shown, *[value] * len(LOOPS_OF_PORTLAND))))
            archive.writestr(f"TRAFFIC/{table}.csv", "\n".join(lines) + "\n")
