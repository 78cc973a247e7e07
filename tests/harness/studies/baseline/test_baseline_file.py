"""A baseline's file: what no run can have given is one message, and no figure is nan."""

import json
from pathlib import Path
from typing import Any

import pytest

from harness.studies.baseline.baseline_file import read_baseline
from harness.studies.baseline.collect_baseline import SHIPPED_BASELINE
from scenarios.errors import UserError


def changed(path: Path, **fields: Any) -> Path:
    """The shipped baseline with other fields in one run's first incident, or in the run."""
    content = json.loads(SHIPPED_BASELINE.read_text(encoding="utf-8"))
    runs = next(iter(content["detectors"].values()))["runs"]
    run = next(run for run in runs.values() if run["incidents"])
    for key, value in fields.items():
        (run if key in run else run["incidents"][0])[key] = value
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "fields",
    [
        {"ttd_s": float("nan"), "detected": True},
        {"ttd_s": None, "detected": True},
        {"ttd_s": 30.0, "detected": False},
        {"false_alarms": -1},
        {"corridor_days": -0.5},
    ],
)
def test_what_no_run_has_given_is_refused_with_its_place(tmp_path: Path, fields: dict[str, Any]) -> None:
    file = changed(tmp_path / "baseline.json", **fields)
    with pytest.raises(UserError, match=rf"^{file}: "):
        read_baseline(file)
