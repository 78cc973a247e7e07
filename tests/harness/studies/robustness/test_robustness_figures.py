"""The pictures and the page of a robustness study hold its scores, masked and not."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes

from detectors.alarm_causes import Causes
from harness.running.fault_mask import FaultMask
from harness.scoring.detection_score import Score
from harness.scoring.fault_score import FaultScore, FoundFault
from harness.scoring.rates import Rate
from harness.scoring.score_runs import ScoredRun, score_runs
from harness.studies.robustness.alarm_verdicts import WHO, AlarmVerdict
from harness.studies.robustness.robustness_figures import draw_fault_detector, draw_incident_curves, draw_reliability
from harness.studies.robustness.robustness_page import write_robustness_page
from harness.studies.robustness.robustness_replays import RobustnessStudy
from harness.studies.robustness.robustness_score import RobustnessScore
from scenarios.corridor import Corridor, Station
from scenarios.fault import SensorFault
from simulator.frame import Flags
from simulator.truth import ObservedIncident, Truth
from tests.harness.drawn_lines import points_of
from tests.harness.page_laws import PHONE_PX, check_page, needs_chromium, widths_on_a_phone

CORRIDOR = Corridor("short", 30.0, (Station("a", 0.0, 2), Station("b", 1000.0, 2), Station("c", 1800.0, 2)))
TIMES = np.arange(930.0, 1801.0, 30.0)
STUDY = RobustnessStudy(("trees",), (0.0, 0.05, 0.2), ("mixed",), FaultMask("iris", None), 1)


def score(detected: int) -> Score:
    """Four runs with an incident each, `detected` of them with an alarm."""
    runs = []
    for number in range(4):
        alarm: Flags = np.zeros((len(TIMES), 2), dtype=np.bool_)
        alarm[8:, 0] = number < detected
        incident = ObservedIncident(1112.0, 1700.0, 400.0, (1,), 0, 1170.0, True, 3.5, 6.0)
        runs.append(ScoredRun(f"run-{number}", CORRIDOR, TIMES, alarm, Truth((incident,), (), (), (), 0, 0)))
    return score_runs(runs, 0)


def found() -> RobustnessScore:
    """Detection falls with faults, less so masked; a mask that finds one of two faults; one alarm of each detector."""
    masked, bare = {0.0: 4, 0.05: 3, 0.2: 2}, {0.0: 4, 0.05: 2, 0.2: 0}
    scores = {
        ("trees", share, "mixed", hidden): score((masked if hidden else bare)[share])
        for share in STUDY.shares
        for hidden in (False, True)
    }
    faults = tuple(
        FoundFault("run-0", SensorFault(kind="dead", station="a", lane=lane, onset_s=0.0), ttd_s, 400.0)
        for lane, ttd_s in ((0, 600.0), (1, float("inf")))
    )
    rates = (Rate(3, 30.0), Rate(2, 30.0), Rate(1, 30.0))
    nothing, some = FaultScore((), *rates), FaultScore(faults, *rates)
    causes = Causes(0.6, 0.3, 0.1)
    judged = tuple(AlarmVerdict(who, "incident", causes, causes) for who in WHO)
    cases = STUDY.cases()
    return RobustnessScore(
        4,
        scores,
        {case: some if case[0] else nothing for case in cases},
        {("trees", *case): judged for case in cases},
    )


def line(axes: Axes, label: str) -> tuple[list[float], list[float]]:
    """Abscissas and ordinates of the line with this label."""
    (own,) = (each for each in axes.lines if each.get_label() == label)
    return [x for x, _ in points_of(own)], [y for _, y in points_of(own)]


def test_incident_curves_hold_dr_masked_and_not() -> None:
    left, right = draw_incident_curves(found(), STUDY).axes
    assert line(left, "trees, mixed") == ([0, 5, 20], [100, 50, 0])
    assert line(left, "trees, mixed, masked") == ([0, 5, 20], [100, 75, 50])
    assert left.get_xlabel() == right.get_xlabel() == "faulty loops, % of all"
    assert (left.get_title(loc="left"), right.get_title(loc="left")) == (
        "Incidents detected, %",
        "False alarms per corridor-day",
    )


def test_masked_lines_are_solid_and_others_dashed() -> None:
    for axes in draw_incident_curves(found(), STUDY).axes:
        assert sorted((each.get_linestyle(), each.get_marker()) for each in axes.lines) == [("-", "o"), ("--", "x")]


def test_an_axis_of_counts_has_room_where_nothing_was_counted() -> None:
    _, right = draw_incident_curves(found(), STUDY).axes
    assert right.get_ylim() == (0, 2)


def test_the_mask_is_shown_where_there_are_faults() -> None:
    left, right = draw_fault_detector(found(), STUDY).axes
    assert line(left, "found at all, mixed") == ([5, 20], [50, 50])
    for label, count in (("elsewhere", 3), ("beside a faulty loop", 2), ("in an incident", 1)):
        assert line(right, f"{label}, mixed") == ([0, 5, 20], [count] * 3)


def test_reliability_has_a_panel_for_each_detector_with_a_diagonal() -> None:
    panels = draw_reliability(found(), STUDY).axes
    assert [axes.get_title(loc="left") for axes in panels] == [f"Alarms of the {who}" for who in WHO]
    for axes, stated, right in zip(panels, (60, 30), (100, 0), strict=True):
        assert points_of(axes.lines[0]) == [(0, 0), (100, 100)]
        assert points_of(axes.lines[1]) == [pytest.approx((stated, right))]


def test_a_phone_gets_the_panels_one_below_the_other() -> None:
    for draw in (draw_incident_curves, draw_fault_detector, draw_reliability):
        assert draw(found(), STUDY).get_figwidth() > draw(found(), STUDY, narrow=True).get_figwidth()
        narrow = draw(found(), STUDY, narrow=True)
        narrow.draw_without_rendering()
        above, below = narrow.axes
        assert above.get_position().y0 > below.get_position().y1


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the study."""
    out = tmp_path_factory.mktemp("page")
    write_robustness_page(out, found(), STUDY)
    return out / "robustness.html"


def test_the_page_leads_with_both_cases_at_the_usual_share(path: Path) -> None:
    page = check_page(path.read_text(encoding="utf-8"))
    answer = " ".join(page.words[: page.words.index("On this page")].split())
    assert "trees, masked, 5 % of the loops faulty (mixed) Detection rate (DR) 75.0 %" in answer
    assert "trees, not masked, 5 % of the loops faulty (mixed) Detection rate (DR) 50.0 %" in answer
    assert "trees detects 3 of 4 incidents with masking and 2 without" in answer


@pytest.mark.browser
@needs_chromium
def test_the_page_fits_a_phone(path: Path, tmp_path: Path) -> None:
    assert widths_on_a_phone(path, tmp_path) == (PHONE_PX, PHONE_PX)
