"""The page of a study of anomalies: who finds what, at which false alarms, and what the anomalies look like."""

from pathlib import Path

from harness.records.provenance import provenance
from harness.reporting.number_text import counted, number, percent, span
from harness.reporting.page_sections import Section, StudyPage, write_picture, write_study_page
from harness.reporting.provenance_facts import provenance_facts
from harness.reporting.report_document import Headline, KeyFigure, KeyFigures, Picture
from harness.studies.anomalies.anomaly_figures import draw_examples, draw_found, examples_caption, found_caption
from harness.studies.anomalies.anomaly_score import DetectorScore
from harness.studies.anomalies.anomaly_study import AnomalyFindings
from harness.studies.anomalies.anomaly_tables import (
    found_table,
    groups_table,
    incident_table,
    kind_sentences,
    kinds_table,
    mean_share,
    parameter_sentences,
    rate_sentences,
    rates_table,
    share_table,
    ttd_table,
)
from scenarios.anomaly import ANOMALY_KINDS

MOST_HEADLINES = 3
TERMS = (
    "Found: an alarm begins in an anomaly's window, in its sections. False alarm: an alarm that begins in normal traffic. "
    "Corridor-day: seven sections for 24 hours. Ranges: 95 % confidence intervals."
)
ONE_CORRIDOR = (
    "One corridor is simulated. Corridor-wide: every station deviates for a while; network-wide: every station deviates because "
    "the whole day's demand has another shape. One corridor's loops cannot show whether other roads do too. Simulated drivers "
    "must be able to pass, so a closure leaves one lane open."
)


def write_anomaly_page(out: Path, findings: AnomalyFindings) -> None:
    """Write anomalies.html into `out`, and its pictures as found.png and examples.png."""
    names = ", ".join(score.detector for score in findings.scores)
    picture = write_picture(
        out / "found.png",
        draw_found(findings),
        draw_found(findings, narrow=True),
        f"Share of the anomalies of each kind that each detector finds, for {names}.",
        found_caption(findings),
    )
    study = findings.study
    kinds = findings.kinds
    page = StudyPage(
        title=f"Anomalies: {study.name}",
        headline=_headline(findings, picture),
        notices=(*findings.notices, *(f"Left out: {name}: {why}" for name, why in findings.left_out.items())),
        lead=(
            f"{counted(len(findings.scores), 'detector')} on {sum(each.counted for each in findings.anomalies)} anomalies of "
            f"{counted(len(kinds), 'kind')}, in {counted(len(findings.runs), 'run')} on {study.site}. Each detector lives through "
            f"{counted(findings.days[0], 'normal day')} first, and learns from them where it can; its threshold is set on "
            f"{counted(findings.days[1], 'further normal day')}.",
            ONE_CORRIDOR,
        ),
        sections=(
            Section("In short", "", sentences=(*kind_sentences(findings), *rate_sentences(findings))),
            Section("Found by kind", "", (found_table(findings), share_table(findings))),
            Section("By class and extent", "", (groups_table(findings),)),
            Section("Time to detection", "", (ttd_table(findings),)),
            Section(
                "False alarms", "No detector is scored on days that its threshold was set on.", (rates_table(findings),)
            ),
            Section("What an incident detector makes of the other kinds", "", (incident_table(findings),)),
            Section("The anomalies", "", (kinds_table(findings),), _examples(out, findings)),
            Section("Parameters", "", sentences=tuple(parameter_sentences(findings))),
        ),
        provenance=provenance_facts({**provenance(), "fingerprints": dict(findings.fingerprints)}),
    )
    write_study_page(out / "anomalies.html", page)


def _examples(out: Path, findings: AnomalyFindings) -> tuple[Picture, ...]:
    wide, narrow = draw_examples(findings), draw_examples(findings, narrow=True)
    if wide is None or narrow is None:
        return ()
    alt = f"Flow and speed around one anomaly of each kind: {', '.join(findings.kinds)}."
    return (write_picture(out / "examples.png", wide, narrow, alt, examples_caption()),)


def _headline(findings: AnomalyFindings, picture: Picture) -> Headline:
    best = sorted(findings.scores, key=lambda score: mean_share(findings, score), reverse=True)[:MOST_HEADLINES]
    groups = tuple(KeyFigures(score.detector, _figures(findings, score)) for score in best)
    rate, chance = findings.study.false_per_day, list(findings.chance.values())
    leads = ", ".join(f"{score.detector} {percent(mean_share(findings, score), 0)} %" for score in best)
    sentence = (
        f"Mean share found over {counted(len(findings.kinds), 'kind')} of anomaly, at thresholds set for {rate:g} false "
        f"alarm{'' if rate == 1 else 's'} per corridor-day: {leads}; alarms at random {percent(sum(chance) / len(chance), 0)} %."
    )
    return Headline(groups, sentence, TERMS, picture)


def _figures(findings: AnomalyFindings, score: DetectorScore) -> tuple[KeyFigure, ...]:
    incidents = [kind for kind in findings.kinds if ANOMALY_KINDS[kind].incident]
    others = [kind for kind in findings.kinds if not ANOMALY_KINDS[kind].incident]
    figures = []
    for label, kinds in (("Incidents and closures found", incidents), ("Other anomalies found", others)):
        dr = score.dr(kinds)
        interval = span(dr.interval.scaled(100), 0)
        figures.append(
            KeyFigure(label, f"{percent(dr.value)} %", f"{interval} %", f"{dr.part} of {dr.whole}: {', '.join(kinds)}")
        )
    normal = f"{score.normal.events} in {number(score.normal.exposure, 2)} corridor-days without an anomaly"
    rate = number(score.normal.value)
    return (*figures, KeyFigure("False alarms per corridor-day", rate, span(score.normal.interval), normal))
