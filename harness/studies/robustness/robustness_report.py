"""The report of a robustness study: cost of faulty loops, gain from masking, causes of alarms; text, JSON, figures, page.

Confusion (`alarm_verdicts`): shares of alarms whose cause is what their detector looks for, with Wilson intervals; they hold
for the study's numbers of faults and incidents only. Reliability (`reliability`): the probability that each alarm stated for
that cause, over all cases, with the shipped priors of `detectors.alarm_causes` and with the study's own rates of incidents and
faults, which separates the evidence from the priors.
"""

from collections.abc import Mapping
from pathlib import Path

from harness.records.atomic_files import write_json, write_text
from harness.reporting.number_text import counted, number, percent, percent_with_interval, with_interval
from harness.reporting.report_document import DASH, Table
from harness.reporting.text_table import plain_text
from harness.scoring.rates import Proportion
from harness.studies.robustness.alarm_verdicts import CLASSES, WHO
from harness.studies.robustness.robustness_page import write_page
from harness.studies.robustness.robustness_replays import Study
from harness.studies.robustness.robustness_score import Robustness


def write_robustness(out: Path, found: Robustness, study: Study, origin: Mapping[str, object]) -> str:
    """Write summary.txt, score.json, the figures and robustness.html, and return the summary."""
    text = _summary(found, study)
    write_text(out / "summary.txt", text + "\n")
    rows = [
        {
            "detector": detector,
            "share": share,
            "kind": kind,
            "masked": hidden,
            "incidents": score.incidents,
            "detected": score.detected,
            "dr": score.dr.value,
            "dr_interval": score.dr.interval,
            "false_alarms": score.false_alarms,
            "per_corridor_day": score.false_alarms_per_corridor_day.value,
            "per_corridor_day_interval": score.false_alarms_per_corridor_day.interval,
            "ttd_mean_s": score.ttd.mean,
        }
        for (detector, share, kind, hidden), score in found.scores.items()
    ]
    confusion = [
        {
            "detector": detector,
            "share": share,
            "kind": kind,
            "alarm_of": who,
            **{each: counts[each] for each in CLASSES},
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
    write_page(out, found, study)
    return text


def _summary(found: Robustness, study: Study) -> str:
    cases = [
        (
            "+ mask" if hidden else detector,
            f"{share:.0%}",
            kind if share else DASH,
            f"{score.detected} of {score.incidents}",
            percent_with_interval(score.dr, 0),
            with_interval(score.false_alarms_per_corridor_day.value, score.false_alarms_per_corridor_day.interval),
            number(score.ttd.mean),
        )
        for (detector, share, kind, hidden), score in found.scores.items()
    ]
    masks = [
        (
            f"{share:.0%}",
            kind if share else DASH,
            f"{sum(each.soon for each in one.found)} of {len(one.found)}",
            *(str(rate.events) for rate in (one.free, one.beside, one.during)),
        )
        for (share, kind), one in found.faults.items()
    ]
    tables = (
        Table(
            "Incident detectors",
            ("detector", "faulty", "kind", "detected", "DR [%]", "false alarms per corridor-day", "mean TTD [s]"),
            tuple(cases),
            "In brackets: 95 % intervals.",
        ),
        Table(
            f"The mask itself ({study.mask.name})",
            ("faulty", "kind", "found in 30 min", "false: elsewhere", "beside a faulty loop", "during incidents"),
            tuple(masks),
        ),
        _confusion(found, study),
        _reliability(found, study),
    )
    heading = f"{counted(found.runs, 'run')}; a share of all loops faulty from the first frame on; masked by {study.mask.text}"
    return "\n\n".join([heading, *map(plain_text, tables)])


def _confusion(found: Robustness, study: Study) -> Table:
    rows = []
    for detector, share, kind, who, counts in found.confusion():
        right = Proportion(counts["incident" if who == "incident detector" else "faulty loop"], sum(counts.values()))
        rows.append(
            (
                detector if who == "incident detector" else study.mask.name,
                f"{share:.0%}",
                kind if share else DASH,
                *(str(counts[each]) for each in CLASSES),
                percent_with_interval(right, 0),
            )
        )
    return Table(
        "Alarms with the mask on, by what was there",
        ("alarms of", "faulty", "kind", *CLASSES, "right [%]"),
        tuple(rows),
        "Right: the probability that an alarm is what it says, with its 95 % interval.",
    )


def _reliability(found: Robustness, study: Study) -> Table:
    rows = []
    for detector in study.detectors:
        for who in WHO:
            for by_rates in (False, True):
                bins, score = found.reliability(detector, who, by_rates)
                rows += [
                    (
                        detector if who == "incident detector" else f"{study.mask.name} ({detector})",
                        "of the study" if by_rates else "shipped",
                        number(score, 3),
                        f"{each.low:.0%} to {each.high:.0%}",
                        percent(each.mean, 0),
                        f"{each.came_true} of {each.predictions}",
                        percent_with_interval(each.share, 0),
                    )
                    for each in bins
                    if each.predictions
                ]
    return Table(
        "Stated probabilities against outcomes, over all cases",
        ("alarms of", "priors", "Brier score", "stated", "mean [%]", "right", "right [%]"),
        tuple(rows),
        "Probabilities are well calibrated where the mean lies in the 95 % interval of the share that was right.",
        text_columns=2,
    )
