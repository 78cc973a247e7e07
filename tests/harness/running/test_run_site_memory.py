"""A run's detector begins with what the run before it has learned; in SUMO, two minutes each."""

import json
from pathlib import Path

import pytest

from harness.records.run_order import Job
from harness.running.carried_memory import CarriedMemory
from harness.running.run_interactive import run_interactively
from scenarios.scenario import Scenario


@pytest.mark.sumo
def test_second_run_begins_with_the_memory_of_the_first_and_says_so(tmp_path: Path) -> None:
    before = []
    for seed in (1, 2):
        job = Job(scenario=Scenario(name="one", seed=seed, warm_up_s=60, end_s=180), detectors={"sequential": None})
        run = run_interactively(job, tmp_path / "out", memory=CarriedMemory(tmp_path / "site.npz"))
        before.append(json.loads((run / "run.json").read_text(encoding="utf-8"))["site_memory"]["sequential"])
    assert [one["frames_before"] for one in before] == [0, 4]
    assert CarriedMemory(tmp_path / "site.npz").observed["sequential"].frames == 8
