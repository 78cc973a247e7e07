"""The report shows what is in a folder: the answer first, then misses and false alarms; offline and escaped."""

import json
import math
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from harness.records.decisions import Decisions, EstimateRow, write_decisions, write_estimates
from harness.records.run_folder import RunFolder, write_record
from harness.reporting.battery_report import battery_report
from harness.reporting.html_page import render
from harness.reporting.write_report import write_report
from scenarios.corridor import Corridor, Station
from scenarios.incident import Incident
from scenarios.scenario import Scenario
from simulator.frame import Flags, LoopFrame
from simulator.recording.corridor_file import write_corridor
from simulator.recording.incident_log import RecordedIncident, write_incidents
from simulator.recording.loop_table import write_loops
from simulator.recording.truth_files import write_truth
from simulator.truth import LaneTruth, ObservedIncident, Truth
from tests.harness.page_laws import PHONE_PX, Page, check_page, needs_chromium, widths_on_a_phone

CORRIDOR = Corridor("short", 30.0, (Station("a", 0.0, 2), Station("b", 1000.0, 2), Station("c", 1800.0, 2)))
TIMES = np.arange(930.0, 1801.0, 30.0)
MISSED, HIT, FREE = "incident-missed", "incident-hit", "free-and-quiet"
RULE = 'downstream < 2 & upstream > "6"'


def incident(impact: bool = True) -> ObservedIncident:
    return ObservedIncident(1112.0, 1400.0, 400.0, (1,), 0, 1170.0, impact, 3.5, 6.0)


def frames(blocked: bool) -> tuple[LoopFrame, ...]:
    made = []
    for time_s in TIMES.tolist():
        count, speed = np.full((3, 2), 8.0), np.full((3, 2), 25.0)
        if blocked and 1130 < time_s < 1430:
            count[1, 1], speed[0] = 1.0, 6.0
        made.append(LoopFrame(time_s, count, speed, np.full((3, 2), 0.1)))
    return tuple(made)


def add_run(
    battery: Path, name: str, incidents: tuple[ObservedIncident, ...], alarms: tuple[tuple[int, int], ...]
) -> Scenario:
    """A finished run: `alarms` are (first frame, section), each three frames long."""
    asked = tuple(Incident(onset_s=1110.0, duration_s=290.0, position_m=400.0, lanes=(1,)) for _ in incidents)
    scenario = Scenario(name=name, seed=7, end_s=1800.0, incidents=asked)
    folder = battery / "runs" / name
    folder.mkdir(parents=True)
    decided: Flags = np.zeros((len(TIMES), 2), dtype=np.bool_)
    for frame, section in alarms:
        decided[frame : frame + 3, section] = True
    write_corridor(folder, CORRIDOR)
    write_loops(folder / "loops.csv.gz", CORRIDOR, frames(bool(incidents)))
    write_incidents(folder, [RecordedIncident(i.onset_s, i.clearance_s, i.position_m, i.lanes) for i in incidents])
    lanes = tuple(LaneTruth(float(t), 0, 1, 2.0, 3.0, 1.0, 8.0, 2.0, 0.3) for t in TIMES[7:16]) if incidents else ()
    write_truth(folder, Truth(incidents, (), lanes, (), 0, 0))
    places = RunFolder(folder)
    if incidents:
        write_loops(places.twin_loops, CORRIDOR, frames(False))
    write_decisions(places.decisions("sheu2004"), Decisions(TIMES, np.zeros((len(TIMES), 2)), decided))
    rows = [
        EstimateRow(
            float(TIMES[frame]), section, 1, True, 0.2, 4.0, math.nan, 1.5, 2.0, -2.0, 1120.0, math.nan, math.nan, RULE
        )
        for frame, section in alarms
    ]
    write_estimates(places.estimates("sheu2004"), rows)
    record = {"scenario": scenario.model_dump(mode="json"), "seed": 7, "detectors": ["sheu2004"], "status": "done"}
    write_record(folder, record)
    return scenario


def battery_of(out: Path, scenarios: list[Scenario]) -> Path:
    out.mkdir(exist_ok=True)
    content = {
        "name": "trial",
        "description": "Three runs <script>alert(1).",
        "scenarios": [scenario.model_dump(mode="json") for scenario in scenarios],
        "detectors": ["sheu2004"],
        "versions": {"python": "3.11.0", "libsumo": "1.28.0", "traci": None},
        "platform": "a <platform>",
        "command": "laneblock battery trial --out here",
    }
    (out / "battery.json").write_text(json.dumps(content), encoding="utf-8")
    return out


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A battery with a detected incident, a missed one, a run with a false alarm, and one that failed."""
    out = tmp_path_factory.mktemp("battery")
    scenarios = [
        add_run(out, HIT, (incident(),), ((8, 0),)),
        add_run(out, MISSED, (incident(),), ()),
        add_run(out, FREE, (), ((20, 1),)),
    ]
    failed = Scenario(name="broken", seed=8, end_s=1800.0)
    (out / "failed").mkdir()
    told = {"name": "broken", "reason": "SUMO said <no>", "stderr": "Quitting.", "command": "laneblock run broken.json"}
    (out / "failed" / "broken.json").write_text(json.dumps(told), encoding="utf-8")
    path = write_report(battery_of(out, [*scenarios, failed]))
    assert path == out / "report.html"
    return path


@pytest.fixture(scope="module")
def html(report: Path) -> str:
    return report.read_text(encoding="utf-8")


def test_the_report_keeps_the_laws_of_pages(html: str) -> None:
    assert check_page(html).sources


@pytest.mark.browser
@needs_chromium
def test_the_report_fits_a_phone(report: Path, tmp_path: Path) -> None:
    assert widths_on_a_phone(report, tmp_path) == (PHONE_PX, PHONE_PX)


def test_the_headline_gives_rates_with_intervals_and_counts(html: str) -> None:
    answer = " ".join(Page(html[html.index('<section id="answer"') : html.index("<nav")]).words.split())
    assert "Detection rate (DR) 50.0 % 9 to 91 % 1 of 2 incidents with impact" in answer
    assert "Mean time to detection (TTD) 58 s no interval median 58 s" in answer
    assert "sheu2004 detects 1 of 2 incidents, on average 58 s after the onset, with" in answer
    for term in ("DR:", "TTD:", "False alarm:", "Corridor-day:"):
        assert term in answer


def test_the_headline_has_the_figures_of_every_detector(html: str, report: Path) -> None:
    both = report.parent / "battery.json"
    record = both.read_text(encoding="utf-8")
    for name in (HIT, MISSED, FREE):
        run = RunFolder(report.parent / "runs" / name)
        shutil.copy(run.decisions("sheu2004"), run.decisions("apid"))
    try:
        both.write_text(json.dumps(json.loads(record) | {"detectors": ["sheu2004", "apid"]}), encoding="utf-8")
        page = Page(render("reporting/report.html.j2", page=battery_report(report.parent), definitions=()))
    finally:
        both.write_text(record, encoding="utf-8")
    assert page.html.count('class="key"') == 2
    assert "; apid detects 1 of 2 incidents" in page.words


def test_provenance_shows_every_field_and_fingerprint(tmp_path: Path) -> None:
    out = battery_of(tmp_path, [add_run(tmp_path, FREE, (), ())])
    record = json.loads((out / "battery.json").read_text(encoding="utf-8"))
    record |= {"fingerprints": {"sheu2004": "0f1e2d"}, "machine": "riscv"}
    (out / "battery.json").write_text(json.dumps(record), encoding="utf-8")
    words = Page(write_report(out).read_text(encoding="utf-8")).words
    assert words.index("Provenance") < words.index("sheu2004 0f1e2d")
    assert "riscv" in words


def test_long_tables_and_provenance_come_last(html: str) -> None:
    order = [
        "summary",
        "failed",
        "missed",
        "false-alarms",
        "breakdown",
        "detected",
        "runs",
        "definitions",
        "provenance",
    ]
    places = [html.index(f'<section id="{name}"') for name in order]
    assert places == sorted(places)


def test_values_are_escaped(html: str) -> None:
    assert "<script" not in html
    assert "&lt;script&gt;alert(1)" in html
    assert "SUMO said &lt;no&gt;" in html
    assert RULE in Page(html).words


def test_every_incident_and_run_with_false_alarms_is_drawn(html: str) -> None:
    page = Page(html)
    assert page.tags.count("img") == 1 + 2 + 2 + 1, (
        "the headline, two pictures of each incident, a contour of the free run"
    )
    assert page.tags.count("article") == 3 + 1, "and the run that failed"


def test_facts_of_a_hit_are_told(html: str) -> None:
    words = " ".join(Page(html).words.split())
    for told in ("detected after 58 s", "58.0 s (in whole intervals 30.0 s)", "lane 1 (right)", "0: 58 s, 1: 88 s"):
        assert told in words


def test_the_summary_stands_beside_the_paper_and_says_what_it_means(html: str) -> None:
    words = " ".join(Page(html).words.split())
    assert "50.0 (9 to 91) 1 of 2 100" in words
    assert "detected 1 of 2 incidents with impact: DR 50.0 %" in words
    assert "1 false alarm in" in words
    assert "20.83" in words


def test_what_is_not_defined_is_a_dash(html: str, tmp_path: Path) -> None:
    out = battery_of(tmp_path, [add_run(tmp_path, MISSED, (incident(),), ())])
    words = " ".join(Page(write_report(out).read_text(encoding="utf-8")).words.split())
    assert "0 of 1 100" in words
    assert " nan" not in words.lower()
    assert " – " in words


def test_failed_and_missing_runs_are_told_first(html: str) -> None:
    words = Page(html).words
    assert "Not finished: 3 of 4 runs are done, 1 failed." in words
    assert words.index("Not finished") < words.index("DR, %")
    assert "laneblock run broken.json" in words


def test_command_versions_and_seeds_are_told(html: str) -> None:
    words = Page(html).words
    for told in ("laneblock battery trial --out here", "python 3.11.0, libsumo 1.28.0", "a <platform>", "7, 8"):
        assert told in words


def test_the_report_names_the_mask(html: str, tmp_path: Path) -> None:
    out = battery_of(tmp_path, [add_run(tmp_path, FREE, (), ())])
    record = json.loads((out / "battery.json").read_text(encoding="utf-8")) | {"mask": {"name": "iris"}}
    (out / "battery.json").write_text(json.dumps(record), encoding="utf-8")
    words = Page(write_report(out).read_text(encoding="utf-8")).words
    assert (
        "A loop was hidden from the detector while iris took it for faulty; causes.csv lists every alarm of both"
        in words
    )
    assert "Faulty loops masked by" in words
    assert "masked" not in Page(html).words


def test_an_incident_without_impact_is_neither_missed_nor_detected(tmp_path: Path) -> None:
    out = battery_of(tmp_path, [add_run(tmp_path, "faint", (incident(impact=False),), ())])
    page = Page(write_report(out).read_text(encoding="utf-8"))
    assert "left-out" in page.ids
    assert not {"missed", "detected"} & set(page.ids)


def test_a_battery_with_nothing_finished_still_has_a_report(tmp_path: Path) -> None:
    out = battery_of(tmp_path, [Scenario(name="later", seed=1, end_s=1800.0)])
    assert "Not finished: 0 of 1 runs are done" in Page(write_report(out).read_text(encoding="utf-8")).words


def test_a_run_alone_has_a_report_even_where_nothing_happened(tmp_path: Path) -> None:
    add_run(tmp_path, FREE, (), ())
    path = write_report(tmp_path / "runs" / FREE)
    page = Page(path.read_text(encoding="utf-8"))
    assert path == tmp_path / "runs" / FREE / "report.html"
    assert page.tags.count("img") == 1
    assert "sheu2004 on run free-and-quiet" in page.words
    sentence = r"sheu2004 has no incident to detect, with no false alarm in [\d.]+ section-hours \(at most [\d.]+ per corridor-day"
    assert re.search(sentence, " ".join(page.words.split()))
    assert "none seen" in page.words


def test_a_folder_that_is_no_battery_or_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"battery\.json"):
        write_report(tmp_path)
    (tmp_path / "battery.json").write_text("{", encoding="utf-8")
    with pytest.raises(ValueError, match="broken JSON"):
        write_report(tmp_path)


def test_a_run_that_is_finished_is_not_listed_as_failed_nor_is_a_stranger_s_record(tmp_path: Path) -> None:
    scenario = add_run(tmp_path, HIT, (incident(),), ((8, 0),))
    battery_of(tmp_path, [scenario])
    (tmp_path / "failed").mkdir()
    for name in (HIT, "other"):
        (tmp_path / "failed" / f"{name}.json").write_text('{"reason": "a later try"}', encoding="utf-8")
    assert battery_report(tmp_path).failed == ()


@pytest.mark.parametrize(("keeps_left", "word"), [(False, "rightmost"), (True, "leftmost")])
def test_a_report_says_on_which_side_lane_0_is(tmp_path: Path, keeps_left: bool, word: str) -> None:
    add_run(tmp_path, HIT, (incident(),), ((8, 0),))
    write_corridor(tmp_path / "runs" / HIT, replace(CORRIDOR, keeps_left=keeps_left))
    assert f"lane 0 is the {word} through lane" in write_report(tmp_path / "runs" / HIT).read_text(encoding="utf-8")
