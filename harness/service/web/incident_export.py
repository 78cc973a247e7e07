"""Incidents as files: CSV and JSON lines."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from harness.reporting.csv_rows import csv_cell
from harness.service.web.access_tokens import Role
from harness.service.web.api_errors import problems
from harness.service.web.api_json import incident_json
from harness.service.web.incident_filter import MOST_EXPORTED, IncidentFilter
from harness.service.web.request_access import needs
from harness.service.web.web_context import WebContext

LEFT_OUT = ("allowed", "kind_values", "severity_parts", "lanes_there")
"""What a table has no column for; JSON lines hold it."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""First signs of a text that a spreadsheet would calculate."""


def export_routes(context: WebContext) -> APIRouter:
    """Return the routes of exports."""
    router = APIRouter(prefix="/api", tags=["incidents"], dependencies=[Depends(needs(context.settings, Role.VIEW))])

    def rows(wanted: IncidentFilter) -> Iterator[dict[str, Any]]:
        corridors = context.view.corridors
        for each in wanted.found(context.view.store, MOST_EXPORTED):
            yield incident_json(each, corridors.get(each.corridor))

    def described(kind: str) -> dict[int | str, dict[str, Any]]:
        return problems(401, 403, 422, 503) | {200: {"content": {kind: {"schema": {"type": "string"}}}}}

    @router.get("/incidents.csv", response_class=Response, responses=described("text/csv"))
    def incidents_as_csv(wanted: Annotated[IncidentFilter, Depends()]) -> Response:
        """Return incidents as CSV; what is not known is an empty field, parts of a list are separated by `;`."""
        return _file(csv_text(rows(wanted)), "text/csv; charset=utf-8", "incidents.csv")

    @router.get("/incidents.jsonl", response_class=Response, responses=described("application/x-ndjson"))
    def incidents_as_json_lines(wanted: Annotated[IncidentFilter, Depends()]) -> Response:
        """Return incidents as JSON lines."""
        text = "".join(json.dumps(row, allow_nan=False) + "\n" for row in rows(wanted))
        return _file(text, "application/x-ndjson", "incidents.jsonl")

    return router


def csv_text(rows: Iterable[dict[str, Any]]) -> str:
    """Return rows as CSV, header first, with nothing in it that a spreadsheet would calculate."""
    target = io.StringIO()
    writer = csv.writer(target)
    for place, row in enumerate(rows):
        kept = {name: value for name, value in row.items() if name not in LEFT_OUT}
        if place == 0:
            writer.writerow(kept)
        writer.writerow([safe_cell(value) for value in kept.values()])
    return target.getvalue()


def safe_cell(value: Any) -> str:
    """Return one field; a text that begins as a formula is quoted.

    >>> safe_cell("=1+1"), safe_cell([0, 1]), safe_cell(None), safe_cell(-2.5)
    ("'=1+1", '0;1', '', '-2.5')
    """
    text = csv_cell(tuple(value) if isinstance(value, list) else value, 9)
    is_number = isinstance(value, int | float)
    return f"'{text}" if not is_number and text.startswith(FORMULA_STARTS) else text


def _file(text: str, kind: str, name: str) -> Response:
    return Response(text, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
