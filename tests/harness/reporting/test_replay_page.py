"""The page of a replay: what stands on it, and that it is written again from the results alone."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from harness.reporting.replay_findings import read_findings
from harness.reporting.replay_page import write_replay_page
from harness.reporting.replay_results import replay
from scenarios.errors import MissingFileError, UserError
from simulator.recording.incident_log import RecordedIncident
from simulator.recording.recording_folder import Recording, write_recording
from tests.harness.made_traffic import ROAD, frames_of, free_traffic, with_empty_lane, with_queue
from tests.harness.page_laws import PHONE_PX, Page, check_page, needs_chromium, widths_on_a_phone

PICTURES = 2


@pytest.fixture(scope="module", autouse=True)
def few_pictures() -> Iterator[None]:
    """Few alarms have pictures, so that a page is drawn soon."""
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr("harness.reporting.replay_entries.MOST_PICTURES", PICTURES)
        yield


@pytest.fixture(scope="module")
def results(few_pictures: None, made_recordings: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two detectors on two days of one road, with an incident in the second; the recordings are gone afterwards."""
    work = tmp_path_factory.mktemp("replayed")
    folders = [work / name for name in ("day-2", "day-10")]
    for folder in folders:
        shutil.copytree(made_recordings / folder.name, folder)
    replay(folders, {"california7": None, "coin": None}, work / "out")
    for folder in folders:
        shutil.rmtree(folder)
    write_replay_page(work / "out")
    return work / "out"


@pytest.fixture(scope="module")
def page(results: Path) -> Page:
    return check_page((results / "report.html").read_text(encoding="utf-8"))


def test_it_is_as_written_whenever_it_is_written_again(results: Path) -> None:
    before = (results / "report.html").read_bytes()
    write_replay_page(results)
    assert (results / "report.html").read_bytes() == before


def test_the_headline_has_figures_of_both_detectors_and_the_days(page: Page) -> None:
    assert page.words.index("Detection rate (DR)") < page.words.index("On this page")
    assert "california7 detects 1 of 1 incident, on average" in page.words
    assert "little time" in page.words
    assert page.of("img")[0]["alt"].startswith("Speed over time and place on made road, day-2 to day-10")


def test_detectors_stand_beside_one_another(page: Page) -> None:
    header, first, second = page.tables["Detectors beside one another"]
    assert header[:2] == ["Detector", "Detected"]
    assert first[:2] == ["california7", "1 of 1"]
    assert first[-1].startswith("at most ")
    assert second[0] == "coin"


def test_each_alarm_has_a_picture_or_is_counted_among_the_others(page: Page, results: Path) -> None:
    findings = read_findings(results)
    alarms = sum(len(detector.alarms) for detector in findings.detectors)
    entries = [one for one in page.ids if one.startswith("alarm-")]
    assert len(entries) == PICTURES < alarms
    assert f"{PICTURES} of {alarms} alarms have a picture on this page" in page.words


def test_false_alarms_are_by_hour_and_section(page: Page) -> None:
    assert [each["alt"] for each in page.of("img") if "by hour of day" in each["alt"]] == [
        "False alarms of coin by hour of day and by section."
    ]
    rows = page.tables["False alarms of coin by section"]
    assert rows[1][0].startswith("s")


def test_known_incidents_are_listed_with_what_each_detector_made_of_them(page: Page) -> None:
    header, row = page.tables["Known incidents"]
    assert header[-2:] == ["california7", "coin"]
    assert row[:3] == ["day-10", "0:55:00", "2.90"]


def test_an_incident_on_the_shoulder_is_told_apart_from_one_whose_lanes_are_not_known(tmp_path: Path) -> None:
    count, speed = free_traffic(2, 80)
    logged = tuple(RecordedIncident(onset_s, onset_s + 600, 2900.0, ()) for onset_s in (600.0, 1500.0))
    incidents = (logged[0], replace(logged[1], no_lane=True))
    write_recording(tmp_path / "day", Recording(ROAD, frames_of(count, speed), incidents))
    replay([tmp_path / "day"], {"silent": None}, tmp_path / "out")
    write_replay_page(tmp_path / "out")
    page = check_page((tmp_path / "out" / "report.html").read_text(encoding="utf-8"))
    _, *rows = page.tables["Known incidents"]
    assert [row[3] for row in rows] == ["not known", "none (shoulder)"]
    table = (tmp_path / "out" / "incidents.csv").read_text(encoding="utf-8").splitlines()
    lanes = table[0].split(",").index("lanes")
    assert [line.split(",")[lanes] for line in table[1:]] == ["", "shoulder"]
    score = json.loads((tmp_path / "out" / "score.json").read_text(encoding="utf-8"))
    assert "states no tolerances, and not all lanes and incidents on the shoulder" in " ".join(score["notices"])


def test_where_incidents_are_not_known_alarms_are_counted_and_none_is_called_false(
    made_recordings: Path, tmp_path: Path
) -> None:
    replay([made_recordings / "elsewhere"], {"coin": None}, tmp_path / "out")
    write_replay_page(tmp_path / "out")
    page = check_page((tmp_path / "out" / "report.html").read_text(encoding="utf-8"))
    assert "Incidents are not known, so every alarm is shown, and none is called false." in page.words
    assert "Alarms per corridor-day" in page.words
    assert page.tables["Detectors beside one another"][0][-4:] == [
        "Alarms",
        "per corridor-day",
        "Groups",
        "per corridor-day",
    ]
    assert [name for name in page.tables if "by section" in name] == ["Alarms of coin by section"]


def test_an_alarm_of_a_detector_that_says_why_by_part_has_a_picture_of_its_evidence(tmp_path: Path) -> None:
    count, speed = free_traffic(2)
    count[100:140, 3:] = with_empty_lane(count, 1, 4, 3000.0, 4200.0)[100:140, 3:]
    slowed = with_queue(speed, 2900.0, 3000.0, 4200.0)
    write_recording(tmp_path / "day", Recording(ROAD, frames_of(count, slowed), None))
    replay([tmp_path / "day"], {"sequential": None, "california7": None}, tmp_path / "out")
    shutil.rmtree(tmp_path / "day")
    write_replay_page(tmp_path / "out")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    alarms = read_findings(tmp_path / "out").detectors[0].alarms
    assert alarms
    assert page.count("Evidence of sequential in ") == min(len(alarms), PICTURES - PICTURES // 2)
    assert "Evidence of california7" not in page


def test_a_detector_that_cannot_see_is_not_judged(tmp_path: Path) -> None:
    count, speed = free_traffic(2, 40)
    blank = np.full_like(count[0], np.nan)
    frames = tuple(replace(frame, speed=blank, occupancy=blank) for frame in frames_of(count, speed))
    write_recording(tmp_path / "counts", Recording(ROAD, frames, ()))
    replay([tmp_path / "counts"], {"snd": None, "sequential": None}, tmp_path / "out")
    write_replay_page(tmp_path / "out")
    page = check_page((tmp_path / "out" / "report.html").read_text(encoding="utf-8"))
    assert (
        "Not judged: snd on counts, 100 % of decisions without occupancy, or count and speed; no figures there."
        in page.words
    )
    assert "snd is not judged" in page.words
    assert "Partly judged: sequential on counts, 100 % of decisions without speed: queues in single lanes" in page.words


def test_frames_that_were_not_tried_estimated_speeds_and_decisions_without_scores_are_told(tmp_path: Path) -> None:
    count, speed = free_traffic(8, 20)
    road = replace(ROAD, period_s=300.0, keeps_left=True, estimated_speeds="estimated from count and occupancy")
    frames = tuple(replace(frame, time_s=300.0 * k) for k, frame in enumerate(frames_of(count * 10, speed), 1))
    write_recording(tmp_path / "slow", Recording(road, frames, ()))
    replay([tmp_path / "slow"], {"california7": None, "lstm_autoencoder": None}, tmp_path / "out")
    write_replay_page(tmp_path / "out")
    words = check_page((tmp_path / "out" / "report.html").read_text(encoding="utf-8")).words
    assert "Not measured: speeds of slow are estimated from count and occupancy." in words
    assert "Not tried: slow, frames of 300 s" in words
    assert "Lane 0 is the leftmost through lane." in words
    assert (
        "Not judged: lstm_autoencoder on slow, 100 % of decisions without a score, as while it learns the road" in words
    )


def test_results_of_no_replay_are_refused_with_what_is_wrong(results: Path, tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match=r"holds no replay\.json"):
        write_replay_page(tmp_path)
    shutil.copytree(results, tmp_path / "copy")
    (tmp_path / "copy" / "alarms.csv").write_text("run,when\nday-2,noon\n", encoding="utf-8")
    with pytest.raises(UserError, match=r"alarms\.csv: not a table of a replay"):
        write_replay_page(tmp_path / "copy")
    (tmp_path / "copy" / "replay.json").write_text(json.dumps({"recordings": []}), encoding="utf-8")
    with pytest.raises(UserError, match=r"replay\.json: not the record of a replay"):
        write_replay_page(tmp_path / "copy")


@pytest.mark.browser
@needs_chromium
def test_a_phone_shows_the_whole_width(results: Path, tmp_path: Path) -> None:
    assert widths_on_a_phone(results / "report.html", tmp_path) == (PHONE_PX, PHONE_PX)
