"""The report: one HTML file that opens offline, of a battery or of one run, written into the folder it tells of.

It needs no simulator: everything is read back from the folder. See `harness.reporting.report_document` for its parts.
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
    return write_run_report(folder) if (folder / "run.json").is_file() else write_battery_report(folder)


def write_battery_report(out: Path) -> Path:
    """Write the report of the battery in `out`, finished or not, and return its path. Raises as `write_report`."""
    path = out / REPORT_FILE
    write_text(path, render("reporting/report.html.j2", page=battery_report(out), definitions=DEFINITIONS))
    return path


def write_run_report(folder: Path) -> Path:
    """Write the report of the one finished run in `folder`, and return its path. Raises as `write_report`."""
    path = folder / REPORT_FILE
    write_text(path, render("reporting/report.html.j2", page=run_report(folder), definitions=DEFINITIONS))
    return path
