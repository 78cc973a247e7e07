"""The files of a robustness study: summary.txt, score.json, figures and robustness.html."""

from collections.abc import Mapping
from pathlib import Path

from harness.records.atomic_files import write_json, write_text
from harness.reporting.number_text import counted
from harness.reporting.text_table import plain_text
from harness.studies.robustness.alarm_verdicts import CAUSES, WHO
from harness.studies.robustness.robustness_page import write_robustness_page
from harness.studies.robustness.robustness_replays import RobustnessStudy
from harness.studies.robustness.robustness_score import RobustnessScore
from harness.studies.robustness.robustness_tables import robustness_tables


def write_robustness(out: Path, found: RobustnessScore, study: RobustnessStudy, origin: Mapping[str, object]) -> str:
    """Write summary.txt, score.json, the figures and robustness.html, and return the summary."""
    heading = f"{counted(found.runs, 'run')}; a share of all loops faulty from the first frame on; masked by {study.mask.text}"
    text = "\n\n".join([heading, *map(plain_text, robustness_tables(found, study))])
    write_text(out / "summary.txt", text + "\n")
    rows = [
        {
            "detector": detector,
            "share": share,
            "kind": kind,
            "masked": masked,
            "incidents": score.incidents,
            "detected": score.detected,
            "dr": score.dr.value,
            "dr_interval": score.dr.interval,
            "false_alarms": score.false_alarms,
            "per_corridor_day": score.false_alarms_per_corridor_day.value,
            "per_corridor_day_interval": score.false_alarms_per_corridor_day.interval,
            "ttd_mean_s": score.ttd.mean,
        }
        for (detector, share, kind, masked), score in found.scores.items()
    ]
    confusion = [
        {
            "detector": detector,
            "share": share,
            "kind": kind,
            "alarm_of": who,
            **{each: counts[each] for each in CAUSES},
        }
        for detector, share, kind, who, counts in found.confusion()
    ]
    bins = [
        {
            "detector": detector,
            "alarm_of": who,
            "priors": "study" if by_rates else "shipped",
            "brier": score,
            "bins": [
                {
                    "low": each.low,
                    "high": each.high,
                    "predictions": each.predictions,
                    "mean": each.mean,
                    "so": each.came_true,
                    "share": each.share.value,
                    "interval": each.share.interval,
                }
                for each in found_bins
            ],
        }
        for detector in study.detectors
        for who in WHO
        for by_rates in (False, True)
        for found_bins, score in [found.reliability(detector, who, by_rates)]
    ]
    write_json(
        out / "score.json",
        {
            **origin,
            "runs": found.runs,
            "mask": study.mask.text,
            "seed": study.seed,
            "cases": rows,
            "confusion": confusion,
            "reliability": bins,
        },
    )
    write_robustness_page(out, found, study)
    return text
