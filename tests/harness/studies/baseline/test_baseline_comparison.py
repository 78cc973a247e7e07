"""What counts as worse than a baseline, exact and by paired tests; and what cannot be compared at all."""

from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

import pytest

from harness.scoring.noninferiority import Margins
from harness.studies.baseline.baseline_comparison import BaselineComparison, compare_with_baseline
from harness.studies.baseline.baseline_file import (
    Baseline,
    DetectorResult,
    IncidentResult,
    MadeWith,
    RunIdentity,
    RunResult,
)
from harness.studies.baseline.baseline_text import as_document, as_junit, as_markdown, as_text

HERE = MadeWith(sumo="1.28.0", system="Linux", machine="x86_64", versions={"numpy": "2.0"}, command="")
ELSEWHERE = HERE.model_copy(update={"machine": "aarch64"})


def incident(ttd_s: float | None, **more: Any) -> IncidentResult:
    found = ttd_s is not None
    fields = {"onset_s": 900.0, "section": 2, "counted": True, "detected": found, "located": found, "ttd_s": ttd_s}
    return IncidentResult(**{**fields, **more})


def run(incidents: Sequence[IncidentResult] = (), false_alarms: int = 0, said: str = "x") -> RunResult:
    return RunResult(
        alarms=false_alarms + len(incidents),
        false_alarms=false_alarms,
        neutral_alarms=0,
        decisions=1000,
        corridor_days=0.5,
        said=said,
        incidents=tuple(incidents),
    )


def baseline(results: Mapping[str, RunResult], made_with: MadeWith = HERE, frames: str = "f", **more: Any) -> Baseline:
    identities = {name: RunIdentity(scenario="s", frames=frames, period_s=30.0) for name in results}
    fields = {
        "battery": "trial",
        "persistence": 0,
        "grace_s": 60.0,
        "made_with": made_with,
        "runs": identities,
        "detectors": {"mine": DetectorResult(fingerprint="a" * 64, runs=dict(results))},
    }
    return Baseline(**{**fields, **more})


def many(ttds_s: Sequence[float | None], false_alarms: int = 0) -> dict[str, RunResult]:
    runs = {f"run-{k}": run([incident(ttd_s)]) for k, ttd_s in enumerate(ttds_s)}
    return {**runs, "free": run(false_alarms=false_alarms)}


BEFORE = baseline({"a": run([incident(90.0)]), "free": run(false_alarms=1)})


def test_the_same_is_fine() -> None:
    compared = compare_with_baseline(BEFORE, BEFORE)
    assert compared.exact
    assert compared.worse == ()
    assert compared.detectors[0].verdict == "same"
    assert "the same, to the last incident" in as_text(compared)


@pytest.mark.parametrize(
    ("now", "text"),
    [
        ({"a": run([incident(None)]), "free": run(false_alarms=1)}, "lost: detected 90 s after onset before"),
        ({"a": run([incident(120.0)]), "free": run(false_alarms=1)}, "detected 120 s after onset, 90 s before"),
        ({"a": run([incident(90.0, located=False)]), "free": run(false_alarms=1)}, "next section upstream"),
        ({"a": run([incident(90.0)]), "free": run(false_alarms=2)}, "2 false alarms, 1 before"),
        # One for the worse is worse, whatever became better.
        ({"a": run([incident(30.0)]), "free": run(false_alarms=2)}, "2 false alarms, 1 before"),
    ],
)
def test_anything_worse_is_worse_where_the_comparison_is_exact(now: dict[str, RunResult], text: str) -> None:
    compared = compare_with_baseline(BEFORE, baseline(now))
    assert compared.worse == ("mine",)
    assert any(text in change.text and change.worse for change in compared.detectors[0].changes)
    for shown in (as_text(compared), as_markdown(compared)):
        assert "WORSE: mine" in shown
        assert text in shown


@pytest.mark.parametrize(
    "now",
    [
        {"a": run([incident(60.0)]), "free": run(false_alarms=1)},
        {"a": run([incident(90.0)]), "free": run(false_alarms=0)},
        {"a": run([incident(90.0)], said="other"), "free": run(false_alarms=1)},
        {"a": run([incident(90.0, counted=False)]), "free": run(false_alarms=1)},
    ],
)
def test_a_change_that_is_not_for_the_worse_is_told_and_fine(now: dict[str, RunResult]) -> None:
    compared = compare_with_baseline(BEFORE, baseline(now))
    assert compared.worse == ()
    assert compared.detectors[0].verdict == "changed"
    assert len(compared.detectors[0].changes) == 1
    assert "laneblock baseline accept" in as_text(compared)


def test_the_way_of_comparing_follows_frames_and_platform() -> None:
    there = baseline(BEFORE.detectors["mine"].runs, ELSEWHERE, frames="other")
    assert not compare_with_baseline(BEFORE, there).exact
    assert "now SUMO 1.28.0 on Linux aarch64" in compare_with_baseline(BEFORE, there).why
    same_frames = baseline(BEFORE.detectors["mine"].runs, ELSEWHERE)
    assert compare_with_baseline(BEFORE, same_frames).exact
    other_frames = baseline(BEFORE.detectors["mine"].runs, HERE, frames="other")
    compared = compare_with_baseline(BEFORE, other_frames)
    assert compared.exact
    assert any("The frames of 2 of 2 runs differ" in notice for notice in compared.notices)
    assert not compare_with_baseline(BEFORE, BEFORE, statistical=True).exact


def test_recordings_of_unknown_origin_with_other_frames_are_not_compared_exactly() -> None:
    unknown = HERE.model_copy(update={"sumo": ""})
    runs = BEFORE.detectors["mine"].runs
    assert not compare_with_baseline(baseline(runs, unknown), baseline(runs, unknown, frames="other")).exact


def verdicts(before: dict[str, RunResult], now: dict[str, RunResult], **margins: float) -> list[str]:
    compared = compare_with_baseline(baseline(before), baseline(now), True, Margins(**margins))
    return [measure.verdict for measure in compared.detectors[0].measures]


def test_an_unchanged_battery_is_shown_to_be_no_worse_where_it_is_large_enough() -> None:
    large = many([90.0] * 36, false_alarms=20)
    assert verdicts(large, large) == ["no worse", "no worse", "no worse"]
    small = many([90.0] * 4)
    assert verdicts(small, small) == ["even", "even", "no worse"]


def test_each_measure_is_judged_by_itself() -> None:
    before = many([90.0] * 36, false_alarms=20)
    assert verdicts(before, many([90.0] * 30 + [None] * 6, 20))[0] == "worse"
    assert verdicts(before, many([90.0] * 34 + [None] * 2, 20))[0] == "not shown"
    assert verdicts(before, many([90.0] * 34 + [None] * 2, 20), dr=0.2)[0] == "no worse"
    assert verdicts(before, many([90.0] * 36, 60))[1] == "worse"
    assert verdicts(before, many([90.0] * 36, 24))[1] == "not shown"
    assert verdicts(before, many([150.0] * 36, 20))[2] == "worse"
    assert verdicts(before, many([105.0] * 36, 20))[2] == "no worse"


def test_what_is_not_shown_counts_as_worse_unless_it_is_let_pass() -> None:
    before, now = baseline(many([90.0] * 36, 20)), baseline(many([90.0] * 34 + [None] * 2, 20))
    assert compare_with_baseline(before, now, statistical=True).worse == ("mine",)
    assert compare_with_baseline(before, now, statistical=True, undecided_is_worse=False).worse == ()
    # Four false alarms both times are even; what is even hides nothing that is not shown.
    before, now = baseline(many([90.0] * 36, 4)), baseline(many([90.0] * 34 + [None] * 2, 4))
    assert compare_with_baseline(before, now, statistical=True).worse == ("mine",)


def test_incidents_without_impact_in_either_are_left_out_of_the_pairs() -> None:
    before = {"a": run([incident(90.0), incident(90.0)]), "b": run([incident(None)])}
    now = {"a": run([incident(None, counted=False), incident(120.0)]), "b": run([incident(60.0)])}
    measures = compare_with_baseline(baseline(before), baseline(now), True).detectors[0].measures
    assert measures[0].of == "0 lost and 1 gained of 2 incidents"
    assert measures[2].of == "+30.0 s on average over 1 incidents detected both times"


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (baseline({"x": run()}, battery="other"), "the baseline is of the battery 'trial', this is 'other'"),
        (
            baseline(
                BEFORE.detectors["mine"].runs,
                runs={name: RunIdentity(scenario="s", frames="f", period_s=20.0) for name in BEFORE.runs},
            ),
            "the baseline's frames are of 30 s, these of 20 s",
        ),
        (baseline(BEFORE.detectors["mine"].runs, persistence=1), "persistence 0, this with 1"),
        (baseline(BEFORE.detectors["mine"].runs, grace_s=0.0), "grace_s 60, this with 0"),
        (baseline({"a": run([incident(90.0)])}), "1 of the baseline's 2 runs are missing: free"),
        (
            baseline({**BEFORE.detectors["mine"].runs, "more": run()}),
            "1 runs are not in the baseline: more .another battery",
        ),
        (
            baseline(
                BEFORE.detectors["mine"].runs,
                runs={name: RunIdentity(scenario="t", frames="f", period_s=30.0) for name in BEFORE.runs},
            ),
            "2 runs are of other scenarios than the baseline's: a, free",
        ),
        (baseline(BEFORE.detectors["mine"].runs, detectors={}), "this result has no mine"),
    ],
)
def test_what_is_not_comparable_is_refused_with_one_message(now: Baseline, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        compare_with_baseline(BEFORE, now)


def test_other_versions_and_further_detectors_are_told_of() -> None:
    mine = BEFORE.detectors["mine"]
    now = baseline(
        mine.runs, HERE.model_copy(update={"versions": {"numpy": "3.0"}}), detectors={"mine": mine, "more": mine}
    )
    text = " ".join(compare_with_baseline(BEFORE, now).notices)
    assert "numpy 2.0 -> 3.0" in text
    assert "not compared: more" in text


OTHER = "other model or parameters than the baseline's (aaaaaaaaaaaa -> bbbbbbbbbbbb)"


@pytest.fixture
def retrained() -> BaselineComparison:
    """The same decisions by another model."""
    runs = BEFORE.detectors["mine"].runs
    now = baseline(runs, detectors={"mine": DetectorResult(fingerprint="b" * 64, runs=runs)})
    return compare_with_baseline(BEFORE, now)


def test_another_model_is_told_in_the_text_and_is_not_worse(retrained: BaselineComparison) -> None:
    assert f"mine: {OTHER}." in as_text(retrained)
    assert retrained.worse == ()


def test_another_model_is_told_in_markdown(retrained: BaselineComparison) -> None:
    assert f"mine: {OTHER}." in as_markdown(retrained)


def test_another_model_stands_in_the_document_with_both_fingerprints(retrained: BaselineComparison) -> None:
    told: Any = as_document(retrained)["detectors"]
    assert told["mine"]["other_detector"] == OTHER
    assert (told["mine"]["before"]["fingerprint"], told["mine"]["now"]["fingerprint"]) == ("a" * 64, "b" * 64)


def test_another_model_is_a_property_of_its_suite_in_junit(retrained: BaselineComparison) -> None:
    (found,) = ElementTree.fromstring(as_junit(retrained)).iter("property")
    assert found.get("value") == OTHER


def test_another_mask_is_told_of() -> None:
    mine = BEFORE.detectors["mine"]
    now = baseline(mine.runs, detectors={"mine": mine.model_copy(update={"mask_fingerprint": "c" * 64})})
    (notice,) = compare_with_baseline(BEFORE, now).notices
    assert notice == "mine: another mask than the baseline's (none -> cccccccccccc)."


def test_a_baseline_older_than_fingerprints_is_told_in_one_line() -> None:
    runs = BEFORE.detectors["mine"].runs
    old = baseline(runs, detectors={"mine": DetectorResult(runs=runs), "more": DetectorResult(runs=runs)})
    now = baseline(runs, detectors=dict.fromkeys(("mine", "more"), BEFORE.detectors["mine"]))
    (notice,) = compare_with_baseline(old, now).notices
    assert notice.startswith("The baseline has no fingerprints")
    assert notice.endswith("mine, more.")


def test_junit_has_a_case_per_run_and_fails_those_that_are_worse() -> None:
    now = baseline({"a": run([incident(None)]), "free": run(false_alarms=0)})
    suite = ElementTree.fromstring(as_junit(compare_with_baseline(BEFORE, now)))[0]
    assert (suite.get("name"), suite.get("tests"), suite.get("failures")) == ("mine", "2", "1")
    cases = {case.get("name"): case for case in suite}
    failure = cases["a"].find("failure")
    assert failure is not None
    assert "lost" in str(failure.get("message"))
    assert cases["free"].find("failure") is None


def test_junit_has_a_case_per_measure_where_measures_are_tested() -> None:
    now = baseline(many([90.0] * 30 + [None] * 6, 20))
    suite = ElementTree.fromstring(as_junit(compare_with_baseline(baseline(many([90.0] * 36, 20)), now, True)))[0]
    assert [(case.get("name"), case.find("failure") is None) for case in suite] == [
        ("DR", False),
        ("false alarms", True),
        ("TTD", True),
    ]


def test_the_document_holds_figures_before_and_now() -> None:
    document: Any = as_document(compare_with_baseline(BEFORE, baseline({"a": run([incident(None)]), "free": run()})))
    mine = document["detectors"]["mine"]
    assert (document["worse"], mine["verdict"]) == (["mine"], "worse")
    assert (mine["before"]["detected"], mine["now"]["detected"]) == (1, 0)
    assert mine["before"]["false_alarms_per_corridor_day"] == pytest.approx(1.0)
    assert [change["worse"] for change in mine["changes"]] == [True, False]
