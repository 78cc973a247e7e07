"""A battery's shards without SUMO: every run is the golden run's recording and decisions."""

import shutil
from dataclasses import replace
from pathlib import Path

from harness.running.run_battery import Settings, run_battery
from harness.running.sharding import Shard, shard_record, take_shard
from scenarios.files.battery_file import Battery
from scenarios.incident import Incident
from scenarios.scenario import Scenario

GOLDEN = Path(__file__).parents[1] / "golden" / "smoke-incident-2"
KEPT = ("corridor.toml", "loops.csv.gz", "incidents.csv", "decisions-sheu2004.csv.gz")


def battery(*names: str) -> Battery:
    asked = Incident(onset_s=956.0, duration_s=222.0, position_m=4082.9, lanes=(1, 2))
    runs = (Scenario(name=name, seed=k, end_s=1260.0, incidents=(asked,)) for k, name in enumerate(names))
    return Battery("tried", "a trial", tuple(runs))


def play(whole: Battery, out: Path, settings: Settings, shard: Shard | None = None) -> Path:
    """Run it with the worker that only pretends, and put the golden run's files into each run."""
    part = whole if shard is None else take_shard(whole, shard)
    record = None if shard is None else shard_record(whole, shard)
    run_battery(part, out, replace(settings, shard=record))
    for run in out.glob("runs/*/run.json"):
        for name in KEPT:
            shutil.copy(GOLDEN / name, run.parent / name)
    return out


def shards_of(whole: Battery, folder: Path, settings: Settings, of: int = 2) -> list[Path]:
    return [play(whole, folder / f"s{index}", settings, Shard(index, of)) for index in range(1, of + 1)]
