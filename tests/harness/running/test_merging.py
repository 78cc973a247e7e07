"""Shards put together again: the same results as in one piece, and only of what belongs together."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from harness.reporting.evaluate_results import evaluate
from harness.running.merging import merge_shards
from harness.running.run_battery import Settings, run_battery
from harness.running.sharding import Shard
from scenarios.errors import UserError
from tests.harness.pretended_shards import battery, play, shards_of


@pytest.fixture
def settings(pretend_worker: None) -> Settings:
    return Settings({"sheu2004": None})


def read(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text())
    return content


def test_scores_after_merging_are_those_of_the_battery_in_one_piece(tmp_path: Path, settings: Settings) -> None:
    whole = battery("b", "a", "d", "c", "e")
    one_piece = play(whole, tmp_path / "whole", settings)
    merged = merge_shards(shards_of(whole, tmp_path, settings, 3), tmp_path / "merged", "laneblock merge")
    assert merged.finished == ("b", "a", "d", "c", "e")
    assert not merged.failed
    assert not merged.missing
    for folder in (one_piece, tmp_path / "merged"):
        evaluate(folder, report=False)
    for name in ("incidents.csv", "alarms.csv", "runs.csv", "summary.txt"):
        assert (tmp_path / "merged" / name).read_bytes() == (one_piece / name).read_bytes()
    scores = [read(folder / "score.json") for folder in (one_piece, tmp_path / "merged")]
    for score in scores:
        del score["command"]
    assert scores[0] == scores[1]
    assert scores[0]["detected"] == 5


def test_the_battery_goes_on_in_the_merged_folder(tmp_path: Path, settings: Settings) -> None:
    whole = battery("a", "b", "c")
    merge_shards(shards_of(whole, tmp_path, settings), tmp_path / "merged", "")
    outcomes: list[str] = []
    run_battery(whole, tmp_path / "merged", settings, "", lambda progress: outcomes.append(progress.outcome))
    assert outcomes == ["kept"] * 3
    assert merge_shards([tmp_path / "s1", tmp_path / "s2"], tmp_path / "merged", "").finished == ("a", "b", "c")


def test_a_run_that_failed_in_its_shard_is_told_of_and_can_be_run_in_the_merged_folder(
    tmp_path: Path, settings: Settings
) -> None:
    merged = merge_shards(shards_of(battery("a", "refused", "c"), tmp_path, settings), tmp_path / "merged", "")
    assert (merged.finished, merged.failed, merged.missing) == (("a", "c"), ("refused",), ())
    assert read(tmp_path / "merged" / "failed" / "refused.json")["reason"] == "SUMO said no"
    assert (tmp_path / "merged" / "failed" / "refused.log.txt").read_text(encoding="utf-8") == "Traceback of refused"


def test_a_run_that_no_shard_has_finished_is_missing(tmp_path: Path, settings: Settings) -> None:
    shards = shards_of(battery("a", "b"), tmp_path, settings)
    shutil.rmtree(next(shards[1].glob("runs/*")))
    assert len(merge_shards(shards, tmp_path / "merged", "").missing) == 1


def test_what_does_not_belong_together_is_refused(tmp_path: Path, settings: Settings) -> None:
    one, two = shards_of(battery("a", "b"), tmp_path, settings)
    out = tmp_path / "merged"
    with pytest.raises(ValueError, match=r"wanted all 2 shards, missing: 2/2"):
        merge_shards([one], out, "")
    with pytest.raises(ValueError, match=r"shard 1/2 is there twice: .*s1 and .*again"):
        merge_shards([one, Path(shutil.copytree(one, tmp_path / "again")), two], out, "")
    with pytest.raises(ValueError, match="is no shard: it was run without --shard"):
        merge_shards([play(battery("a", "b"), tmp_path / "whole", settings)], out, "")
    with pytest.raises(FileNotFoundError, match="holds no battery's results"):
        merge_shards([one, tmp_path], out, "")
    others = shards_of(battery("a", "x"), tmp_path / "others", settings)
    with pytest.raises(ValueError, match="do not belong together: their batteries' scenarios differ"):
        merge_shards([one, others[1]], out, "")
    thirds = shards_of(battery("a", "b", "c"), tmp_path / "thirds", settings, 3)
    with pytest.raises(ValueError, match="one of 2 shards, one of 3"):
        merge_shards([one, thirds[1]], out, "")
    with pytest.raises(ValueError, match="is a shard itself"):
        merge_shards([one, two], one, "")
    assert not out.exists()


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("name", "other", "their name differ: 'tried' and 'other'"),
        ("detectors", ["trees"], r"their detectors differ: \['sheu2004'\] and \['trees'\]"),
        ("fingerprints", {"sheu2004": "f" * 64}, "sheu2004: other model or parameters .298c2ed9b45d -> ffffffffffff."),
        ("versions", {"libsumo": "1.0"}, "SUMO 1.28.0 and 1.0"),
    ],
)
def test_shards_made_otherwise_are_refused(
    tmp_path: Path, settings: Settings, key: str, value: object, words: str
) -> None:
    one, two = shards_of(battery("a", "b"), tmp_path, settings)
    (two / "battery.json").write_text(json.dumps({**read(two / "battery.json"), key: value}))
    with pytest.raises(ValueError, match=words):
        merge_shards([one, two], tmp_path / "merged", "")


def test_a_folder_of_one_shard_takes_no_other(tmp_path: Path, settings: Settings) -> None:
    whole = battery("a", "b")
    play(whole, tmp_path / "s", settings, Shard(1, 2))
    with pytest.raises(ValueError, match="holds shard 1/2 of tried, this is shard 2/2"):
        play(whole, tmp_path / "s", settings, Shard(2, 2))
    with pytest.raises(ValueError, match="holds shard 1/2 of tried, this is the whole"):
        play(whole, tmp_path / "s", settings)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [("shard", {"index": 1}, r"shard\.of: wanted, but missing"), ("scenarios", 3, "scenarios: wanted")],
)
def test_a_record_that_is_not_whole_is_refused(
    tmp_path: Path, settings: Settings, key: str, value: object, words: str
) -> None:
    shards = shards_of(battery("a", "b"), tmp_path, settings)
    record = shards[0] / "battery.json"
    record.write_text(json.dumps(read(record) | {key: value}), encoding="utf-8")
    with pytest.raises(ValueError, match=words):
        merge_shards(shards, tmp_path / "merged", "")
    assert not (tmp_path / "merged").exists()


def changed(folder: Path, **fields: object) -> None:
    """Write other fields into a shard's record."""
    (folder / "battery.json").write_text(json.dumps(read(folder / "battery.json") | fields), encoding="utf-8")


def test_a_name_that_leads_out_of_the_folder_is_refused_and_nothing_is_written(
    tmp_path: Path, settings: Settings
) -> None:
    shards = shards_of(battery("a", "b"), tmp_path, settings)
    record = read(shards[0] / "battery.json")
    outside = {**record["scenarios"][0], "name": "../../payload"}
    for fields in (
        {"scenarios": [*record["scenarios"], outside]},
        {"shard": record["shard"] | {"runs": ["a", "../../payload"]}},
        {"detectors": ["../../payload"]},
    ):
        changed(shards[0], **{**record, **fields})
        with pytest.raises(UserError, match=r"battery\.json: .*wanted letters, digits"):
            merge_shards(shards, tmp_path / "merged", "")
    assert not (tmp_path / "merged").exists()


def test_runs_that_are_no_runs_of_the_battery_are_refused(tmp_path: Path, settings: Settings) -> None:
    one, two = shards_of(battery("a", "b"), tmp_path, settings)
    record = read(one / "battery.json")
    changed(one, scenarios=[*record["scenarios"], {**record["scenarios"][0], "name": "x"}])
    with pytest.raises(UserError, match="its run 'x' is no run of the battery"):
        merge_shards([one, two], tmp_path / "merged", "")
    changed(one, scenarios=record["scenarios"], shard=record["shard"] | {"runs": ["a", "b", "x"]})
    changed(two, shard=read(two / "battery.json")["shard"] | {"runs": ["a", "b", "x"]})
    with pytest.raises(UserError, match="no shard holds the run 'x'"):
        merge_shards([one, two], tmp_path / "merged", "")


def test_a_link_out_of_a_shard_is_not_followed(tmp_path: Path, settings: Settings) -> None:
    shards = shards_of(battery("a", "b"), tmp_path, settings)
    secret = tmp_path / "secret.txt"
    secret.write_text("mine", encoding="utf-8")
    run = next(shards[0].glob("runs/*"))
    (run / "notes.txt").symlink_to(secret)
    with pytest.raises(UserError, match=r"notes\.txt: wanted a file of the shard"):
        merge_shards(shards, tmp_path / "merged", "")
    assert not (tmp_path / "merged").exists()


def test_a_merge_that_was_interrupted_goes_on(tmp_path: Path, settings: Settings) -> None:
    shards, out = shards_of(battery("a", "b", "c"), tmp_path, settings), tmp_path / "merged"
    merge_shards(shards, out, "")
    shutil.rmtree(out / "runs" / "a")
    half = out / "runs" / ".a.merge.part"
    half.mkdir()
    (half / "run.json").write_text("{", encoding="utf-8")
    assert merge_shards(shards, out, "").finished == ("a", "b", "c")
    assert not half.exists()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"simulation_code": "0" * 64}, "laneblock's own code that simulates differs"),
        ({"backend": "traci"}, "their backend differ"),
    ],
)
def test_shards_of_other_code_or_backend_do_not_belong_together(
    tmp_path: Path, settings: Settings, fields: dict[str, str], words: str
) -> None:
    shards = shards_of(battery("a", "b"), tmp_path, settings)
    changed(shards[1], **fields)
    with pytest.raises(UserError, match=words):
        merge_shards(shards, tmp_path / "merged", "")


def test_a_merge_into_results_of_other_detectors_is_refused(tmp_path: Path, settings: Settings) -> None:
    shards = shards_of(battery("a", "b"), tmp_path, settings)
    merge_shards(shards, tmp_path / "merged", "")
    others = shards_of(battery("a", "b"), tmp_path / "others", Settings({"silent": None}))
    with pytest.raises(UserError, match=r"holds other results \(detectors, "):
        merge_shards(others, tmp_path / "merged", "")


def test_a_scenario_that_none_could_have_run_is_refused(tmp_path: Path, settings: Settings) -> None:
    one, two = shards_of(battery("a", "b"), tmp_path, settings)
    (scenario,) = read(one / "battery.json")["scenarios"]
    changed(one, scenarios=[{**scenario, "slow_vehicles": "=1+2"}])
    with pytest.raises(ValueError, match=r"battery\.json: a: no scenario of this version: .*slow_vehicles"):
        merge_shards([one, two], tmp_path / "merged", "")
    assert not (tmp_path / "merged").exists()
