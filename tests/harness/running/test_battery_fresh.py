"""`--fresh`: old results are renamed, none is deleted, and nobody else's folder is touched."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from detectors.catalogue import fingerprint
from harness.records.folder_lock import lock_folder
from harness.running.run_battery import Settings, run_battery
from scenarios.errors import UserError
from tests.harness.running.made_batteries import battery, names_in, retrain


def test_fresh_renames_the_old_results_and_deletes_nothing(
    tmp_path: Path, trees: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, before = tmp_path / "out", fingerprint("trees")
    run_battery(battery("a", "b"), out, trees)
    after = retrain(tmp_path, monkeypatch)
    fresh = replace(trees, fresh=True)
    assert run_battery(battery("a"), out, fresh).finished == ("a",)
    run_battery(battery("a"), out, fresh)
    found = {
        each: json.loads((each / "battery.json").read_text())["fingerprints"]["trees"] for each in tmp_path.glob("out*")
    }
    assert found == {tmp_path / "out.old-1": before, tmp_path / "out.old-2": after, out: after}
    assert names_in(tmp_path / "out.old-1") == ["a", "b"]


def test_fresh_where_nothing_is_yet_just_starts(tmp_path: Path, settings: Settings) -> None:
    assert run_battery(battery("a"), tmp_path / "out", replace(settings, fresh=True)).finished == ("a",)
    assert [each.name for each in tmp_path.glob("out*")] == ["out"]


def test_fresh_leaves_a_folder_alone_that_another_process_works_on(tmp_path: Path, settings: Settings) -> None:
    out = tmp_path / "out"
    run_battery(battery("a"), out, settings)
    with lock_folder(out), pytest.raises(UserError, match="another process"):
        run_battery(battery("a"), out, replace(settings, fresh=True))
    assert names_in(out) == ["a"]


def test_fresh_does_not_rename_the_working_folder(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    run_battery(battery("a"), out, settings)
    monkeypatch.chdir(out / "runs")
    with pytest.raises(UserError, match="start it from another folder"):
        run_battery(battery("a"), out, replace(settings, fresh=True))


def test_fresh_moves_runs_aside_whose_record_is_lost(tmp_path: Path, settings: Settings) -> None:
    out = tmp_path / "out"
    run_battery(battery("a", "b"), out, settings)
    (out / "battery.json").unlink()
    assert run_battery(battery("a"), out, replace(settings, fresh=True)).finished == ("a",)
    assert names_in(tmp_path / "out.old-1") == ["a", "b"]
