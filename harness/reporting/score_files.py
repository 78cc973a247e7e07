"""Files of a score: the document of score.json, and the rows of incidents.csv, alarms.csv and runs.csv.

Conventions: rows are lists of text, the first one the header, ready for `csv.writer`. What is undefined is null in
JSON and an empty field in CSV, never 0; lanes are separated by `;`; flags are 0 and 1; sections are counted from 0.
"""

from collections.abc import Mapping, Sequence

from harness.records.atomic_files import plain
from harness.reporting.csv_rows import csv_cell
from harness.reporting.extent_figures import extent_cells, extent_columns, extent_figures
from harness.reporting.paper_table import PAPER_I880, PAPER_SIMULATED, PaperRow
from harness.reporting.traffic_notices import Accounts
from harness.reporting.traffic_tables import COLUMNS, traffic_figures
from harness.scoring.breakdown import by_factor, factors_of
from harness.scoring.characterization import ErrorSums
from harness.scoring.characterization_score import CharacterizationScore
from harness.scoring.detection_score import Score
from harness.scoring.intervals import LEVEL, RESAMPLES, RESAMPLING_SEED
from harness.scoring.outcomes import Factors
from simulator.recording.incident_log import lanes_field

Rows = list[list[str]]

DIGITS = 12
"""Significant digits: a millisecond in thirty years, without the noise of binary fractions."""


def score_document(
    detector: str, scores: Sequence[Score], extra: Mapping[str, object] | None = None
) -> dict[str, object]:
    """Return the content of score.json: the figures of the first score, of every persistence, and breakdowns.

    `extra` (battery, command, versions, ...) is added to them. Raises ValueError where there is no score.
    """
    if not scores:
        raise ValueError("a score document needs at least one score, got none")
    first = scores[0]
    breakdown = {
        factor: [
            {"level": level, **_headline(part), **_characterization(part.characterization)}
            for level, part in by_factor(first, factor)
        ]
        for factor in factors_of(first)
    }
    document: dict[str, object] = {
        "detector": detector,
        **score_figures(first),
        "by_persistence": [score_figures(score) for score in scores],
        "breakdown": breakdown,
        "paper": {"sheu2004_simulated": _paper(PAPER_SIMULATED), "sheu2004_i880": _paper(PAPER_I880)},
        "intervals": {
            "level": LEVEL,
            "dr": "Wilson",
            "false_alarms": "exact Poisson (Garwood)",
            "ttd": f"bootstrap over incidents, {RESAMPLES} resamples, seed {RESAMPLING_SEED}",
        },
        **(extra or {}),
    }
    return {key: plain(value) for key, value in document.items()}


def score_figures(score: Score) -> dict[str, object]:
    """Return every figure of one score by name; NaN where undefined."""
    return {
        **_headline(score),
        "persistence": score.persistence,
        "grace_s": score.grace_s,
        "recovery_s": score.recovery_s,
        "incidents_without_impact": score.incidents_without_impact,
        "incidents_unobserved": score.incidents_unobserved,
        "located": score.located,
        "before_evidence": score.before_evidence,
        "neutral_alarms": score.neutral_alarms,
        "corridor_days": score.corridor_days,
        "far_interval": score.far.interval,
        "false_alarms_per_section_hour": score.false_alarms_per_section_hour.value,
        "ttd_mean_interval_s": score.ttd.interval,
        "ttd_p90_s": score.ttd.p90,
        "ttd_intervals_mean_s": score.ttd_intervals.mean,
        "ttd_intervals_median_s": score.ttd_intervals.median,
        "ttd_intervals_p90_s": score.ttd_intervals.p90,
        "floor_mean_s": score.floor_mean_s,
        "floor_mean_all_s": score.floor_mean_all_s,
        "ttd_s": score.ttd.values,
        **extent_figures(score),
        **_characterization(score.characterization),
    }


def _characterization(score: CharacterizationScore) -> dict[str, object]:
    return {
        "lane_accuracy": score.lane_accuracy.value,
        "lane_accuracy_later": score.lane_accuracy_later.value,
        "lane_precision": score.lane_precision.value,
        "lane_recall": score.lane_recall.value,
        "suspicion_mean_s": score.suspicion.bias,
        "by_evidence": score.by_evidence,
        "location_error_m": _errors(score.location_error),
        "onset_error_s": _errors(score.onset_error),
        "clearance_error_s": _errors(score.clearance_error),
        "queue_error_veh": _errors(score.queue_error),
        "lane_changing_error": _errors(score.lane_changing_error),
        "beside_error_veh": _errors(score.beside_error),
    }


def _headline(score: Score) -> dict[str, object]:
    return {
        "incidents": score.incidents,
        "detected": score.detected,
        "false_alarms": score.false_alarms,
        "false_alarm_groups": score.false_groups,
        "decisions": score.decisions,
        "section_hours": score.section_hours,
        "dr": score.dr.value,
        "dr_interval": score.dr.interval,
        "far": score.far.value,
        "false_alarms_per_corridor_day": score.false_alarms_per_corridor_day.value,
        "false_alarms_per_corridor_day_interval": score.false_alarms_per_corridor_day.interval,
        "false_alarm_groups_per_corridor_day": score.false_groups_per_corridor_day.value,
        "false_alarm_groups_per_corridor_day_interval": score.false_groups_per_corridor_day.interval,
        "ttd_mean_s": score.ttd.mean,
        "ttd_median_s": score.ttd.median,
    }


def incident_rows(score: Score) -> Rows:
    """Return the rows of incidents.csv: one per incident, with its outcome; the trace where a log with tolerances is among them."""
    labels = _labels([one.factors for one in score.incident_outcomes])
    header = [
        *("run", "incident", "onset_s", "clearance_s", "position_m", "lanes", "section", "impact", "observed"),
        *("persistence", "detected", "located", "alarm_s", "ttd_s", "ttd_intervals_s", "floor_s", "delay_veh_h"),
        *("queue_max_veh", "estimated_lanes", "lanes_exact", "location_error_m", "onset_error_s", "clearance_error_s"),
        *("queue_bias_veh", "queue_rmse_veh", "lane_changing_rmse", "symptom"),
    ]
    rows = [[*header, *extent_columns(score), *labels]]
    for one in score.incident_outcomes:
        known = one.detected and one.estimate.lanes is not None
        values: list[object] = [
            *(one.run, one.incident, one.onset_s, one.clearance_s, one.position_m),
            *(lanes_field(one.lanes, one.no_lane), one.section, one.impact, one.observed),
            *(score.persistence, one.detected, one.located if one.detected else None),
            *(one.alarm_s, one.ttd_s, one.ttd_intervals_s, one.floor_s, one.delay_veh_h, one.queue_max_veh),
            *(one.estimate.lanes, one.lanes_exact if known else None, one.location_error_m, one.onset_error_s),
            *(one.clearance_error_s, one.queue.bias, one.queue.rmse, one.lane_changing.rmse, one.estimate.symptom),
            *(extent_cells(one) if score.by_extents else ()),
        ]
        rows.append([csv_cell(value, DIGITS) for value in [*values, *(one.factors.get(label) for label in labels)]])
    return rows


def alarm_rows(score: Score) -> Rows:
    """Return the rows of alarms.csv: one per alarm; kind "unknown" where the run's incidents are not known."""
    rows = [
        [
            *("run", "section", "upstream", "downstream", "raised_s", "ended_s", "persistence", "kind", "reason"),
            *("incident", "estimated_lanes", "estimated_onset_s", "estimated_clearance_s", "estimated_position_m"),
            *("estimated_queue_veh", "symptom", "group", "head"),
        ]
    ]
    for one in score.alarm_outcomes:
        values: list[object] = [
            *(one.run, one.section, one.upstream, one.downstream, one.raised_s, one.ended_s, score.persistence),
            *(one.kind, one.reason, one.incident, one.estimate.lanes, one.estimate.onset_s, one.estimate.clearance_s),
            *(one.estimate.position_m, one.estimate.queue, one.estimate.symptom, one.group, one.head),
        ]
        rows.append([csv_cell(value, DIGITS) for value in values])
    return rows


def run_rows(score: Score, accounts: Accounts | None = None) -> Rows:
    """Return the rows of runs.csv: one per run, with its share of every count, and its traffic where there are `accounts`."""
    traffic = () if accounts is None else COLUMNS
    labels = _labels([one.factors for one in score.run_outcomes])
    header = [
        *("run", "persistence", "incidents_known", "frames", "sections", "decisions", "section_hours", "incidents"),
        *("detected", "alarms", "false_alarms", "neutral_alarms", "alarm_groups", "false_alarm_groups"),
    ]
    rows = [[*header, *labels, *traffic]]
    for one in score.run_outcomes:
        values: list[object] = [
            *(one.run, score.persistence, one.known, one.frames, one.sections, one.decisions, one.section_hours),
            *(one.incidents, one.detected, one.alarms, one.false_alarms, one.neutral_alarms),
            *(one.groups, one.false_groups),
        ]
        values += [one.factors.get(label) for label in labels]
        figures = traffic_figures((accounts or {}).get(one.run))
        rows.append([csv_cell(value, DIGITS) for value in [*values, *(figures[name] for name in traffic)]])
    return rows


def _labels(factors: Sequence[Factors]) -> list[str]:
    return list(dict.fromkeys(name for one in factors for name in one))


def _errors(errors: ErrorSums) -> dict[str, float]:
    known = {"bias": errors.bias, "rmse": errors.rmse, "compared": errors.compared, "of": errors.available}
    return {**known, "true_mean": errors.true_mean} if errors.true else known


def _paper(rows: Sequence[PaperRow]) -> list[dict[str, float]]:
    return [{"ttd_s": row.ttd_s, "dr": row.dr_percent / 100, "far": row.far_percent / 100} for row in rows]
