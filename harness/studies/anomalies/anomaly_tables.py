"""The tables of a study of anomalies, for its page and its summary."""

from collections.abc import Sequence

from harness.reporting.number_text import number, percent_with_interval, with_interval
from harness.reporting.report_document import DASH, Table
from harness.scoring.rates import Proportion
from harness.studies.anomalies.anomaly_score import DetectorScore
from harness.studies.anomalies.anomaly_study import AnomalyFindings
from scenarios.anomaly import ANOMALY_KINDS

BRACKETS = "In brackets: 95 % intervals."
CHANCE = "by chance"


def found_table(findings: AnomalyFindings) -> Table:
    """Return the anomalies found by detector and kind; the last row is what alarms at random would find."""
    kinds = findings.kinds
    rows = [(score.detector, *(_counts(score.dr([kind])) for kind in kinds)) for score in findings.scores]
    totals = {kind: len(findings.scores[0].of_kind(kind)) for kind in kinds}
    rows.append((CHANCE, *(f"{number(findings.chance[kind] * totals[kind], 1)} of {totals[kind]}" for kind in kinds)))
    return Table(
        f"Anomalies found, at {_rate(findings)}",
        ("detector", *kinds),
        tuple(rows),
        "An alarm that begins in an anomaly's window, in its sections, finds it. By chance: expected of alarms at random at this "
        "rate.",
        bold=(len(rows) - 1,),
    )


def share_table(findings: AnomalyFindings) -> Table:
    """Return the shares found by detector and kind, with their intervals."""
    rows = [
        (score.detector, *(percent_with_interval(score.dr([kind]), 0) for kind in findings.kinds))
        for score in findings.scores
    ]
    return Table("Share found, %", ("detector", *findings.kinds), tuple(rows), BRACKETS)


def ttd_table(findings: AnomalyFindings) -> Table:
    """Return the median times to detection by detector and kind."""
    rows = [
        (score.detector, *(number(score.ttd(kind).median, 0) for kind in findings.kinds)) for score in findings.scores
    ]
    return Table(
        "Median time to detection, s",
        ("detector", *findings.kinds),
        tuple(rows),
        "From the onset to the first alarm, over the anomalies found. Vehicles of a surge, another level or rain reach the first "
        "station minutes after they enter.",
    )


def rates_table(findings: AnomalyFindings) -> Table:
    """Return each detector's parameters, threshold, and false alarms where it was set and where it is scored."""
    rows = [
        (
            score.detector,
            score.basis,
            number(score.threshold, 3),
            str(score.set_on.events),
            number(score.set_on.value, 2),
            str(score.normal.events),
            with_interval(score.normal.value, score.normal.interval, 2),
        )
        for score in findings.scores
    ]
    days = findings.scores[0].set_on.exposure, findings.scores[0].normal.exposure
    return Table(
        f"Thresholds set for {_rate(findings)}",
        (
            "detector",
            "parameters",
            "threshold",
            "false, threshold days",
            "a day",
            "false, normal hours",
            "a day (interval)",
        ),
        tuple(rows),
        f"Threshold days: {number(days[0], 2)} corridor-days; normal hours of the runs with anomalies: {number(days[1], 2)}. "
        "A detector without a threshold sets its own rate.",
        text_columns=2,
    )


def groups_table(findings: AnomalyFindings) -> Table:
    """Return the shares found by class and by extent."""
    groups: dict[str, list[str]] = {}
    for kind in findings.kinds:
        groups.setdefault(ANOMALY_KINDS[kind].anomaly_class, []).append(kind)
    for kind in findings.kinds:
        groups.setdefault(ANOMALY_KINDS[kind].extent, []).append(kind)
    rows = [
        (score.detector, *(percent_with_interval(score.dr(kinds), 0) for kinds in groups.values()))
        for score in findings.scores
    ]
    return Table("Share found by class and by extent, %", ("detector", *groups), tuple(rows), BRACKETS)


def incident_table(findings: AnomalyFindings) -> Table:
    """Return what an incident detector is judged by: incidents found, and the other anomalies that raise alarms, false for it."""
    incidents = [kind for kind in findings.kinds if ANOMALY_KINDS[kind].incident]
    others = [kind for kind in findings.kinds if not ANOMALY_KINDS[kind].incident]
    rows = [
        (
            score.detector,
            percent_with_interval(score.dr(incidents), 0),
            percent_with_interval(score.dr(others), 0),
            *(number(score.alarms_each(kind), 2) for kind in others),
        )
        for score in findings.scores
    ]
    return Table(
        "For an incident detector",
        (
            "detector",
            "incidents found, %",
            "others with alarms, %",
            *others,
        ),
        tuple(rows),
        f"Incidents: {', '.join(incidents) or DASH}. Alarms of the others are false for who waits for incidents; under each "
        f"kind: alarms per anomaly. {BRACKETS}",
    )


def kinds_table(findings: AnomalyFindings) -> Table:
    """Return the kinds: class, extent, how many, how made, and how many are found by chance."""
    rows = []
    for kind in findings.kinds:
        what = ANOMALY_KINDS[kind]
        counted = len(findings.scores[0].of_kind(kind))
        left_out = sum(each.kind == kind and not each.counted for each in findings.anomalies)
        text = what.text + (f" ({left_out} without impact left out)" if left_out else "")
        rows.append((kind, what.anomaly_class, what.extent, text, str(counted), number(100 * findings.chance[kind], 1)))
    return Table(
        "Kinds of anomaly",
        ("kind", "class", "extent", "what happens", "anomalies", "found by chance, %"),
        tuple(rows),
        text_columns=4,
    )


def best_of_kind(findings: AnomalyFindings, kind: str) -> tuple[DetectorScore, ...]:
    """Return the detectors that find the most anomalies of a kind; none where none is found."""
    most = max((score.dr([kind]).part for score in findings.scores), default=0)
    return tuple(score for score in findings.scores if most and score.dr([kind]).part == most)


def kind_sentences(findings: AnomalyFindings) -> list[str]:
    """Return a sentence per kind: who finds most of it, how many, and how many are found by chance."""
    sentences = []
    for kind in findings.kinds:
        of = len(findings.scores[0].of_kind(kind))
        chance = f"{number(findings.chance[kind] * of, 1)} expected by chance"
        best = best_of_kind(findings, kind)
        if not best:
            sentences.append(f"{kind}: no detector finds any of {of}.")
            continue
        names = _names([score.detector for score in best])
        sentences.append(f"{kind}: {best[0].dr([kind]).part} of {of} by {names} ({chance}).")
    return sentences


def mean_share(findings: AnomalyFindings, score: DetectorScore) -> float:
    """Return the mean over kinds of the share that a detector finds: each kind counts alike, however many anomalies it has."""
    return sum(score.dr([kind]).value for kind in findings.kinds) / len(findings.kinds)


def rate_sentences(findings: AnomalyFindings) -> list[str]:
    """Return a sentence on the detectors that raise more false alarms on normal hours than their thresholds were set for."""
    asked = findings.study.false_per_day
    more = [
        f"{score.detector} ({number(score.normal.value, 1)})"
        for score in findings.scores
        if score.normal.interval.low > asked
    ]
    if not more:
        return [f"On the normal hours of these runs no detector raises more false alarms than {asked:g} a day (95 %)."]
    return [
        f"More false alarms than {asked:g} a day on the normal hours of these runs, so that what they find is not at equal false "
        f"alarms: {', '.join(more)}."
    ]


def parameter_sentences(findings: AnomalyFindings) -> list[str]:
    """Return who learned on the history, and who has shipped parameters, with the reasons."""
    learned = [score.detector for score in findings.scores if not score.why_shipped]
    sentences = [f"Learned on the history of this study: {', '.join(learned)}."] if learned else []
    why: dict[str, list[str]] = {}
    for score in findings.scores:
        if score.why_shipped:
            why.setdefault(score.why_shipped.replace(score.detector, "it"), []).append(score.detector)
    sentences += [f"As shipped: {', '.join(names)}: {reason}." for reason, names in why.items()]
    return [*sentences, f"Every threshold on a score is set on this study's threshold days, for {_rate(findings)}."]


def _names(names: Sequence[str], most: int = 4) -> str:
    if len(names) > most:
        return f"{len(names)} detectors"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _counts(share: Proportion) -> str:
    return f"{share.part} of {share.whole}"


def _rate(findings: AnomalyFindings) -> str:
    rate = findings.study.false_per_day
    return f"{rate:g} false alarm{'' if rate == 1 else 's'} per corridor-day"
