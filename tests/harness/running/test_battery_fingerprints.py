"""Results belong to the detectors that made them: another model or parameters are refused, with both fingerprints."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from detectors.catalogue import fingerprint
from harness.running.run_battery import Settings, run_battery
from harness.running.run_defaults import shipped_text
from scenarios.errors import UserError
from tests.harness.running.made_batteries import battery, retrain, without_fingerprints


def test_results_keep_the_fingerprint_of_every_detector(tmp_path: Path, trees: Settings) -> None:
    run_battery(battery("a"), tmp_path / "out", trees)
    record = json.loads((tmp_path / "out" / "battery.json").read_text())
    assert record["fingerprints"] == {"trees": fingerprint("trees")}


def test_a_retrained_detector_is_refused_with_both_fingerprints_and_the_way_out(
    tmp_path: Path, trees: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, before = tmp_path / "out", fingerprint("trees")
    run_battery(battery("a"), out, trees)
    after = retrain(tmp_path, monkeypatch)
    with pytest.raises(UserError) as refused:
        run_battery(battery("a"), out, trees)
    assert str(refused.value) == (
        f"{out} was not made with these detectors: trees: other model or parameters ({before[:12]} -> {after[:12]}): "
        f"laneblock battery NAME --fresh --out {out} renames it and starts anew; or use another --out"
    )


def test_a_changed_number_in_a_parameter_file_is_refused_and_a_changed_comment_is_not(
    tmp_path: Path, settings: Settings
) -> None:
    text = str(shipped_text("sheu2004"))
    first = replace(settings, detectors={"sheu2004": text})
    run_battery(battery("a"), tmp_path / "out", first)
    run_battery(battery("a"), tmp_path / "out", replace(settings, detectors={"sheu2004": f"# mine\n{text}"}))
    changed = text.replace("clip = 0.01", "clip = 0.02")
    assert changed != text
    with pytest.raises(UserError, match=r"sheu2004: other model or parameters \(298c2ed9b45d -> "):
        run_battery(battery("a"), tmp_path / "out", replace(settings, detectors={"sheu2004": changed}))


def test_older_results_of_a_shipped_model_are_refused_as_nobody_knows_which_it_was(
    tmp_path: Path, trees: Settings
) -> None:
    run_battery(battery("a"), tmp_path / "out", trees)
    without_fingerprints(tmp_path / "out")
    with pytest.raises(UserError, match=r"trees: the older results do not say which model made them \(unknown -> "):
        run_battery(battery("a"), tmp_path / "out", trees)


@pytest.mark.parametrize("detectors", [{"silent": None}, {"sheu2004": shipped_text("sheu2004")}])
def test_older_results_that_hold_all_parameters_go_on(
    detectors: dict[str, str | None], tmp_path: Path, settings: Settings
) -> None:
    run_battery(battery("a"), tmp_path / "out", replace(settings, detectors=detectors))
    without_fingerprints(tmp_path / "out")
    assert run_battery(battery("a"), tmp_path / "out", replace(settings, detectors=detectors)).finished == ("a",)


def test_finished_recordings_serve_whichever_model_watched_them(
    tmp_path: Path, trees: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, recordings = tmp_path / "out", replace(trees, recordings_only=True)
    run_battery(battery("a", "b"), out, trees)
    retrain(tmp_path, monkeypatch)
    assert run_battery(battery("a", "b"), out, recordings).finished == ("a", "b")
    (out / "runs" / "b" / "run.json").unlink()
    with pytest.raises(UserError, match="trees: other model or parameters"):
        run_battery(battery("a", "b"), out, recordings)
