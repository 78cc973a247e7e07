"""A mask travels inside a job: its file is there again on the other side, and results of another mask are refused."""

import base64
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from detectors.faults.conservation import Balance, write_balance
from harness.commands.fault_detector_choices import fault_mask
from harness.commands.scenario_choice import scenario_detectors_and_mask
from harness.records.atomic_files import write_json
from harness.records.recorded_detectors import mask_text
from harness.records.run_order import PackedMask
from harness.running.fault_mask import FaultMask, pack_mask, unpack_mask
from harness.running.run_battery import Settings, run_battery
from scenarios.corridor import Corridor, Station
from scenarios.files.battery_file import Battery
from scenarios.scenario import Scenario
from simulator.frame import Array

ROAD = Corridor("two", 30.0, (Station("a", 0.0, 2), Station("b", 800.0, 2)))
IRIS = PackedMask(name="iris")


def fitted(path: Path, stations: int = 2) -> Path:
    half: Array = np.full((stations, 2), 0.5)
    ones = np.ones(stations - 1)
    there = (("a", 0.0, 2), ("b", 800.0, 2), ("c", 1600.0, 2))[:stations]
    write_balance(path, Balance(ones, ones, half, half, {0.1: 9.0, 1.0: 6.0, 10.0: 3.0}, "by hand", there))
    return path


def test_a_fitted_mask_travels_without_its_file(tmp_path: Path) -> None:
    file = fitted(tmp_path / "site.json")
    content = file.read_bytes()
    sent = pack_mask(fault_mask(f"conservation={file}"), [ROAD, ROAD])
    assert sent is not None
    again = PackedMask.model_validate_json(sent.model_dump_json())
    file.unlink()
    work = tmp_path / "work"
    work.mkdir()
    mask = unpack_mask(again, work)
    assert mask is not None
    assert (mask.name, mask.file) == ("conservation", work / "mask.json")
    assert (work / "mask.json").read_bytes() == content
    assert mask.build(ROAD) is not None


def test_a_mask_of_rules_carries_nothing(tmp_path: Path) -> None:
    assert pack_mask(fault_mask("iris"), [ROAD]) == IRIS
    assert unpack_mask(IRIS, tmp_path) == FaultMask("iris", None)


def test_a_mask_of_another_road_is_refused_before_anything_runs(tmp_path: Path) -> None:
    mask = fault_mask(f"conservation={fitted(tmp_path / 'site.json', stations=3)}")
    with pytest.raises(
        ValueError, match=r"--mask-faults conservation=.*was fitted on stations a, b, c, this is 'two' with a, b "
    ):
        pack_mask(mask, [ROAD])


@pytest.mark.parametrize(
    ("mask", "message"),
    [
        (PackedMask(name="irs"), "no fault detector 'irs'"),
        (PackedMask(name="conservation", file="???"), "its file must be base64"),
    ],
)
def test_a_mask_that_was_spoilt_on_the_way_is_refused(mask: PackedMask, message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=message):
        unpack_mask(mask, tmp_path)


def test_a_results_folder_is_of_one_mask(tmp_path: Path, pretend_worker: None) -> None:
    battery = Battery("tried", "", (Scenario(name="a", seed=1, end_s=60),))
    bare = Settings({"silent": None})
    one, other = (
        replace(bare, mask=PackedMask(name="conservation", file=base64.b64encode(text).decode()))
        for text in (b"one", b"other")
    )
    run_battery(battery, tmp_path / "out", one)
    run_battery(battery, tmp_path / "out", one)  # goes on
    for changed, words in (bare, "none"), (other, r"conservation \(file d9298a10\)"):
        with pytest.raises(ValueError, match=rf"another mask \(conservation \(file 7692c3ad\) -> {words}"):
            run_battery(battery, tmp_path / "out", changed)
    run_battery(battery, tmp_path / "bare", bare)
    with pytest.raises(ValueError, match="another mask \\(none -> iris"):
        run_battery(battery, tmp_path / "bare", replace(bare, mask=IRIS))


def test_a_finished_run_is_repeated_with_its_mask(tmp_path: Path) -> None:
    scenario = Scenario(name="a", seed=1, end_s=960).model_dump(mode="json")
    write_json(tmp_path / "run.json", {"scenario": scenario, "parameters": {"silent": None}, "mask": {"name": "iris"}})
    assert scenario_detectors_and_mask(str(tmp_path / "run.json"))[1:] == ({"silent": None}, IRIS)
    write_json(tmp_path / "run.json", {"scenario": scenario, "parameters": {"silent": None}})
    assert scenario_detectors_and_mask(str(tmp_path / "run.json"))[2] is None


def test_results_without_a_mask_say_none() -> None:
    assert mask_text({}) == "none"
