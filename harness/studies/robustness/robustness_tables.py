"""The tables of a robustness study, for its page and its summary: incident detectors, the mask, causes, stated probabilities."""

from harness.reporting.number_text import number, percent, percent_with_interval, span, with_interval
from harness.reporting.report_document import DASH, Table
from harness.scoring.fault_score import MONTH_DAYS
from harness.scoring.rates import Proportion, Rate
from harness.studies.robustness.alarm_verdicts import CAUSES, WHO, Who
from harness.studies.robustness.robustness_replays import RobustnessStudy
from harness.studies.robustness.robustness_score import RobustnessScore


def robustness_tables(found: RobustnessScore, study: RobustnessStudy) -> tuple[Table, ...]:
    """Return the four tables."""
    return detectors_table(found), mask_table(found, study), causes_table(found, study), reliability_table(found, study)


def detectors_table(found: RobustnessScore) -> Table:
    """Return the scores of incident detectors, masked and not, by share of faulty loops."""
    rows = [
        (
            f"{detector}, {'masked' if masked else 'not masked'}",
            *_case(share, kind),
            f"{score.detected} of {score.incidents}",
            _percent(score.dr),
            with_interval(score.false_alarms_per_corridor_day.value, score.false_alarms_per_corridor_day.interval),
            number(score.ttd.mean),
        )
        for (detector, share, kind, masked), score in found.scores.items()
    ]
    return Table(
        "Incident detectors by share of faulty loops",
        ("detector", "faulty loops", "kind", "detected", "DR, %", "false alarms per corridor-day", "mean TTD, s"),
        tuple(rows),
        "A false alarm matches no incident, whatever its cause. In brackets: 95 % intervals.",
        text_columns=3,
    )


def mask_table(found: RobustnessScore, study: RobustnessStudy) -> Table:
    """Return the scores of the fault detector by share of faulty loops."""
    rows = [
        (
            *_case(share, kind),
            str(len(one.found)),
            _percent(one.dr),
            _percent(one.soon),
            *(_false_alarms(rate) for rate in (one.free, one.beside, one.during)),
        )
        for (share, kind), one in found.faults.items()
    ]
    return Table(
        f"{study.mask.name} by share of faulty loops",
        (
            *("faulty loops", "kind", "faults", "found, %", "within 30 min, %"),
            *("false: elsewhere", "beside a faulty loop", "in incidents"),
        ),
        tuple(rows),
        f"False alarms: their number, and per loop-month. {study.mask.name} runs before the incident detector and does not "
        "know of incidents. In incidents: from an onset to 15 min after clearance, anywhere on the road. Beside: at the "
        "station of a faulty loop or the next one.",
        text_columns=2,
    )


def causes_table(found: RobustnessScore, study: RobustnessStudy) -> Table:
    """Return the number of alarms by their true cause."""
    rows = []
    for detector, share, kind, who, counts in found.confusion():
        right = Proportion(counts["incident" if who == "incident detector" else "faulty loop"], sum(counts.values()))
        case = _case(share, kind)
        rows.append((_name(detector, who, study), *case, *(str(counts[each]) for each in CAUSES), _percent(right)))
    return Table(
        "Alarms by their true cause",
        ("alarms of", "faulty loops", "kind", *CAUSES, "right, %"),
        tuple(rows),
        "With the mask on. The cause of an incident detector's alarm is an incident where the alarm is a hit or neutral, and a "
        "faulty loop where it is false and a loop of its two stations is faulty. The cause of a fault detector's alarm is a faulty "
        "loop where its loop is faulty, and an incident from an onset to 15 min after clearance. The shares depend on how many "
        "faults and incidents the study has.",
        text_columns=3,
    )


def reliability_table(found: RobustnessScore, study: RobustnessStudy) -> Table:
    """Return the stated probabilities against the share of alarms that were right, over all cases."""
    rows = []
    for detector in study.detectors:
        for who in WHO:
            for by_rates in (False, True):
                bins, score = found.reliability(detector, who, by_rates)
                rows += [
                    (
                        _name(detector, who, study),
                        "of this study" if by_rates else "shipped",
                        number(score, 3),
                        f"{100 * each.low:.0f} to {100 * each.high:.0f} %",
                        percent(each.mean, 0),
                        f"{each.came_true} of {each.predictions}",
                        _percent(each.share),
                    )
                    for each in bins
                    if each.predictions
                ]
    return Table(
        "Stated probabilities and outcomes, over all cases",
        ("alarms of", "priors", "Brier score", "stated", "mean, %", "right", "right, %"),
        tuple(rows),
        "Every alarm states the probability that it is right (an incident, a faulty loop), from the evidence of both detectors "
        "and from priors. Shipped priors: one incident per corridor-day, and 5 % of the loops faulty. Priors of this study: its "
        "own incident rate, and each case's share of faulty loops; they separate the evidence from the priors. Brier score: mean "
        "squared error of the stated probability.",
        text_columns=2,
    )


def _case(share: float, kind: str) -> tuple[str, str]:
    return f"{percent(share, 0)} %", kind if share else DASH


def _name(detector: str, who: Who, study: RobustnessStudy) -> str:
    return detector if who == "incident detector" else f"{study.mask.name} (before {detector})"


def _percent(share: Proportion) -> str:
    return percent_with_interval(share, 0)


def _false_alarms(rate: Rate) -> str:
    monthly = rate.per(MONTH_DAYS)
    return f"{rate.events}; {number(monthly.value)} ({span(monthly.interval)})" if rate.exposure else DASH
