"""A detector's file against new days: drift of a known size, false alarms against the aim, the verdict."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from detectors.calibration.day_means import day_means
from detectors.calibration.file_amendment import amend
from detectors.calibration.normal_file import normal_table
from detectors.calibration.stored_text import shipped_text
from detectors.learned.learned_model_file import read_learned, write_learned
from harness.reporting.figures.figure_style import png
from harness.running.detector_versions import data_digest
from harness.scoring.intervals import poisson
from harness.studies.drift.drift_check import DriftCheck, RateCheck, check_drift
from harness.studies.drift.drift_figure import draw_drift
from harness.studies.drift.drift_text import drift_document, drift_text, hour_name, verdict
from scenarios.corridor import Corridor, Station
from simulator.recording.recording_folder import Recording
from tests.harness.site_recordings import noisy_day

HISTORY = [noisy_day(seed) for seed in range(4)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("site") / "site.toml"
    file.write_text(shipped_text("snd", ".toml"), encoding="utf-8")
    entries = {"version": "3", "date": "2026-11-30", "days": "4 days", "data": data_digest(HISTORY)}
    amend(file, ".toml", entries, normal_table(day_means(HISTORY).normal(24)))
    return file


def new_days(share: float = 1.0, speed: float = 27.0) -> list[Recording]:
    return [noisy_day(seed, share, speed) for seed in (31, 32, 33)]


def checked(site: Path, runs: list[Recording], detector: str = "snd") -> DriftCheck:
    return check_drift(detector, site, runs, 1.0)


def test_days_like_those_of_the_calibration_have_not_moved(site: Path) -> None:
    found = checked(site, new_days())
    assert found.drift is not None
    assert not found.drift.drifted


def test_a_change_of_traffic_is_found_at_its_size(site: Path) -> None:
    found = checked(site, new_days(share=1.4))
    assert found.drift is not None
    # 700 veh/h a lane counted over two lanes for a day: known to 1 %
    assert found.drift.now[:, 0] / found.drift.learned[:, 0] == pytest.approx([1.4] * 3, rel=0.02)
    assert found.drift.moved[:, 0].all()
    assert found.drifted


def test_a_change_of_speed_is_told_in_kilometres_per_hour(site: Path) -> None:
    text = drift_text(checked(site, new_days(speed=22.0)))
    assert "-18.2  -18.7 %" in text
    assert "the normal moved at 3 of 3 stations" in text


def test_a_rate_is_compared_with_its_poisson_interval() -> None:
    rate = RateCheck(1.0, 9, 2.0)
    assert (rate.rate, rate.interval) == (4.5, poisson(9, 2.0))
    assert rate.too_many  # low end 2.06
    assert not RateCheck(1.0, 4, 2.0).too_many  # low end 0.54
    assert RateCheck(10.0, 4, 2.0).too_few  # high end 5.1
    assert not RateCheck(0.1, 0, 2.0).too_few


def test_too_many_false_alarms_are_a_reason_by_themselves(site: Path) -> None:
    found = replace(checked(site, new_days()), rates=(RateCheck(1.0, 9, 2.0),))
    assert found.drifted
    assert verdict(found) == "Verdict: recalibrate (4.50 false alarms per corridor-day, aimed at 1)."


def test_too_few_false_alarms_are_told_and_no_reason(site: Path) -> None:
    found = replace(checked(site, new_days()), rates=(RateCheck(1.0, 0, 9.0),))
    assert not found.drifted
    assert verdict(found).startswith("Verdict: keep. False alarms are fewer than aimed at (1)")


def test_the_days_of_the_calibration_itself_are_recognised(site: Path) -> None:
    assert "These are the recordings that the file was learned on" in verdict(checked(site, HISTORY))
    assert "These are the recordings" not in verdict(checked(site, new_days()))


def test_the_rate_is_given_for_every_aim_and_exposure_is_the_days(site: Path) -> None:
    found = checked(site, new_days())
    assert [rate.aim for rate in found.rates] == [0.1, 1.0, 10.0]
    assert found.judged.corridor_days == pytest.approx(3 * 2 / 7)  # three days of two sections, of seven


def test_a_file_without_a_normal_has_its_rates_checked_alone(tmp_path: Path) -> None:
    (tmp_path / "old.toml").write_text(shipped_text("snd", ".toml"), encoding="utf-8")
    found = checked(tmp_path / "old.toml", new_days())
    assert found.drift is None
    assert "old.toml (version 1), on 3 days in 3 recordings, 72.0 h: false alarms" in drift_text(found)
    assert "The file holds no normal of the site" in verdict(found)


def test_a_trained_detectors_file_is_checked_likewise(tmp_path: Path) -> None:
    write_learned(tmp_path / "site.json", read_learned(None, "mlp"))
    amend(tmp_path / "site.json", ".json", {}, normal_table(day_means(HISTORY).normal(24)))
    found = checked(tmp_path / "site.json", new_days(share=1.4), "mlp")
    assert found.drift is not None
    assert found.drift.moved[:, 0].all()


def test_a_file_of_another_detector_is_refused(site: Path) -> None:
    with pytest.raises(ValueError, match=r"site\.toml: wanted settings with detector = 'ewma', got 'snd'"):
        checked(site, new_days(), "ewma")


def test_recordings_of_several_corridors_are_refused(site: Path) -> None:
    other = Corridor("other", 300.0, (Station("T0", 0.0, 2), Station("T1", 700.0, 2)))
    with pytest.raises(ValueError, match="--check is about one corridor, and the recordings have 2: site, other"):
        checked(site, [*new_days(), noisy_day(40, corridor=other)])


def test_another_site_is_refused(site: Path) -> None:
    other = Corridor("other", 300.0, (Station("T0", 0.0, 2), Station("T1", 700.0, 2)))
    with pytest.raises(ValueError, match=r"site\.toml: the normal in it is that of site, which has no station T0"):
        checked(site, [noisy_day(40, corridor=other)])


def test_the_document_has_every_station_and_hour(site: Path) -> None:
    found = drift_document(checked(site, new_days(share=1.4)))
    assert found["verdict"] == "recalibrate"
    assert [(each["station"], each["quantity"]) for each in found["drift"]][:4] == [
        ("S0", "flow"),
        ("S0", "speed"),
        ("S0", "occupancy"),
        ("S1", "flow"),
    ]
    assert all(len(each["change_sd_by_hour"]) == 24 for each in found["drift"])
    assert json.loads(json.dumps(found["rates"]))[1]["aim"] == 1.0


def test_the_picture_is_one(site: Path) -> None:
    found = checked(site, new_days(share=1.4))
    assert found.drift is not None
    assert png(draw_drift(found.drift, "snd")).startswith(b"\x89PNG")


@pytest.mark.parametrize(("hour", "name"), [(0, "0h"), (23, "23h"), (24, "day 2 0h"), (167, "day 7 23h")])
def test_hours_have_names(hour: int, name: str) -> None:
    assert hour_name(hour) == name
