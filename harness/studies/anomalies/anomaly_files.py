"""A study of anomalies as files: summary.txt, anomalies.json, anomalies.csv, outcomes.csv, kinds.csv, detectors.csv."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from harness.records.atomic_files import write_csv, write_json, write_text
from harness.records.provenance import provenance
from harness.reporting.csv_rows import csv_rows
from harness.reporting.number_text import counted
from harness.reporting.text_table import paragraph, plain_text
from harness.studies.anomalies.anomaly_study import AnomalyFindings
from harness.studies.anomalies.anomaly_tables import (
    found_table,
    groups_table,
    incident_table,
    kind_sentences,
    kinds_table,
    parameter_sentences,
    rate_sentences,
    rates_table,
    ttd_table,
)
from scenarios.anomaly import ANOMALY_KINDS


def write_anomalies(out: Path, findings: AnomalyFindings, command: str) -> str:
    """Write all files and return the summary."""
    tables = {
        "anomalies": list(_anomaly_rows(findings)),
        "outcomes": list(_outcome_rows(findings)),
        "kinds": list(_kind_rows(findings)),
        "detectors": list(_detector_rows(findings)),
    }
    for name, rows in tables.items():
        write_csv(out / f"{name}.csv", csv_rows(rows))
    text = anomaly_summary(findings)
    document = {
        "study": findings.study.model_dump(mode="json"),
        "history_days": findings.days[0],
        "threshold_days": findings.days[1],
        **tables,
        "left_out": dict(findings.left_out),
        "notices": list(findings.notices),
        "fingerprints": dict(findings.fingerprints),
        **provenance(),
        "command": command,
    }
    write_json(out / "anomalies.json", document)
    write_text(out / "summary.txt", text)
    return text


def anomaly_summary(findings: AnomalyFindings) -> str:
    """Return the summary: what was done, who finds what, at which false alarms, how soon."""
    study = findings.study
    title = f"Anomalies of {study.name}: {study.description}" if study.description else f"Anomalies of {study.name}"
    number = sum(each.counted for each in findings.anomalies)
    setting = (
        f"{number} anomalies in {counted(len(findings.runs), 'run')} on {study.site}, after {counted(findings.days[0], 'day')} of "
        f"history; thresholds set on {counted(findings.days[1], 'further day')}. One corridor is simulated: network-wide means "
        "that all its stations deviate because the whole day's demand has another shape; its loops cannot show other roads."
    )
    notes = [*findings.notices, *(f"Left out: {name}: {why}" for name, why in findings.left_out.items())]
    blocks = [
        f"{title}\n{'=' * len(title)}",
        paragraph(setting),
        "\n".join([*kind_sentences(findings), *map(paragraph, rate_sentences(findings))]),
        *map(
            plain_text,
            (
                found_table(findings),
                rates_table(findings),
                ttd_table(findings),
                groups_table(findings),
                incident_table(findings),
                kinds_table(findings),
            ),
        ),
        "\n".join(map(paragraph, [*parameter_sentences(findings), *notes])),
    ]
    return "\n\n".join(blocks) + "\n"


def _anomaly_rows(findings: AnomalyFindings) -> Iterator[Mapping[str, object]]:
    for number, each in enumerate(findings.anomalies):
        yield {
            "anomaly": number,
            "run": each.run,
            "kind": each.kind,
            "class": each.what.anomaly_class,
            "extent": each.what.extent,
            "first_section": each.sections[0],
            "last_section": each.sections[-1],
            "onset_s": each.onset_s,
            "end_s": each.end_s,
            "earliest_s": each.earliest_s,
            "counted": each.counted,
            "detail": each.detail,
        }


def _outcome_rows(findings: AnomalyFindings) -> Iterator[Mapping[str, object]]:
    numbers = {id(each): number for number, each in enumerate(findings.anomalies)}
    for score in findings.scores:
        for outcome in score.outcomes:
            yield {
                "detector": score.detector,
                "anomaly": numbers[id(outcome.anomaly)],
                "run": outcome.anomaly.run,
                "kind": outcome.anomaly.kind,
                "counted": outcome.anomaly.counted,
                "found": outcome.found,
                "alarm_s": outcome.alarm_s,
                "ttd_s": outcome.ttd_s,
                "alarms": outcome.alarms,
            }


def _kind_rows(findings: AnomalyFindings) -> Iterator[Mapping[str, object]]:
    for score in findings.scores:
        for kind in findings.kinds:
            dr, ttd, what = score.dr([kind]), score.ttd(kind), ANOMALY_KINDS[kind]
            yield {
                "detector": score.detector,
                "kind": kind,
                "class": what.anomaly_class,
                "extent": what.extent,
                "incident": what.incident,
                "anomalies": dr.whole,
                "found": dr.part,
                "dr": dr.value,
                "dr_low": dr.interval.low,
                "dr_high": dr.interval.high,
                "by_chance": findings.chance[kind],
                "ttd_mean_s": ttd.mean,
                "ttd_low_s": ttd.interval.low,
                "ttd_high_s": ttd.interval.high,
                "ttd_median_s": ttd.median,
                "alarms_each": score.alarms_each(kind),
            }


def _detector_rows(findings: AnomalyFindings) -> Iterator[Mapping[str, object]]:
    for score in findings.scores:
        yield {
            "detector": score.detector,
            "parameters": score.basis,
            "why_shipped": score.why_shipped,
            "threshold": score.threshold,
            "threshold_days_false": score.set_on.events,
            "threshold_corridor_days": score.set_on.exposure,
            "normal_false": score.normal.events,
            "normal_corridor_days": score.normal.exposure,
            "normal_per_day": score.normal.value,
            "normal_low": score.normal.interval.low,
            "normal_high": score.normal.interval.high,
        }
