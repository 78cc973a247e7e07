"""The page of a robustness study: detection with and without a mask, which alarm is what, stated probabilities."""

from pathlib import Path

from harness.records.atomic_files import whole_file
from harness.records.provenance import provenance
from harness.reporting.figures.figure_style import png
from harness.reporting.headline import TERMS, score_figures
from harness.reporting.page_sections import Section, StudyPage, write_study_page
from harness.reporting.provenance_facts import provenance_facts
from harness.reporting.report_document import DASH, Headline, KeyFigures, Picture, Table
from harness.reporting.score_tables import number, span, ttd_span
from harness.scoring.fault_score import MONTH_DAYS
from harness.scoring.intervals import poisson, wilson
from harness.studies.robustness.alarm_verdicts import CLASSES, WHO, Who
from harness.studies.robustness.robustness_figures import draw_fault_detector, draw_incident_curves, draw_reliability
from harness.studies.robustness.robustness_replays import Study
from harness.studies.robustness.robustness_score import Robustness

USUAL_SHARE = 0.05
PRIORS = {False: "as stated", True: "by the rates of this study"}
DRAWN = {
    "curves": (
        draw_incident_curves,
        "Incidents detected, and false alarms per corridor-day, over the share of faulty loops",
        "Dashed with crosses: not masked. Solid with dots: masked. Bands: 95 % intervals.",
    ),
    "mask": (
        draw_fault_detector,
        "Faults found, and false alarms of the fault detector per loop-month, over the share of faulty loops",
        "Bands: 95 % intervals. Loop-month: 30 days of one loop.",
    ),
    "reliability": (
        draw_reliability,
        "Share of the alarms that were right over their stated probability",
        "On the diagonal, alarms are right as often as they state. Bars: 95 % intervals.",
    ),
}


def write_page(out: Path, found: Robustness, study: Study) -> None:
    """Write robustness.html into `out`, and its pictures as curves.png, mask.png and reliability.png."""
    pictures = {}
    for name, (draw, alt, caption) in DRAWN.items():
        wide, narrow = png(draw(found, study)), png(draw(found, study, narrow=True))
        pictures[name] = Picture(wide, alt, caption, narrow)
        with whole_file(out / f"{name}.png") as part:
            part.write_bytes(wide)
    incidents = next(iter(found.scores.values())).incidents
    page = StudyPage(
        title="Incident detection while loops are faulty",
        headline=_headline(found, study, pictures["curves"]),
        notices=(),
        lead=(
            f"{found.runs} recorded runs with {incidents} incidents are replayed while "
            f"{', '.join(f'{100 * share:.0f}' for share in study.shares)} % of all loops are faulty from the first frame on. "
            f"Not masked: the incident detector reads all loops. Masked: a loop is hidden from it while {study.mask.name}, "
            "live on the same frames, takes it for faulty and an incident does not explain its readings better. In "
            "brackets: 95 % intervals.",
        ),
        sections=(
            Section("In short", "", sentences=tuple(in_short(found, study))),
            _detectors(found, study),
            _mask(found, study, pictures["mask"]),
            _confusion(found, study),
            _reliability(found, study, pictures["reliability"]),
        ),
        provenance=(*provenance_facts(provenance()), ("Mask", study.mask.text), ("Seed", str(study.seed))),
    )
    write_study_page(out / "robustness.html", page)


def _usual_share(study: Study) -> float:
    """Return the share of faulty loops nearest to USUAL_SHARE; 0 where the study has no other."""
    return min((each for each in study.shares if each), key=lambda each: abs(each - USUAL_SHARE), default=0.0)


def _headline(found: Robustness, study: Study, picture: Picture) -> Headline:
    share, kind = _usual_share(study), study.kinds[0]
    groups, clauses = [], []
    for detector in study.detectors:
        bare, hidden = (found.scores[detector, share, kind, masked] for masked in (False, True))
        for score, how in ((hidden, "masked"), (bare, "not masked")):
            heading = f"{detector}, {how}, {100 * share:.0f} % of the loops faulty ({kind})"
            groups.append(KeyFigures(heading, score_figures(score, ttd_span(score))))
        rates = [number(score.false_alarms_per_corridor_day) for score in (bare, hidden)]
        clauses.append(
            f"{detector} detects {hidden.detected} of {hidden.incidents} incidents with masking and {bare.detected} without, "
            f"at {rates[1]} and {rates[0]} false alarms per corridor-day"
        )
    sentence = f"With {100 * share:.0f} % of the loops faulty, {'; '.join(clauses)}."
    mask = f" Masked: loops that {study.mask.name} takes for faulty are hidden from the detector."
    return Headline(tuple(groups), sentence, TERMS + mask, picture)


def in_short(found: Robustness, study: Study) -> list[str]:
    """Return the findings at the usual share of faulty loops, a sentence each."""
    share, kind = _usual_share(study), study.kinds[0]
    told = []
    for detector in study.detectors:
        bare, hidden = found.scores[detector, share, kind, False], found.scores[detector, share, kind, True]
        told.append(
            f"With {share:.0%} of the loops faulty ({kind}), {detector} detects {bare.detected} of {bare.incidents} incidents not "
            f"masked and {hidden.detected} masked, with {number(bare.false_alarms_per_corridor_day)} and "
            f"{number(hidden.false_alarms_per_corridor_day)} false alarms per corridor-day."
        )
        if 0.0 in study.shares:
            healthy = found.scores[detector, 0.0, kind, False]
            told[-1] += (
                f" With all loops healthy: {healthy.detected}, with {number(healthy.false_alarms_per_corridor_day)}."
            )
    mask = found.faults[share, kind]
    if mask.found:
        told.append(
            f"{study.mask.name} finds {sum(each.detected for each in mask.found)} of those {len(mask.found)} faults, "
            f"{sum(each.soon for each in mask.found)} of them within 30 min. Its false alarms: {mask.false_during} at loops while "
            f"an incident lasts or clears, when a blocked lane looks like a faulty loop, {mask.false_beside} beside faulty "
            f"loops, and {mask.false_free} elsewhere."
        )
    for who, name in ((WHO[0], study.detectors[0]), (WHO[1], study.mask.name)):
        alarms = [each for each in found.judged[study.detectors[0], share, kind] if each.who == who]
        if alarms:
            right = sum(each.right for each in alarms)
            sure = sum(each.sure(False) for each in alarms) / len(alarms)
            told.append(
                f"Of {len(alarms)} alarms of {name} then, {right} are right, {right / len(alarms):.0%} "
                f"({span(wilson(right, len(alarms)).scaled(100), 0)}); the probability they state is {sure:.0%} on average."
            )
    return [each.replace("%", " %") for each in told]


def _detectors(found: Robustness, study: Study) -> Section:
    head = ("detector", "faulty loops", "kind", "detected", "%", "false alarms per corridor-day", "mean TTD, s")
    rows = [
        (
            f"{detector}, {'masked' if hidden else 'not masked'}",
            f"{share:.0%}",
            kind if share else DASH,
            f"{score.detected} of {score.incidents}",
            _percent(score.detected, score.incidents),
            f"{number(score.false_alarms_per_corridor_day)} ({span(score.false_alarms_per_corridor_day_interval)})",
            number(score.ttd_mean_s, 0),
        )
        for (detector, share, kind, hidden), score in found.scores.items()
    ]
    note = "A false alarm matches no incident, whatever its cause."
    table = Table("Incident detectors by share of faulty loops", head, tuple(rows), text_columns=3)
    return Section("Incident detectors while loops are faulty", note, (table,))


def _mask(found: Robustness, study: Study, picture: Picture) -> Section:
    head = (
        *("faulty loops", "kind", "faults", "found", "within 30 min", "false elsewhere", "elsewhere per loop-month"),
        *("false beside a faulty loop", "beside per loop-month", "false in incidents", "in incidents per loop-month"),
    )
    rows = []
    for (share, kind), one in found.faults.items():
        number = len(one.found)
        counts = (
            (one.false_free, one.days_free),
            (one.false_beside, one.days_beside),
            (one.false_during, one.days_during),
        )
        rows.append(
            (
                f"{share:.0%}",
                kind if share else DASH,
                str(number),
                _percent(sum(each.detected for each in one.found), number),
                _percent(sum(each.soon for each in one.found), number),
                *(text for count, days in counts for text in (str(count), _months(count, days))),
            )
        )
    note = (
        f"{study.mask.name} runs before the incident detector and does not know of incidents. In incidents: from an onset to 15 "
        "min after clearance, anywhere on the road. Beside: at a faulty loop's station or the next one."
    )
    table = Table(f"{study.mask.name} by share of faulty loops", head, tuple(rows), text_columns=2)
    return Section("The fault detector while there are incidents", note, (table,), (picture,))


def _confusion(found: Robustness, study: Study) -> Section:
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
                _percent(right, total),
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


def _reliability(found: Robustness, study: Study, picture: Picture) -> Section:
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
                        str(each.so),
                        _percent(each.so, each.predictions),
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


def _percent(part: int, whole: int) -> str:
    if not whole:
        return DASH
    return f"{100 * part / whole:.0f} ({span(wilson(part, whole).scaled(100), 0)})"


def _months(count: int, days: float) -> str:
    if not days:
        return DASH
    return f"{count * MONTH_DAYS / days:.1f} ({span(poisson(count, days / MONTH_DAYS))})"
