"""Findings of a placement study in sentences and text tables, for the summary and the page."""

from math import isnan

from harness.reporting.number_text import number, percent_with_interval, span, with_interval
from harness.reporting.report_document import DASH, Table
from harness.reporting.text_table import plain_text
from harness.scoring.rates import Sample
from harness.studies.placement.placement_study import Findings
from harness.studies.placement.placement_tables import positions_text
from harness.studies.placement.station_values import PlacementResult, StationValue

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
    """Return how the detector's threshold is set for a placement."""
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
        f"{study.false_per_day:g} false alarm(s) per day on the whole road, for any number of stations."
    )


def lead(findings: Findings) -> list[str]:
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
        f"{what[:1].upper()}{what[1:]}. Budget: {limit}; {places} places where one may be built; {len(findings.tried)} "
        "placements tried, none of them simulated again.",
        f"Chosen on {chosen.calibration.dr.whole} incidents (the calibration), judged on {chosen.test.dr.whole} others (the "
        f"test, with {days:.2f} days of the road without incident). Delay of an incident: from onset to alarm; a missed one counts "
        "its duration.",
        rule_text(findings),
    ]


def in_short(findings: Findings) -> list[str]:
    """Return the findings, each sentence with its interval."""
    own, chosen = findings.own, findings.chosen
    sentences = [
        f"Best found: {len(chosen.placement.stations)} stations at {positions_text(chosen, findings)} m. Mean delay on the test "
        f"incidents {_seconds(chosen.test.delay)} (on those it was chosen on "
        f"{chosen.calibration.delay.mean:.0f} s), {chosen.test.dr.part} of {chosen.test.dr.whole} found.",
        f"The site's own {len(own.placement.stations)} stations: {_seconds(own.test.delay)} "
        f"({own.calibration.delay.mean:.0f} s on the calibration), {own.test.dr.part} of {own.test.dr.whole} found.",
        *(_against(each, own) for each in _rivals(findings)),
    ]
    if findings.leave_out:
        least = min(findings.leave_out, key=lambda each: each.calibration_s)
        most = max(findings.leave_out, key=lambda each: each.calibration_s)
        text = f"Worth most: the station at {most.at_m:g} m (without it {_change(most)})"
        if least is not most:
            text += f"; worth least: {least.at_m:g} m (without it {_change(least)})"
        sentences.append(f"{text}.")
    if findings.one_more is not None:
        sentences.append(
            f"One more station, at {findings.one_more.at_m:g} m, would change the delay by {_change(findings.one_more)}."
        )
    if chosen.failing is not None:
        sturdy = findings.sturdy
        text = (
            f"With each loop dead with probability {findings.study.failures.dead_share:g}: "
            f"{chosen.failing.delay.mean:.0f} s on the test instead of {chosen.test.delay.mean:.0f} s"
        )
        if sturdy is not None and sturdy.placement == chosen.placement:
            text += "; no exchange of one station would do better then"
        elif sturdy is not None and sturdy.failing is not None:
            text += (
                f"; the best placement with dead loops: {positions_text(sturdy, findings)} m, "
                f"{sturdy.failing.delay.mean:.0f} s instead of {sturdy.test.delay.mean:.0f} s"
            )
        sentences.append(f"{text}.")
    return sentences


def _rivals(findings: Findings) -> list[PlacementResult]:
    """Return what the site's own stations are compared with: as many stations, and the chosen ones."""
    own, chosen = findings.own, findings.chosen
    rivals = [each for each in findings.best if len(each.placement.stations) == len(own.placement.stations)]
    if all(each is not chosen for each in rivals):
        rivals.append(chosen)
    return [each for each in rivals if each.placement != own.placement]


def _against(found: PlacementResult, own: PlacementResult) -> str:
    """The paired difference on the test, with a bootstrap interval over incidents."""
    pairs = zip(found.test.delay.values, own.test.delay.values, strict=True)
    difference = Sample(tuple(one - other for one, other in pairs))
    return (
        f"The best {len(found.placement.stations)} stations against the site's own, incident by incident on the test: "
        f"{_seconds(difference, signed=True)}."
    )


def _change(each: StationValue) -> str:
    return f"{number(each.calibration_s, 0, signed=True)} s on the calibration, {_seconds(each.test, signed=True)} on the test"


def _seconds(times_s: Sample, signed: bool = False) -> str:
    """A mean time with its interval: "74 s (60 to 91)"."""
    ends = span(times_s.interval, 0, signed)
    return f"{number(times_s.mean, 0, signed)} s{'' if ends == DASH else f' ({ends})'}"


def found_table(findings: Findings) -> list[tuple[str, ...]]:
    """Return a head, then the site's own, the best of each size, evenly spaced ones; prices only under a budget of money."""
    rows = [findings.own, *findings.best, *([] if findings.sturdy is None else [findings.sturdy])]
    table = [HEAD, *(_row(each, findings) for each in (*rows, *(found for _, found in findings.even)))]
    if findings.study.budget.money is not None:
        return table
    price = HEAD.index("price")
    return [(*row[:price], *row[price + 1 :]) for row in table]


def _row(found: PlacementResult, findings: Findings) -> tuple[str, ...]:
    test = found.test
    rate = test.score.false_alarms_per_corridor_day
    mark = "  (chosen)" if found.label == findings.chosen.label else ""
    return (
        found.label + mark,
        str(len(found.placement.stations)),
        f"{found.price:g}",
        number(found.calibration.delay.mean, 0),
        with_interval(test.delay.mean, test.delay.interval, 0),
        f"{test.dr.part}/{test.dr.whole} ({percent_with_interval(test.dr, 0)} %)",
        with_interval(test.score.ttd.mean, test.score.ttd.interval, 0),
        with_interval(rate.value, rate.interval),
        DASH if found.failing is None else number(found.failing.delay.mean, 0),
    )


def change_table(findings: Findings) -> list[tuple[str, ...]]:
    """Return the value of each station of the chosen placement, and of one more."""
    rows = [(f"without the one at {each.at_m:g} m", each) for each in findings.leave_out]
    if findings.one_more is not None:
        rows.append((f"one more at {findings.one_more.at_m:g} m", findings.one_more))
    return [
        (
            label,
            number(each.calibration_s, 0, signed=True),
            with_interval(each.test.mean, each.test.interval, 0, signed=True),
            f"{each.detected:+d}",
        )
        for label, each in rows
    ]


def summary(findings: Findings) -> str:
    """Return the study as text."""
    head, *placements = found_table(findings)
    parts = [
        f"Placement study {findings.study.name}",
        *lead(findings),
        *(f"Note: {notice}" for notice in findings.notices),
        "",
        *(f"- {sentence}" for sentence in in_short(findings)),
        "",
        plain_text(Table("Placements", head, tuple(placements))),
        "",
        plain_text(
            Table(
                "The chosen placement changed by one station (delay with the change minus delay without it)",
                CHANGE_HEAD,
                tuple(change_table(findings)),
            )
        ),
    ]
    return "\n".join(parts)
