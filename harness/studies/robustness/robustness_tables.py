"""The tables of a robustness study's page: incident detectors, the mask, alarms by cause, stated probabilities."""

from harness.reporting.number_text import number, span
from harness.reporting.page_sections import Section
from harness.reporting.report_document import DASH, Picture, Table
from harness.scoring.fault_score import MONTH_DAYS
from harness.scoring.rates import Proportion, Rate
from harness.studies.robustness.alarm_verdicts import CLASSES, WHO, Who
from harness.studies.robustness.robustness_replays import Study
from harness.studies.robustness.robustness_score import Robustness

PRIORS = {False: "as stated", True: "by the rates of this study"}


def detectors_section(found: Robustness, study: Study) -> Section:
    """Return the table of incident detectors, masked and not, by share of faulty loops."""
    head = ("detector", "faulty loops", "kind", "detected", "%", "false alarms per corridor-day", "mean TTD, s")
    rows = [
        (
            f"{detector}, {'masked' if hidden else 'not masked'}",
            f"{share:.0%}",
            kind if share else DASH,
            f"{score.detected} of {score.incidents}",
            _percent(score.dr),
            f"{number(score.false_alarms_per_corridor_day.value)} ({span(score.false_alarms_per_corridor_day.interval)})",
            number(score.ttd.mean, 0),
        )
        for (detector, share, kind, hidden), score in found.scores.items()
    ]
    note = "A false alarm matches no incident, whatever its cause."
    table = Table("Incident detectors by share of faulty loops", head, tuple(rows), text_columns=3)
    return Section("Incident detectors while loops are faulty", note, (table,))


def mask_section(found: Robustness, study: Study, picture: Picture) -> Section:
    """Return the table and picture of the fault detector by share of faulty loops."""
    head = (
        *("faulty loops", "kind", "faults", "found", "within 30 min", "false elsewhere", "elsewhere per loop-month"),
        *("false beside a faulty loop", "beside per loop-month", "false in incidents", "in incidents per loop-month"),
    )
    rows = []
    for (share, kind), one in found.faults.items():
        number = len(one.found)
        rates = (one.free, one.beside, one.during)
        rows.append(
            (
                f"{share:.0%}",
                kind if share else DASH,
                str(number),
                _percent(one.dr),
                _percent(one.soon),
                *(text for rate in rates for text in (str(rate.events), _months(rate))),
            )
        )
    note = (
        f"{study.mask.name} runs before the incident detector and does not know of incidents. In incidents: from an onset to 15 "
        "min after clearance, anywhere on the road. Beside: at a faulty loop's station or the next one."
    )
    table = Table(f"{study.mask.name} by share of faulty loops", head, tuple(rows), text_columns=2)
    return Section("The fault detector while there are incidents", note, (table,), (picture,))


def confusion_section(found: Robustness, study: Study) -> Section:
    """Return the table of alarms by their true cause."""
    head = ("alarms of", "faulty loops", "kind", *CLASSES, "right, %")
    rows = []
    for detector, share, kind, who, counts in found.confusion():
        name = detector if who == "incident detector" else f"{study.mask.name} (before {detector})"
        right, total = counts["incident" if who == "incident detector" else "faulty loop"], sum(counts.values())
        rows.append(
            (
                name,
                f"{share:.0%}",
                kind if share else DASH,
                *(str(counts[each]) for each in CLASSES),
                _percent(Proportion(right, total)),
            )
        )
    note = (
        "With the mask on. The cause of an incident detector's alarm is an incident where the alarm is a hit or neutral, and a "
        "faulty loop where it is false and a loop of its two stations is faulty. The cause of a fault detector's alarm is a faulty "
        "loop where its loop is faulty, and an incident from an onset to 15 min after clearance. The shares depend on how many "
        "faults and incidents the study has."
    )
    table = Table("Alarms by their true cause", head, tuple(rows), text_columns=3)
    return Section("Which alarm is what", note, (table,))


def reliability_section(found: Robustness, study: Study, picture: Picture) -> Section:
    """Return the tables and picture of stated probabilities against the share that was right."""
    head = ("stated probability", "alarms", "mean stated, %", "right", "right, %")
    tables = []
    for detector in study.detectors:
        for who in WHO:
            for by_rates, words in PRIORS.items():
                bins, score = found.reliability(detector, who, by_rates)
                rows = tuple(
                    (
                        f"{100 * each.low:.0f} to {100 * each.high:.0f} %",
                        str(each.predictions),
                        f"{100 * each.mean:.0f}",
                        str(each.came_true),
                        _percent(each.share),
                    )
                    for each in bins
                    if each.predictions
                )
                if rows:
                    tables.append(
                        Table(f"{_whose(detector, who, study)}, {words}: Brier score {score:.3f}", head, rows)
                    )
    note = (
        "Every alarm states the probability that it is right (an incident, a faulty loop), from the evidence of both detectors "
        "and from priors. As stated: with the shipped priors, one incident per corridor-day and 5 % of the loops faulty. By the "
        "rates of this study: with the study's own incident rate and each case's share of faulty loops, which separates the "
        "evidence from the priors. All cases together. Brier score: mean squared error of the stated probability."
    )
    return Section("Are the stated probabilities right?", note, tuple(tables), (picture,))


def _whose(detector: str, who: Who, study: Study) -> str:
    return f"alarms of {detector}" if who == "incident detector" else f"alarms of {study.mask.name} (before {detector})"


def _percent(share: Proportion) -> str:
    return f"{100 * share.value:.0f} ({span(share.interval.scaled(100), 0)})" if share.whole else DASH


def _months(rate: Rate) -> str:
    monthly = rate.per(MONTH_DAYS)
    return f"{monthly.value:.1f} ({span(monthly.interval)})" if rate.exposure else DASH
