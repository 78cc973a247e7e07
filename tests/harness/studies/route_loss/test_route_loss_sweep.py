"""A sweep changes one choice at a time, and measures again only where the routes change."""

from pathlib import Path
from typing import cast

import pytest

from harness.studies.route_loss import route_loss_sweep
from harness.studies.route_loss.route_loss_measurements import Measurements
from harness.studies.route_loss.route_loss_sweep import sweep_settings
from scenarios.city import City
from scenarios.files.route_loss_study_file import FaultStudy, Sweep
from tests.harness.studies.route_loss.made_up_town import STUDY

RANGES = Sweep(
    fault_share=(0.1, 0.5), slack=(0.25,), fault_hours=(2.0,), magnitude=((0.2, 0.4),), between=(("A 0", "A 2"),)
)
WANTED: list[tuple[str, str, dict[str, object]]] = [
    ("P(fault)", "0.1", {"fault_share": 0.1}),
    ("P(fault)", "0.5", {"fault_share": 0.5}),
    ("b", "0.25", {"slack": 0.25}),
    ("fault hours", "2", {"fault_hours": 2.0}),
    ("magnitude", "0.2 to 0.4", {"magnitude": (0.2, 0.4)}),
    ("all queries", "A 0 to A 2", {"between": ("A 0", "A 2")}),
]


def test_each_value_is_studied_alone_on_what_was_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own, again = object(), object()
    studied: list[tuple[FaultStudy, object]] = []
    told: list[tuple[str, int, int]] = []

    def evaluate(study: FaultStudy, measured: object) -> tuple[()]:
        studied.append((study, measured))
        return ()

    monkeypatch.setattr(route_loss_sweep, "evaluate_study", evaluate)
    monkeypatch.setattr(route_loss_sweep, "measure_study", lambda *given: again)
    study = STUDY.model_copy(update={"sweep": RANGES})
    rows = sweep_settings(
        study, cast(City, None), tmp_path, cast(Measurements, own), (), lambda *shown: told.append(shown)
    )
    assert [(row.what, row.value) for row in rows] == [
        ("as studied", ""),
        *((what, value) for what, value, _ in WANTED),
    ]
    assert [given[0] for given in studied] == [study.model_copy(update=changed) for *_, changed in WANTED]
    assert [given[1] for given in studied] == [own] * 5 + [again]  # other places, other routes
    assert told == [(f"{what} {value}", number, 6) for number, (what, value, _) in enumerate(WANTED, 1)]


def test_nothing_to_sweep_makes_no_rows(tmp_path: Path) -> None:
    study = STUDY.model_copy(update={"sweep": Sweep()})
    assert sweep_settings(study, cast(City, None), tmp_path, cast(Measurements, None), (), lambda *_: None) == []
