"""Incident detectors while loops are faulty: which loops, what is kept, and what is told."""

import base64
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from harness.commands.fault_detector_choices import fault_mask
from harness.studies.robustness.robustness_replays import faulty_share
from scenarios.corridor import Corridor, Station
from scenarios.fault import check_faults
from tests.harness.command_line import run
from tests.harness.page_laws import check_page

GOLDEN = Path(__file__).parents[3] / "golden" / "smoke-incident-2"
ROAD = Corridor("ten", 30.0, tuple(Station(f"s{k}", 500.0 * k, 4) for k in range(10)))


@pytest.mark.parametrize(("share", "loops"), [(0.0, 0), (0.01, 0.4), (0.05, 2), (0.2, 8)])
def test_a_share_is_that_many_loops_on_average_from_the_first_frame_on(share: float, loops: float) -> None:
    numbers = []
    for number in range(200):
        faults = faulty_share(ROAD, share, "dead", 600.0, 1, f"run-{number}")
        assert all(each.onset_s == 600 and each.end_s is None for each in faults)
        check_faults(faults, ROAD)
        numbers.append(len(faults))
    # Every number is the next below or above: its mean over 200 runs has a standard deviation of at most 0.5 / sqrt(200) = 0.035.
    assert max(numbers) - min(numbers) <= 1
    assert np.mean(numbers) == pytest.approx(loops, abs=0.12)


def test_a_swap_counts_for_two() -> None:
    faults = faulty_share(ROAD, 0.2, "swapped", 600.0, 1, "run")
    assert len(faults) == 4
    assert sum(len(each.loops(range(4))) for each in faults) == 8


def test_fewer_faulty_loops_are_among_more() -> None:
    few, many = (faulty_share(ROAD, share, "dead", 0.0, 1, "run") for share in (0.05, 0.2))
    assert set(few) < set(many)
    assert faulty_share(ROAD, 0.2, "dead", 0.0, 1, "other") != many


def test_every_case_is_scored_and_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("one", "two"):
        shutil.copytree(GOLDEN, tmp_path / name)
    command: list[str | Path] = [
        *("faults", "robustness"),
        tmp_path / "one",
        tmp_path / "two",
        "--detector",
        "california7",
        "--kind",
        "locked_on",
        "--share",
        "0",
        "--share",
        "0.25",
        "--mask-faults",
        "iris",
        "--jobs",
        "1",
        "--out",
        tmp_path / "out",
    ]
    assert run(*command) == 0
    told = json.loads((tmp_path / "out" / "score.json").read_text(encoding="utf-8"))
    assert [(case["share"], case["masked"]) for case in told["cases"]] == [
        (0, False),
        (0, True),
        (0.25, False),
        (0.25, True),
    ]
    assert all(case["incidents"] == 2 for case in told["cases"])
    doubts = {(row["share"], row["alarm_of"]): row for row in told["confusion"]}
    loops = 2 * 8
    # IRIS finds every loop that is locked on, in two minutes.
    assert doubts[0.25, "fault detector"]["faulty loop"] == loops
    with np.load(tmp_path / "out" / "replays" / "one.npz") as kept:
        assert kept["mask alarms 0.25 locked_on"].any(axis=0).sum() == loops / 2
    written = (tmp_path / "out" / "replays" / "one.npz").stat().st_mtime_ns
    assert {each.name for each in (tmp_path / "out").glob("*.png")} == {"curves.png", "mask.png", "reliability.png"}
    page = (tmp_path / "out" / "robustness.html").read_text(encoding="utf-8")
    assert len(check_page(page).sources) == 6, "three pictures, each wide and narrow"
    for words in (
        "In short",
        "With 25 % of the loops faulty (locked_on), california7 detects",
        "Which alarm is what",
        "iris finds",
    ):
        assert words in page
    for picture in ("curves.png", "mask.png", "reliability.png"):
        encoded = base64.b64encode((tmp_path / "out" / picture).read_bytes()).decode("ascii")
        assert encoded in page
    kept = {(each["alarm_of"], each["priors"]): each["bins"] for each in told["reliability"]}
    assert set(kept) == {
        (who, which) for who in ("incident detector", "fault detector") for which in ("shipped", "study")
    }
    alarms = sum(
        doubts[share, "fault detector"][each] for share in (0, 0.25) for each in ("incident", "faulty loop", "neither")
    )
    assert sum(each["predictions"] for each in kept["fault detector", "shipped"]) == alarms
    capsys.readouterr()
    assert run(*command) == 0  # again: nothing is replayed
    assert (tmp_path / "out" / "replays" / "one.npz").stat().st_mtime_ns == written
    assert "locked_on" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("irs", "no fault detector 'irs'; .*did you mean 'iris'"),
        ("gp_cusum", "gp_cusum is fitted to a corridor: wanted --mask-faults gp_cusum=FILE"),
        ("gp_cusum=nowhere.npz", "--mask-faults gp_cusum: no such file: nowhere.npz"),
        ("iris=x", "--mask-faults iris: no such file: x"),
    ],
)
def test_a_mask_that_cannot_be_is_refused(text: str, message: str) -> None:
    with pytest.raises((ValueError, FileNotFoundError), match=message):
        fault_mask(text)


def test_replay_takes_a_mask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert run("replay", GOLDEN, "--detector", "california7", "--mask-faults", "iris", "--out", out) == 0
    assert json.loads((out / "score.json").read_text(encoding="utf-8"))["mask_faults"] == "iris"
    assert run("replay", GOLDEN, "--mask-faults", "irs", "--out", tmp_path / "none") == 2
    assert "did you mean 'iris'" in capsys.readouterr().err


def test_runs_that_cannot_be_scored_are_named_before_anything_is_replayed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    unknown = tmp_path / "unknown"
    unknown.mkdir()
    for name in ("corridor.toml", "loops.csv.gz"):
        (unknown / name).write_bytes((GOLDEN / name).read_bytes())
    for folders, told in (
        ([GOLDEN, unknown], "wanted runs whose incidents are known"),
        ([GOLDEN, GOLDEN], "given twice?"),
    ):
        assert (
            run("faults", "robustness", *folders, "--mask-faults", "iris", "--share", "0", "--out", tmp_path / "out")
            == 2
        )
        assert told in capsys.readouterr().err
        assert not (tmp_path / "out").exists()


def test_swapped_lanes_are_never_swapped_twice() -> None:
    for run_name in ("a", "b", "c"):
        faults = faulty_share(ROAD, 0.9, "swapped", 0.0, 1, run_name)
        check_faults(faults, ROAD)
        assert faults
