"""What alarms said against what was, as tables: over all incidents, and by their demand or the lanes they block.

Conventions: those of `characterization` (estimated minus true) and `score_tables` (a dash is undefined).
"""

import math
from collections.abc import Sequence

from harness.reporting.report_document import Table
from harness.reporting.score_tables import FACTOR_HEADINGS, number, percent
from harness.scoring.breakdown import by_factor, factors_of
from harness.scoring.characterization import LATER_FRAMES, Errors
from harness.scoring.score import Score

ONSET_S, CLEARANCE_S = 30.0, 60.0  # errors that an operator can live with
FACTORS = ("demand", "lanes_blocked")


def characterization_table(score: Score) -> Table:
    """What the alarms said against what was: lanes, place, start and end, queue, lane changing."""
    named = len(score.characterized)

    def error(name: str, unit: str, errors: Errors, digits: int, over: str) -> tuple[str, ...]:
        return (
            f"{name} [{unit}]",
            number(errors.bias, digits),
            number(errors.rmse, digits),
            f"{errors.compared} of {errors.of} {over}",
        )

    exact = sum(one.lanes_exact for one in score.characterized)
    later = sum(one.lanes_exact_later for one in score.characterized)
    lanes = f"of {named} detected incidents"
    return Table(
        caption="Characterization (estimated minus true)",
        columns=("Figure", "Value or bias", "RMSE", "Over"),
        rows=(
            ("Blocked lanes named exactly [%]", percent(score.lane_accuracy), "", f"{exact} {lanes}"),
            (f"The same {LATER_FRAMES} frames later [%]", percent(score.lane_accuracy_later), "", f"{later} {lanes}"),
            ("Lane precision [%]", percent(score.lane_precision), "", f"lanes named, {lanes}"),
            ("Lane recall [%]", percent(score.lane_recall), "", f"lanes blocked, {lanes}"),
            (
                "First symptom, after onset [s]",
                number(score.suspicion.bias, 1),
                "",
                f"{score.suspicion.compared} {lanes}",
            ),
            ("Alarms raised by evidence, not by another rule", str(score.by_evidence), "", lanes),
            error("Position", "m", score.location_error, 0, "detected incidents"),
            error("Onset", "s", score.onset_error, 1, "detected incidents"),
            error("Clearance", "s", score.clearance_error, 1, "detected incidents"),
            error("Queue, blocked lanes", "veh", score.queue_error, 1, "frames x lanes"),
            error("Lane-changing share, blocked lanes", "1", score.lane_changing_error, 3, "frames x lanes"),
            error("Vehicles, lanes beside", "veh", score.beside_error, 1, "frames x lanes"),
        ),
        note="Lanes, position and onset as said when the alarm was raised.",
    )


def characterization_by(score: Score, factor: str) -> Table:
    """The same by the levels of one factor, a line for each with incidents."""
    rows = []
    for level, part in by_factor(score, factor):
        if not part.incidents:
            continue
        told = part.characterized
        queue, mean = part.queue_error, part.queue_error.true_mean
        rows.append(
            (
                level,
                f"{sum(one.lanes_exact for one in told)} of {len(told)}",
                number(part.location_error.rmse, 0),
                _signed(part.onset_error, 0),
                percent(share_within([one.onset_error_s for one in told], ONSET_S), 0),
                _signed(part.clearance_error, 0),
                percent(share_within([one.clearance_error_s for one in told], CLEARANCE_S), 0),
                number(mean, 1),
                _signed(queue, 1),
                percent(queue.rmse / mean, 0) if mean else number(math.nan),
                number(part.lane_changing_error.rmse, 3),
            )
        )
    heading = FACTOR_HEADINGS.get(factor, factor.replace("_", " "))
    return Table(
        caption=f"Characterization by {heading}",
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
    """All of them; none where the detector estimates nothing."""
    if not score.characterized:
        return ()
    by = [characterization_by(score, factor) for factor in factors_of(score) if factor in FACTORS]
    return (characterization_table(score), *by)


def share_within(errors: Sequence[float], limit: float) -> float:
    """Share of the known errors that are at most `limit` in size; NaN where none is known.

    >>> share_within([10.0, -40.0, float("nan")], 30.0)
    0.5
    """
    known = [error for error in errors if not math.isnan(error)]
    return sum(abs(error) <= limit for error in known) / len(known) if known else math.nan


def _signed(errors: Errors, digits: int) -> str:
    return f"{number(errors.bias, digits)} ({number(errors.rmse, digits)})"
