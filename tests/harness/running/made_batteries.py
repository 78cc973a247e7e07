"""Batteries of runs that pretend, older results, another model."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from detectors.catalogue import DETECTORS, fingerprint
from harness.records.battery_folder import finished_runs
from scenarios.files.battery_file import Battery
from scenarios.scenario import Scenario


def battery(*names: str, seed: int = 1) -> Battery:
    return Battery("tried", "", tuple(Scenario(name=name, seed=seed, end_s=60) for name in names))


def names_in(out: Path) -> list[str]:
    return [run.name for run in finished_runs(out)]


def retrain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Ship another model of `trees`, one number of which differs; return its fingerprint."""
    entry = DETECTORS["trees"]
    assert entry.shipped is not None
    content = json.loads(entry.shipped(1.0).read_text(encoding="utf-8"))
    content["model"]["baseline"] += 1e-6
    file = tmp_path / "retrained.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    monkeypatch.setitem(DETECTORS, "trees", replace(entry, shipped=lambda aim: file))
    return fingerprint("trees")


def without_fingerprints(out: Path) -> None:
    """Make the results those of a laneblock that is older than fingerprints."""
    record = json.loads((out / "battery.json").read_text())
    younger = ("fingerprints", "detector_code", "simulation_code", "files")
    kept = {key: value for key, value in record.items() if key not in younger}
    (out / "battery.json").write_text(json.dumps(kept), encoding="utf-8")
