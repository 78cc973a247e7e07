"""The truth of a run goes through its files unchanged."""

import json
import math
from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
import pytest

from simulator.recording.truth_files import read_truth, write_truth
from simulator.truth import Carrying, LaneChanges, LaneTruth, ObservedIncident, OwnEffect, Truth

INCIDENT = ObservedIncident(905.3, 1210.25, 2000.1, (0, 1), 2, 960.0, True, 12.5, 31.0)
TRUTH = Truth(
    incidents=(INCIDENT, replace(INCIDENT, onset_s=2000.0, clearance_s=2500.0, impact=False)),
    carrying=(Carrying(2, 930.0, 1500.0), Carrying(1, 1020.0, 1410.0)),
    lanes=(
        LaneTruth(930.0, 0, 0, 3.0, 12.0, 1.0, 8.0, 2.0, 0.1 + 0.2),
        LaneTruth(930.0, 0, 1, 0.0, 0.0, 0.0, 0.0, 0.0, math.nan),
    ),
    lane_changes=(LaneChanges(930.0, 0, "upstream", 0, 1, 2), LaneChanges(930.0, 0, "downstream", 1, 0, 1)),
    collisions=0,
    teleports=1,
    own_effects=(
        OwnEffect("stop", "vehicle 'ü' stood", 2, 2, 905.3, 1210.25, 0),
        OwnEffect("speed sign", "sign", 0, 3, 0.0, 3600.0, None),
    ),
)


def test_a_truth_comes_back_equal(tmp_path: Path) -> None:
    write_truth(tmp_path, TRUTH)
    read = read_truth(tmp_path)
    # NaN differs from itself; repr does not.
    assert repr(read) == repr(TRUTH)
    assert read.incidents == TRUTH.incidents
    assert astuple(read.lanes[0]) == astuple(TRUTH.lanes[0])


def test_an_empty_truth_comes_back_equal(tmp_path: Path) -> None:
    write_truth(tmp_path, Truth((), (), (), (), 0, 0))
    assert read_truth(tmp_path) == Truth((), (), (), (), 0, 0)


def test_a_truth_of_an_older_laneblock_has_no_own_effects(tmp_path: Path) -> None:
    write_truth(tmp_path, TRUTH)
    path = tmp_path / "truth.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    del content["own_effects"]
    path.write_text(json.dumps(content), encoding="utf-8")
    assert read_truth(tmp_path).own_effects == ()
    assert read_truth(tmp_path).incidents == TRUTH.incidents


def test_an_incident_on_the_shoulder_is_told_and_others_have_the_fields_they_always_had(tmp_path: Path) -> None:
    beside = replace(INCIDENT, lanes=(), no_lane=True)
    write_truth(tmp_path, replace(TRUTH, incidents=(INCIDENT, beside)))
    assert read_truth(tmp_path).incidents == (INCIDENT, beside)
    first, second = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))["incidents"]
    assert set(second) - set(first) == {"no_lane"}


def test_what_is_not_known_is_null(tmp_path: Path) -> None:
    unknown = replace(INCIDENT, earliest_evidence_s=math.nan, delay_veh_h=math.nan, queue_max_veh=math.nan)
    write_truth(tmp_path, replace(TRUTH, incidents=(unknown,)))
    written = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))
    assert written["incidents"][0]["earliest_evidence_s"] is None
    assert repr(read_truth(tmp_path).incidents) == repr((unknown,))


def test_numbers_of_numpy_are_written_as_numbers(tmp_path: Path) -> None:
    changed = replace(INCIDENT, impact=np.bool_(False), section=np.int64(2), delay_veh_h=np.float64(0.1))  # type: ignore[arg-type]
    write_truth(tmp_path, replace(TRUTH, incidents=(changed,)))
    assert read_truth(tmp_path).incidents == (replace(INCIDENT, impact=False, delay_veh_h=0.1),)


def test_equal_truths_give_equal_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_truth(tmp_path / name, TRUTH)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()


def test_without_the_tables_lanes_are_not_known(tmp_path: Path) -> None:
    write_truth(tmp_path, TRUTH)
    (tmp_path / "truth_lanes.csv.gz").unlink()
    (tmp_path / "truth_changes.csv.gz").unlink()
    assert read_truth(tmp_path) == replace(TRUTH, lanes=(), lane_changes=())


def test_a_missing_truth_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"truth.json: no such file"):
        read_truth(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"collisions"', "collisions", r"broken JSON: .*line \d+"),
        ('"onset_s"', '"onset"', r"incidents\[0\] needs the fields .*, got \["),
        ('"onset_s": 905.3', '"onset_s": "soon"', r"incidents\[0\].onset_s does not fit, got 'soon'"),
        ('"onset_s": 905.3', '"onset_s": true', r"incidents\[0\].onset_s does not fit, got True"),
        ('"section": 2', '"section": 2.5', r"incidents\[0\].section does not fit, got 2.5"),
        ('"impact": true', '"impact": 1', r"incidents\[0\].impact does not fit, got 1"),
        ('"carrying"', '"carried"', r"carrying needs a list, got None"),
        ('"teleports": 1', '"teleports": null', r"teleports does not fit, got None"),
    ],
)
def test_a_wrong_truth_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    write_truth(tmp_path, TRUTH)
    path = tmp_path / "truth.json"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=f"truth.json: {message}"):
        read_truth(tmp_path)
