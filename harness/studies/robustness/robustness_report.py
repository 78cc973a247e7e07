"""What faulty loops do to incident detectors, what masking gives back, and which alarm is what: tables, JSON, pictures, a page.

Confusion (`alarm_verdicts`): the shares are the probabilities with which such an alarm is what it says, with Wilson
intervals: they hold for this many faults and incidents, no others. Reliability (`reliability`): the probability that each
alarm gave to being what it says, over all cases, as told (with the shipped priors of `detectors.alarm_causes`) and by the rates of
incidents and faults that the study was made with, which tells the evidence from the priors.
"""

from collections.abc import Mapping
from math import isfinite
from pathlib import Path

from harness.records.atomic_files import write_json, write_text
from harness.reporting.report_document import DASH
from harness.reporting.report_prose import counted
from harness.reporting.score_tables import number, span
from harness.scoring.intervals import wilson
from harness.studies.robustness.alarm_verdicts import CLASSES, WHO
from harness.studies.robustness.robustness_page import write_page
from harness.studies.robustness.robustness_replays import Study
from harness.studies.robustness.robustness_score import Robustness


def write_robustness(out: Path, found: Robustness, study: Study, origin: Mapping[str, object]) -> str:
    """Write summary.txt, score.json, the pictures and robustness.html; returns the summary."""
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
            "dr": score.dr,
            "dr_interval": list(score.dr_interval),
            "false_alarms": score.false_alarms,
            "per_corridor_day": score.false_alarms_per_corridor_day,
            "per_corridor_day_interval": list(score.false_alarms_per_corridor_day_interval),
            "ttd_mean_s": score.ttd_mean_s,
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
                    "so": each.so,
                    "share": each.share,
                    "interval": list(each.interval),
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
    lines = [
        f"{counted(found.runs, 'run')}; a share of all loops faulty from the first frame on; masked by {study.mask.text}",
        "",
    ]
    head = f"{'detector':14}{'faulty':>8} {'kind':12}{'detected':>20}{'false/corridor-day':>24}{'mean TTD':>10}"
    lines.append(head)
    for (detector, share, kind, hidden), score in found.scores.items():
        name = f"{'+ mask' if hidden else detector:14}"
        label = kind if share else DASH
        dr = f"{score.detected} of {score.incidents} ({span(score.dr_interval.scaled(100), 0)})"
        rate = f"{number(score.false_alarms_per_corridor_day)} ({span(score.false_alarms_per_corridor_day_interval)})"
        lines.append(f"{name}{share:>8.0%} {label:12}{dr:>20}{rate:>24}{number(score.ttd_mean_s):>8} s")
    lines += [
        "",
        f"The mask itself ({study.mask.name}): faults found in 30 min; false alarms elsewhere, beside, during incidents",
    ]
    for (share, kind), one in found.faults.items():
        soon = f"{sum(each.soon for each in one.found)} of {len(one.found)}"
        false = f"{one.false_free} / {one.false_beside} / {one.false_during}"
        lines.append(f"{share:>22.0%} {kind if share else DASH:12}{soon:>14}   {false}")
    lines += ["", "Alarms with the mask on, by what was there; with what probability an alarm is what it says (95 %)"]
    for detector, share, kind, who, counts in found.confusion():
        right = counts["incident" if who == "incident detector" else "faulty loop"]
        total = sum(counts.values())
        cells = ", ".join(f"{each} {counts[each]}" for each in CLASSES)
        sure = f"{100 * right / total:.0f} % ({span(wilson(right, total).scaled(100), 0)})" if total else DASH
        name = detector if who == "incident detector" else study.mask.name
        lines.append(f"{share:>5.0%} {kind if share else DASH:12}{name:14} {cells}: {sure}")
    return "\n".join([*lines, *_reliability_lines(found, study)])


def _reliability_lines(found: Robustness, study: Study) -> list[str]:
    lines = ["", "Are the probabilities kept that alarms give to being what they say? All cases; so of told, % (95 %)"]
    for detector in study.detectors:
        for who in WHO:
            for by_rates in (False, True):
                bins, score = found.reliability(detector, who, by_rates)
                name = detector if who == "incident detector" else f"{study.mask.name} ({detector})"
                priors = "the study's own rates" if by_rates else "as told, with the shipped priors"
                lines.append(
                    f"  {name}, {priors}: Brier {score:.3f}" if bins and isfinite(score) else f"  {name}: no alarm"
                )
                lines += [
                    f"    {each.low:>4.0%} to {each.high:>4.0%}: mean {each.mean:>4.0%}, was so {each.so} of "
                    f"{each.predictions}, {each.share:.0%} ({span(each.interval.scaled(100), 0)})"
                    for each in bins
                    if each.predictions
                ]
    return lines
