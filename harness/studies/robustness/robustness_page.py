"""A robustness study as one HTML page that opens offline: in short, both curves, which alarm is what, how probable."""

from collections.abc import Sequence
from pathlib import Path

from harness.records.atomic_files import write_text
from harness.records.recorded_detectors import fingerprints_text
from harness.reporting.html_page import data_uri, render
from harness.reporting.number_text import number, percent_with_interval, span, with_interval
from harness.reporting.page_sections import Section, Table
from harness.reporting.report_document import DASH
from harness.scoring.fault_score import MONTH_DAYS
from harness.scoring.intervals import wilson
from harness.scoring.rates import Proportion, Rate
from harness.studies.robustness.alarm_verdicts import CLASSES, WHO, Who
from harness.studies.robustness.robustness_replays import Study
from harness.studies.robustness.robustness_score import Robustness

USUAL_SHARE = 0.05
PRIORS = {False: "as told", True: "by the rates of this study"}


def write_page(path: Path, found: Robustness, study: Study, pictures: Sequence[Path]) -> None:
    """Write the page with the three pictures inside: incident detectors, the mask, reliability."""
    images = [data_uri(each.read_bytes()) for each in pictures]
    incidents = next(iter(found.scores.values())).incidents
    lead = (
        f"{found.runs} recorded runs with {incidents} incidents are replayed while "
        f"{', '.join(f'{100 * share:.0f}' for share in study.shares)} % of all loops are faulty, from the first frame on. Bare: "
        f"the incident detector is told all the same. Masked: loops are hidden from it while {study.mask.name}, live on the "
        "same frames, holds them for faulty and no incident is a better reason. In brackets: 95 % intervals."
    )
    sections = [
        (_detectors(found, study), images[0], "Incidents detected and false alarms over the share of faulty loops"),
        (_mask(found, study), images[1], "Faults found and false alarms of the fault detector"),
        (_confusion(found, study), "", ""),
        (_reliability(found, study), images[2], "Share that was so over the probability told"),
    ]
    html = render(
        "studies/robustness/robustness.html.j2",
        title="Incident detection while loops are faulty",
        lead=lead,
        short=in_short(found, study),
        sections=sections,
        fingerprints=fingerprints_text(study.fingerprints()),
    )
    write_text(path, html)


def in_short(found: Robustness, study: Study) -> list[str]:
    """What a reader with one minute takes along."""
    share = min((each for each in study.shares if each), key=lambda each: abs(each - USUAL_SHARE), default=0.0)
    kind = study.kinds[0]
    told = []
    for detector in study.detectors:
        bare, hidden = found.scores[detector, share, kind, False], found.scores[detector, share, kind, True]
        told.append(
            f"With {share:.0%} of the loops faulty ({kind}), {detector} finds {bare.detected} of {bare.incidents} incidents bare "
            f"and {hidden.detected} masked, with {number(bare.false_alarms_per_corridor_day.value)} and "
            f"{number(hidden.false_alarms_per_corridor_day.value)} false alarms per corridor-day."
        )
        if 0.0 in study.shares:
            healthy = found.scores[detector, 0.0, kind, False]
            told[-1] += (
                f" With all loops healthy: {healthy.detected}, with {number(healthy.false_alarms_per_corridor_day.value)}."
            )
    mask = found.faults[share, kind]
    if mask.found:
        told.append(
            f"{study.mask.name} finds {sum(each.detected for each in mask.found)} of those {len(mask.found)} faults, "
            f"{sum(each.soon for each in mask.found)} of them within 30 min. It wrongly alarms at {mask.during.events} loops while "
            f"an incident lasts or clears, where a blocked lane looks like a faulty loop, at {mask.beside.events} beside faulty "
            f"loops, and at {mask.free.events} at any other time."
        )
    for who, name in ((WHO[0], study.detectors[0]), (WHO[1], study.mask.name)):
        alarms = [each for each in found.verdicts[study.detectors[0], share, kind] if each.who == who]
        if alarms:
            right = sum(each.right for each in alarms)
            sure = sum(each.sure(False) for each in alarms) / len(alarms)
            told.append(
                f"Of {len(alarms)} alarms of {name} then, {right} are of what they say, {right / len(alarms):.0%} "
                f"({span(wilson(right, len(alarms)).scaled(100), 0)}); they themselves give that {sure:.0%} on average."
            )
    return [each.replace("%", " %") for each in told]


def _detectors(found: Robustness, study: Study) -> Section:
    head = ("detector", "faulty loops", "kind", "detected", "%", "false alarms per corridor-day", "mean TTD, s")
    rows = [
        (
            f"{detector}, {'masked' if hidden else 'bare'}",
            f"{share:.0%}",
            kind if share else DASH,
            f"{score.detected} of {score.incidents}",
            _percent(score.detected, score.incidents),
            f"{number(score.false_alarms_per_corridor_day.value)} ({span(score.false_alarms_per_corridor_day.interval)})",
            number(score.ttd.mean, 0),
        )
        for (detector, share, kind, hidden), score in found.scores.items()
    ]
    note = "Dashed and crosses: bare. Solid and dots: masked. A false alarm matches no incident, whatever its cause."
    return Section("Incident detectors while loops are faulty", note, [Table("", head, rows)])


def _mask(found: Robustness, study: Study) -> Section:
    head = (
        *("faulty loops", "kind", "faults", "found", "within 30 min", "false elsewhere", "elsewhere per loop-month"),
        *("false beside a faulty loop", "beside per loop-month", "false in incidents", "in incidents per loop-month"),
    )
    rows = []
    for (share, kind), one in found.faults.items():
        number = len(one.found)
        rows.append(
            (
                f"{share:.0%}",
                kind if share else DASH,
                str(number),
                _percent(sum(each.detected for each in one.found), number),
                _percent(sum(each.soon for each in one.found), number),
                *(text for rate in (one.free, one.beside, one.during) for text in (str(rate.events), _months(rate))),
            )
        )
    note = (
        f"{study.mask.name}, before the incident detector and not knowing of incidents. In incidents: from an onset to 15 min "
        "after clearance, anywhere on the road; a blocked lane is no faulty loop. Beside: a faulty loop's station or the next."
    )
    return Section("The fault detector while there are incidents", note, [Table("", head, rows)])


def _confusion(found: Robustness, study: Study) -> Section:
    head = ("alarms of", "faulty loops", "kind", *CLASSES, "is what it says, %")
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
                _percent(right, total),
            )
        )
    note = (
        "With the mask on. An alarm of an incident detector is of an incident where it is a hit or neutral, of a faulty loop where "
        "it is false and a loop of its two stations is faulty. An alarm of the fault detector is of a faulty loop where its loop "
        "is one, of an incident from an onset to 15 min after clearance. The shares hold for this many faults and incidents."
    )
    return Section("Which alarm is what", note, [Table("", head, rows)])


def _reliability(found: Robustness, study: Study) -> Section:
    head = ("probability told", "alarms", "mean told, %", "were so", "were so, %")
    tables = []
    for detector in study.detectors:
        for who in WHO:
            for by_rates, words in PRIORS.items():
                bins, score = found.reliability(detector, who, by_rates)
                rows = [
                    (
                        f"{100 * each.low:.0f} to {100 * each.high:.0f} %",
                        str(each.predictions),
                        f"{100 * each.mean:.0f}",
                        str(each.so),
                        _percent(each.so, each.predictions),
                    )
                    for each in bins
                    if each.predictions
                ]
                if rows:
                    tables.append(
                        Table(f"{_whose(detector, who, study)}, {words}: Brier score {score:.3f}", head, rows)
                    )
    note = (
        "Every alarm tells the probability that it is what it says (an incident, a faulty loop), from the evidence of both "
        "detectors and from priors. As told: with the shipped priors, one incident per corridor-day and 5 % of the loops faulty. "
        "By the rates of this study: with its own many incidents and each case's share of faulty loops, which tells the evidence "
        "from the priors. All cases together; kept, where the points lie on the line."
    )
    return Section("Are the probabilities kept?", note, tables)


def _whose(detector: str, who: Who, study: Study) -> str:
    return f"alarms of {detector}" if who == "incident detector" else f"alarms of {study.mask.name} (before {detector})"


def _percent(part: int, whole: int) -> str:
    return percent_with_interval(Proportion(part, whole), 0)


def _months(rate: Rate) -> str:
    monthly = rate.per(MONTH_DAYS)
    return with_interval(monthly.value, monthly.interval)
