"""Findings of a placement study as rows, for its CSV files."""

from collections.abc import Mapping

from harness.scoring.intervals import Interval
from harness.studies.placement.dead_loops import DeadLoopScore
from harness.studies.placement.judge_placement import PlacementScore
from harness.studies.placement.placement_study import PlacementFindings
from harness.studies.placement.station_values import PlacementResult, StationValue

Row = Mapping[str, object]


def found_rows(findings: PlacementFindings) -> list[Row]:
    """Return a row for the existing stations, each best size, the placement chosen with dead loops, and each spacing."""
    rows = [_found("own", findings.own, findings)]
    rows += [
        {**_found("best", each, findings), "found_by": how}
        for each, how in zip(findings.best, findings.how, strict=True)
    ]
    rows += [_found("even", each, findings) for _, each in findings.even]
    if findings.sturdy is not None:
        rows.append(_found("sturdy", findings.sturdy, findings))
    return [{"found_by": "", **row, "chosen": row["label"] == findings.chosen.label} for row in rows]


def _found(kind: str, found: PlacementResult, findings: PlacementFindings) -> Row:
    return {
        "kind": kind,
        "label": found.label,
        "stations": len(found.placement.stations),
        "loops": sum(len(at.lanes) for at in found.placement.stations),
        "price": found.price,
        "positions_m": positions_text(found, findings),
        "threshold": found.calibration.threshold,
        **_side("calibration", found.calibration),
        **_side("test", found.test),
        **_failing(found.failing),
    }


def positions_text(found: PlacementResult, findings: PlacementFindings) -> str:
    """Return the stations' positions [m], with their lanes where not all have loops."""
    there = findings.dense.stations
    texts = []
    for at in found.placement.stations:
        lanes = "" if len(at.lanes) == there[at.station].lanes else f" (lanes {','.join(map(str, at.lanes))})"
        texts.append(f"{findings.site.positions_m[at.station]:g}{lanes}")
    return "; ".join(texts)


def _side(side: str, judged: PlacementScore) -> Row:
    score = judged.score
    return {
        f"{side}_delay_s": judged.delay.mean,
        **_ends(f"{side}_delay", judged.delay.interval),
        f"{side}_detected": judged.dr.part,
        f"{side}_incidents": judged.dr.whole,
        f"{side}_dr": judged.dr.value,
        **_ends(f"{side}_dr", judged.dr.interval),
        f"{side}_ttd_s": score.ttd.mean,
        **_ends(f"{side}_ttd", score.ttd.interval),
        f"{side}_false_alarms": score.false_alarms,
        f"{side}_days": score.corridor_days,
        f"{side}_false_per_day": score.false_alarms_per_corridor_day.value,
        **_ends(f"{side}_false_per_day", score.false_alarms_per_corridor_day.interval),
    }


def _failing(failing: DeadLoopScore | None) -> Row:
    if failing is None:
        return {"failing_delay_s": None, "failing_delay_low": None, "failing_delay_high": None, "failing_dr": None}
    return {
        "failing_delay_s": failing.delay.mean,
        **_ends("failing_delay", failing.delay.interval),
        "failing_dr": failing.dr,
    }


def _ends(name: str, interval: Interval) -> Row:
    return {f"{name}_low": interval.low, f"{name}_high": interval.high}


def difference_rows(findings: PlacementFindings) -> list[Row]:
    """Return a row per station of the chosen placement, left out, and one for the station to add."""
    rows = [_difference("left out", each) for each in findings.leave_out]
    if findings.one_more is not None:
        rows.append(_difference("one more", findings.one_more))
    return rows


def _difference(change: str, each: StationValue) -> Row:
    return {
        "change": change,
        "position_m": each.at_m,
        "lanes": " ".join(map(str, each.lanes)),
        "calibration_delay_change_s": each.calibration_s,
        "test_delay_change_s": each.test.mean,
        **_ends("test_delay_change", each.test.interval),
        "test_detected_change": each.detected,
    }


def tried_rows(findings: PlacementFindings) -> list[Row]:
    """Return every placement tried, with the mean delay it was chosen by."""
    return [
        {
            "stations": len(placement.stations),
            "price": findings.site.price(placement.stations),
            "calibration_delay_s": cost,
            "positions_m": "; ".join(f"{at_m:g}" for at_m in placement.positions_m(findings.dense)),
            "lanes": "; ".join(" ".join(map(str, at.lanes)) for at in placement.stations),
        }
        for placement, cost in findings.tried
    ]
