"""Write the report of a battery or of one run: one HTML file that opens offline, in the folder of the results.

Everything is read back from the folder; no simulator is needed. `harness.reporting.report_document` holds its parts.
"""

from pathlib import Path

from harness.records.atomic_files import write_text
from harness.reporting.battery_report import battery_report, run_report
from harness.reporting.html_page import render
from harness.reporting.report_glossary import DEFINITIONS

REPORT_FILE = "report.html"


def write_report(folder: Path) -> Path:
    """Write `report.html` into a battery's folder, or a run's, and return its path.

    Raises MissingFileError where the folder holds neither, UserError naming a file that cannot be read.
    """
    page = run_report(folder) if (folder / "run.json").is_file() else battery_report(folder)
    path = folder / REPORT_FILE
    write_text(path, render("reporting/report.html.j2", page=page, definitions=DEFINITIONS))
    return path
