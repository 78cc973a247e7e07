"""The tables of a placement study, for its page and its summary: placements, and changes by one station."""

from harness.reporting.number_text import number, percent_with_interval, with_interval
from harness.reporting.report_document import DASH, Table
from harness.studies.placement.placement_study import PlacementFindings
from harness.studies.placement.station_values import PlacementResult

PLACEMENT_COLUMNS = (
    "placement",
    "stations",
    "price",
    "delay, s: calibration",
    "delay, s: test (95 %)",
    "detected: test (DR, 95 %)",
    "TTD, s: test (95 %)",
    "false alarms per day: test (95 %)",
    "delay, s: test, dead loops",
)
CHANGE_COLUMNS = ("station", "delay, s: calibration", "delay, s: test (95 %)", "detected: test")


def placements_table(findings: PlacementFindings) -> Table:
    """Return the existing stations, the best of each size, and evenly spaced ones; prices under a budget of money."""
    results = [findings.own, *findings.best, *([] if findings.sturdy is None else [findings.sturdy])]
    results += [found for _, found in findings.even]
    rows = [PLACEMENT_COLUMNS, *(_row(each, findings) for each in results)]
    if findings.study.budget.money is None:
        price = PLACEMENT_COLUMNS.index("price")
        rows = [(*row[:price], *row[price + 1 :]) for row in rows]
    bold = tuple(number for number, each in enumerate(results) if each.label == findings.chosen.label)
    return Table("Placements", rows[0], tuple(rows[1:]), bold=bold)


def changes_table(findings: PlacementFindings) -> Table:
    """Return the value of each station of the chosen placement, and of one more."""
    changes = [(f"without the one at {each.at_m:g} m", each) for each in findings.leave_out]
    if findings.one_more is not None:
        changes.append((f"one more at {findings.one_more.at_m:g} m", findings.one_more))
    rows = tuple(
        (
            label,
            number(each.calibration_s, 0, signed=True),
            with_interval(each.test.mean, each.test.interval, 0, signed=True),
            f"{each.detected:+d}",
        )
        for label, each in changes
    )
    caption = "The chosen placement changed by one station (delay with the change minus delay without it)"
    return Table(caption, CHANGE_COLUMNS, rows)


def _row(found: PlacementResult, findings: PlacementFindings) -> tuple[str, ...]:
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
