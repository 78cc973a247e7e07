"""Findings of a placement study as sentences, and its summary."""

from math import isnan

from harness.reporting.number_text import number, span
from harness.reporting.report_document import DASH
from harness.reporting.text_table import plain_text
from harness.scoring.rates import Sample
from harness.studies.placement.placement_rows import positions_text
from harness.studies.placement.placement_study import PlacementFindings
from harness.studies.placement.placement_tables import changes_table, placements_table
from harness.studies.placement.station_values import PlacementResult, StationValue


def threshold_rule_text(findings: PlacementFindings) -> str:
    """Return how the detector's threshold is set for a placement."""
    study = findings.study
    if isnan(findings.chosen.calibration.threshold):
        return f"{study.detector} decides by its own rules, at the settings it ships with."
    if study.threshold == "shipped":
        return (
            f"{study.detector} has the threshold it ships with for {study.false_per_day:g} false alarm(s) a day, for every "
            "placement."
        )
    return (
        f"The threshold of {study.detector} is set for each placement on its calibration runs, for at most "
        f"{study.false_per_day:g} false alarm(s) per day on the whole road, for any number of stations."
    )


def placement_lead(findings: PlacementFindings) -> list[str]:
    """Return what the study did, in a few sentences."""
    study, chosen = findings.study, findings.chosen
    days = chosen.test.score.corridor_days
    budget = study.budget
    limit = (
        f"{budget.stations} stations in all" if budget.stations is not None else f"{budget.money:g} for new stations"
    )
    places = len({option.station for option in findings.site.options})
    what = study.description or study.name
    return [
        f"{what[:1].upper()}{what[1:]}. Budget: {limit}; {places} places for new ones; {len(findings.tried)} "
        "placements tried, without a further simulation.",
        f"Chosen on {chosen.calibration.dr.whole} incidents (the calibration), scored on {chosen.test.dr.whole} others (the "
        f"test, with {days:.2f} days of the road without an incident). Delay of an incident: from onset to alarm; a missed one "
        "counts its duration.",
        threshold_rule_text(findings),
    ]


def placement_sentences(findings: PlacementFindings) -> list[str]:
    """Return the findings as sentences with intervals."""
    own, chosen = findings.own, findings.chosen
    sentences = [
        f"Best found: {len(chosen.placement.stations)} stations at {positions_text(chosen, findings)} m. Mean delay on the test "
        f"incidents {_seconds(chosen.test.delay)} (on the calibration "
        f"{number(chosen.calibration.delay.mean, 0)} s), {chosen.test.dr.part} of {chosen.test.dr.whole} detected.",
        f"The existing {len(own.placement.stations)} stations: {_seconds(own.test.delay)} "
        f"({number(own.calibration.delay.mean, 0)} s on the calibration), {own.test.dr.part} of {own.test.dr.whole} detected.",
        *(_difference_text(each, own) for each in _compared_with_own(findings)),
    ]
    if findings.leave_out:
        least = min(findings.leave_out, key=lambda each: each.calibration_s)
        most = max(findings.leave_out, key=lambda each: each.calibration_s)
        text = f"Most valuable: the station at {most.at_m:g} m (without it {_change(most)})"
        if least is not most:
            text += f"; least valuable: {least.at_m:g} m (without it {_change(least)})"
        sentences.append(f"{text}.")
    if findings.one_more is not None:
        sentences.append(
            f"One more station, at {findings.one_more.at_m:g} m, would change the delay by {_change(findings.one_more)}."
        )
    if chosen.failing is not None:
        sturdy = findings.sturdy
        text = (
            f"With each loop dead with probability {findings.study.failures.dead_share:g}: "
            f"{number(chosen.failing.delay.mean, 0)} s on the test instead of {number(chosen.test.delay.mean, 0)} s"
        )
        if sturdy is not None and sturdy.placement == chosen.placement:
            text += "; no exchange of one station improves that"
        elif sturdy is not None and sturdy.failing is not None:
            text += (
                f"; the best placement with dead loops: {positions_text(sturdy, findings)} m, "
                f"{number(sturdy.failing.delay.mean, 0)} s instead of {number(sturdy.test.delay.mean, 0)} s"
            )
        sentences.append(f"{text}.")
    return sentences


def _compared_with_own(findings: PlacementFindings) -> list[PlacementResult]:
    """Return the placements to compare with the existing stations: the best of the same size, and the chosen one."""
    own, chosen = findings.own, findings.chosen
    others = [each for each in findings.best if len(each.placement.stations) == len(own.placement.stations)]
    if all(each is not chosen for each in others):
        others.append(chosen)
    return [each for each in others if each.placement != own.placement]


def _difference_text(found: PlacementResult, own: PlacementResult) -> str:
    """Return the paired difference on the test, with its bootstrap interval over incidents."""
    pairs = zip(found.test.delay.values, own.test.delay.values, strict=True)
    difference = Sample(tuple(one - other for one, other in pairs))
    return (
        f"The best {len(found.placement.stations)} stations against the existing ones, incident by incident on the test: "
        f"{_seconds(difference, signed=True)}."
    )


def _change(each: StationValue) -> str:
    return f"{number(each.calibration_s, 0, signed=True)} s on the calibration, {_seconds(each.test, signed=True)} on the test"


def _seconds(times_s: Sample, signed: bool = False) -> str:
    """Return a mean time with its interval, such as "74 s (60 to 91)"."""
    ends = span(times_s.interval, 0, signed)
    return f"{number(times_s.mean, 0, signed)} s{'' if ends == DASH else f' ({ends})'}"


def placement_summary(findings: PlacementFindings) -> str:
    """Return the study as text."""
    parts = [
        f"Placement study {findings.study.name}",
        *placement_lead(findings),
        *(f"Note: {notice}" for notice in findings.notices),
        "",
        *(f"- {sentence}" for sentence in placement_sentences(findings)),
        "",
        plain_text(placements_table(findings)),
        "",
        plain_text(changes_table(findings)),
    ]
    return "\n".join(parts)
