"""Reports as files: pages that open offline, JSON, CSV.

Of a period: report.html, report.json, incidents.csv. Of one incident: incident.html, incident.json, events.csv.
"""

import json
from pathlib import Path

from harness.records.atomic_files import write_csv, write_json
from harness.records.output_paths import check_out
from harness.reporting.csv_rows import csv_rows
from harness.reporting.page_sections import write_study_page
from harness.service.reports.gather_reports import incident_report
from harness.service.reports.incident_rows import event_row, incident_document, incident_row
from harness.service.reports.period_page import Period, period_document, period_page
from harness.service.reports.response_targets import Targets
from harness.service.response.notice_texts import Units
from harness.service.store.sql_store import SqlStore
from scenarios.errors import UserError
from scenarios.suggestion import likely

DIGITS = 15
"""Significant digits in CSV: times since 1970 in ms."""


def write_period(out: Path, period: Period) -> None:
    """Write the report of a period into the folder `out`. Raises UserError for a folder that cannot be written to."""
    check_out(out)
    rows = [incident_row(each) for each in period.found]
    columns = tuple(rows[0]) if rows else ("id",)
    write_csv(out / "incidents.csv", csv_rows(rows, columns, DIGITS))
    write_json(out / "report.json", period_document(period))
    write_study_page(out / "report.html", period_page(period))


def write_incident(out: Path, store: SqlStore, incident: str, targets: Targets | None, units: Units = "metric") -> None:
    """Write the report of an incident into the folder `out`. Raises UserError for one that is not stored; MachineError."""
    check_out(out)
    timeline = store.timeline(incident)
    if not timeline:
        names = store.incident_ids()
        raise UserError(f"no incident {incident!r} in the store, which has {len(names)}{likely(incident, names)}")
    corridor = store.corridors().get(timeline[0].event.corridor)
    found, page, learned = incident_report(store, timeline, corridor, targets, units)
    rows = [{**event_row(each), "data": json.dumps(event_row(each)["data"], ensure_ascii=False)} for each in timeline]
    write_csv(out / "events.csv", csv_rows(rows, None, DIGITS))
    write_json(out / "incident.json", incident_document(found, learned))
    write_study_page(out / "incident.html", page)
