"""Findings in words and tables of text: the summary on the terminal, and what the page says."""

from collections.abc import Sequence
from math import isnan

import numpy as np

from harness.scoring.intervals import Interval, bootstrap_mean
from harness.studies.placement.judge_placement import SEED
from harness.studies.placement.placement_study import Findings
from harness.studies.placement.placement_tables import positions_text
from harness.studies.placement.station_values import Difference, Found

HEAD = (
    "placement",
    "stations",
    "price",
    "delay, s: calibration",
    "delay, s: test (95 %)",
    "found: test (DR, 95 %)",
    "TTD, s: test (95 %)",
    "false alarms per day: test (95 %)",
    "delay, s: test, dead loops",
)
CHANGE_HEAD = ("station", "delay, s: calibration", "delay, s: test (95 %)", "found: test")


def rule_text(findings: Findings) -> str:
    """How the detector's threshold is set for a placement."""
    study = findings.study
    if isnan(findings.chosen.calibration.threshold):
        return f"{study.detector} decides by its own rules, at the settings it ships with."
    if study.threshold == "shipped":
        return (
            f"{study.detector} has the threshold it ships with for {study.false_per_day:g} false alarm(s) a day, whatever the "
            "placement."
        )
    return (
        f"{study.detector}'s threshold is set for each placement on the calibration runs of that placement, for at most "
        f"{study.false_per_day:g} false alarm(s) per day on the whole road (thresholds.py), however many stations."
    )


def lead(findings: Findings) -> list[str]:
    """What the study is, in a few sentences."""
    study, chosen = findings.study, findings.chosen
    days = chosen.test.score.corridor_days
    budget = study.budget
    limit = (
        f"{budget.stations} stations in all" if budget.stations is not None else f"{budget.money:g} for new stations"
    )
    places = len({option.station for option in findings.site.options})
    what = study.description or study.name
    return [
        f"{what[:1].upper()}{what[1:]}. Budget: {limit}; {places} places where one may be built; {len(findings.tried)} "
        "placements tried, none of them simulated again.",
        f"Chosen on {chosen.calibration.incidents} incidents (the calibration), judged on {chosen.test.incidents} others (the "
        f"test, with {days:.2f} days of the road without incident). Delay of an incident: from onset to alarm; a missed one counts "
        "its duration.",
        rule_text(findings),
    ]


def in_short(findings: Findings) -> list[str]:
    """What the study says, each sentence with its interval."""
    own, chosen = findings.own, findings.chosen
    told = [
        f"Best found: {len(chosen.placement.stations)} stations at {positions_text(chosen, findings)} m. Mean delay on the test "
        f"incidents {_measure(chosen.test.delay_s, chosen.test.delay_interval)} s (on those it was chosen on "
        f"{chosen.calibration.delay_s:.0f} s), {chosen.test.detected} of {chosen.test.incidents} found.",
        f"The site's own {len(own.placement.stations)} stations: {_measure(own.test.delay_s, own.test.delay_interval)} s "
        f"({own.calibration.delay_s:.0f} s on the calibration), {own.test.detected} of {own.test.incidents} found.",
        *(_against(each, own) for each in _rivals(findings)),
    ]
    if findings.leave_out:
        least = min(findings.leave_out, key=lambda each: each.calibration_s)
        most = max(findings.leave_out, key=lambda each: each.calibration_s)
        text = f"Worth most: the station at {most.at_m:g} m (without it {_change(most)})"
        if least is not most:
            text += f"; worth least: {least.at_m:g} m (without it {_change(least)})"
        told.append(f"{text}.")
    if findings.one_more is not None:
        told.append(
            f"One more station, at {findings.one_more.at_m:g} m, would change the delay by {_change(findings.one_more)}."
        )
    if chosen.failing is not None:
        sturdy = findings.sturdy
        text = (
            f"With each loop dead with probability {findings.study.failures.dead_share:g}: {chosen.failing.delay_s:.0f} s on the "
            f"test instead of {chosen.test.delay_s:.0f} s"
        )
        if sturdy is not None and sturdy.placement == chosen.placement:
            text += "; no exchange of one station would do better then"
        elif sturdy is not None and sturdy.failing is not None:
            text += (
                f"; chosen with that in mind: {positions_text(sturdy, findings)} m, {sturdy.failing.delay_s:.0f} s instead of "
                f"{sturdy.test.delay_s:.0f} s"
            )
        told.append(f"{text}.")
    return told


def _rivals(findings: Findings) -> list[Found]:
    """What the site's own stations are compared with: as many stations, and the chosen ones."""
    own, chosen = findings.own, findings.chosen
    rivals = [each for each in findings.best if len(each.placement.stations) == len(own.placement.stations)]
    if all(each is not chosen for each in rivals):
        rivals.append(chosen)
    return [each for each in rivals if each.placement != own.placement]


def _against(found: Found, own: Found) -> str:
    """The paired difference on the test, with a bootstrap interval over incidents."""
    pairs = [one - other for one, other in zip(found.test.delays_s, own.test.delays_s, strict=True)]
    low, high = bootstrap_mean(pairs, np.random.default_rng(SEED))
    span = "" if isnan(low) else f" ({low:+.0f} to {high:+.0f})"
    return (
        f"The best {len(found.placement.stations)} stations against the site's own, incident by incident on the test: "
        f"{sum(pairs) / len(pairs):+.0f} s{span}."
    )


def _change(each: Difference) -> str:
    low, high = each.test_interval
    span = "" if isnan(low) else f", {low:+.0f} to {high:+.0f}"
    return f"{each.calibration_s:+.0f} s on the calibration, {each.test_s:+.0f} s on the test{span}"


def _measure(value: float, interval: Interval, form: str = "{:.0f}") -> str:
    if isnan(value):
        return "-"
    return form.format(value) + ("" if isnan(interval.low) else f" ({_span(interval, form)})")


def _span(interval: Interval, form: str) -> str:
    return f"{form.format(interval.low)} to {form.format(interval.high)}"


def found_table(findings: Findings) -> list[tuple[str, ...]]:
    """A head, then the site's own, the best of each size, evenly spaced ones; prices only where there is money to spend."""
    rows = [findings.own, *findings.best, *([] if findings.sturdy is None else [findings.sturdy])]
    table = [HEAD, *(_row(each, findings) for each in (*rows, *(found for _, found in findings.even)))]
    if findings.study.budget.money is not None:
        return table
    price = HEAD.index("price")
    return [(*row[:price], *row[price + 1 :]) for row in table]


def _row(found: Found, findings: Findings) -> tuple[str, ...]:
    score, test = found.test.score, found.test
    mark = "  (chosen)" if found.label == findings.chosen.label else ""
    rate = score.false_alarms_per_corridor_day
    return (
        found.label + mark,
        str(len(found.placement.stations)),
        f"{found.price:g}",
        f"{found.calibration.delay_s:.0f}",
        _measure(test.delay_s, test.delay_interval),
        f"{test.detected}/{test.incidents} ({_measure(100 * test.dr, test.dr_interval.scaled(100))} %)",
        _measure(score.ttd_mean_s, test.ttd_interval),
        _measure(rate, score.false_alarms_per_corridor_day_interval, "{:.1f}"),
        "-" if found.failing is None else f"{found.failing.delay_s:.0f}",
    )


def change_table(findings: Findings) -> list[tuple[str, ...]]:
    """What each station of the chosen placement is worth, and one more."""
    rows = [(f"without the one at {each.at_m:g} m", each) for each in findings.leave_out]
    if findings.one_more is not None:
        rows.append((f"one more at {findings.one_more.at_m:g} m", findings.one_more))
    return [
        (
            label,
            f"{each.calibration_s:+.0f}",
            f"{each.test_s:+.0f}"
            + ("" if isnan(each.test_interval.low) else f" ({_span(each.test_interval, '{:+.0f}')})"),
            f"{each.detected:+d}",
        )
        for label, each in rows
    ]


def summary(findings: Findings) -> str:
    """The study as text."""
    parts = [
        f"Placement study {findings.study.name}",
        *lead(findings),
        *(f"Note: {notice}" for notice in findings.notices),
        "",
        *(f"- {sentence}" for sentence in in_short(findings)),
        "",
        *_text_table(found_table(findings)),
        "",
        "The chosen placement changed by one station (delay with the change less without it):",
        *_text_table([CHANGE_HEAD, *change_table(findings)]),
    ]
    return "\n".join(parts)


def _text_table(table: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]
