"""Tables of characterization: estimates against truth, over all incidents, and by demand or blocked lanes.

Conventions: those of `characterization` (estimated minus true) and `detection_tables` (a dash is undefined).
"""

import math
from collections.abc import Sequence

from harness.reporting.detection_tables import factor_heading
from harness.reporting.number_text import number, percent
from harness.reporting.report_document import Table
from harness.scoring.breakdown import by_factor, factors_of
from harness.scoring.characterization import LATER_FRAMES, ErrorSums
from harness.scoring.detection_score import Score

ONSET_S, CLEARANCE_S = 30.0, 60.0  # chosen: errors an operator can work with
FACTORS = ("demand", "lanes_blocked")


def characterization_table(score: Score) -> Table:
    """Return estimates against truth over all incidents: lanes, place, onset, clearance, queue, lane changing."""
    found = score.characterization

    def error(name: str, unit: str, errors: ErrorSums, digits: int, over: str) -> tuple[str, ...]:
        return (
            f"{name} [{unit}]",
            number(errors.bias, digits),
            number(errors.rmse, digits),
            f"{errors.compared} of {errors.available} {over}",
        )

    exact = sum(one.lanes_exact for one in found.lanes_known)
    later = sum(one.lanes_exact_later for one in found.lanes_known)
    lanes = f"of {len(found.lanes_known)} detected incidents"
    return Table(
        caption="Characterization (estimated minus true)",
        columns=("Figure", "Value or bias", "RMSE", "Over"),
        rows=(
            ("Blocked lanes named exactly [%]", percent(found.lane_accuracy.value), "", f"{exact} {lanes}"),
            (
                f"The same {LATER_FRAMES} frames later [%]",
                percent(found.lane_accuracy_later.value),
                "",
                f"{later} {lanes}",
            ),
            ("Lane precision [%]", percent(found.lane_precision.value), "", f"lanes named, {lanes}"),
            ("Lane recall [%]", percent(found.lane_recall.value), "", f"lanes blocked, {lanes}"),
            (
                "First symptom, after onset [s]",
                number(found.suspicion.bias, 1),
                "",
                f"{found.suspicion.compared} {lanes}",
            ),
            ("Alarms raised by evidence, not by another rule", str(found.by_evidence), "", lanes),
            error("Position", "m", found.location_error, 0, "detected incidents"),
            error("Onset", "s", found.onset_error, 1, "detected incidents"),
            error("Clearance", "s", found.clearance_error, 1, "detected incidents"),
            error("Queue, blocked lanes", "veh", found.queue_error, 1, "frames x lanes"),
            error("Lane-changing share, blocked lanes", "1", found.lane_changing_error, 3, "frames x lanes"),
            error("Vehicles, lanes beside", "veh", found.beside_error, 1, "frames x lanes"),
        ),
        note="Lanes, position and onset as estimated when the alarm was raised.",
    )


def characterization_by(score: Score, factor: str) -> Table:
    """Return estimates against truth by the levels of one factor, a row for each level with incidents."""
    rows = []
    for level, part in by_factor(score, factor):
        if not part.incidents:
            continue
        found = part.characterization
        described = found.described
        queue, mean = found.queue_error, found.queue_error.true_mean
        rows.append(
            (
                level,
                f"{sum(one.lanes_exact for one in described)} of {len(found.lanes_known)}",
                number(found.location_error.rmse, 0),
                _bias_and_rmse(found.onset_error, 0),
                percent(share_within([one.onset_error_s for one in described], ONSET_S), 0),
                _bias_and_rmse(found.clearance_error, 0),
                percent(share_within([one.clearance_error_s for one in described], CLEARANCE_S), 0),
                number(mean, 1),
                _bias_and_rmse(queue, 1),
                percent(queue.rmse / mean, 0) if mean else number(math.nan),
                number(found.lane_changing_error.rmse, 3),
            )
        )
    return Table(
        caption=f"Characterization by {factor_heading(factor)}",
        columns=(
            *("Level", "Lanes exact", "Place", "Onset", f"in {ONSET_S:g} s", "Clearance", f"in {CLEARANCE_S:g} s"),
            *("True queue", "Queue", "RMSE/true", "Changing"),
        ),
        rows=tuple(rows),
        note="Place [m] and changing (share of lane-changing vehicles in the blocked lanes): RMSE. Onset, clearance [s], "
        "queue in the blocked lanes [veh]: bias (RMSE). In 30 s, in 60 s, RMSE over true queue: percent. True queue: mean over "
        "the frames and lanes compared.",
    )


def characterization_tables(score: Score) -> tuple[Table, ...]:
    """Return all tables of characterization; () for a detector that does not estimate."""
    if not score.characterization.described:
        return ()
    by = [characterization_by(score, factor) for factor in factors_of(score) if factor in FACTORS]
    return (characterization_table(score), *by)


def share_within(errors: Sequence[float], limit: float) -> float:
    """Return the share of the known errors that are at most `limit` in size; NaN where none is known.

    >>> share_within([10.0, -40.0, float("nan")], 30.0)
    0.5
    """
    known = [error for error in errors if not math.isnan(error)]
    return sum(abs(error) <= limit for error in known) / len(known) if known else math.nan


def _bias_and_rmse(errors: ErrorSums, digits: int) -> str:
    return f"{number(errors.bias, digits)} ({number(errors.rmse, digits)})"
