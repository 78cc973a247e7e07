"""The comparison as a table and as rows for files."""

import math

from harness.reporting.number_text import number
from harness.reporting.report_document import DASH, Table
from harness.studies.realism.realism_study import ComparedStatistic, RealismFindings
from harness.studies.realism.spread import Spread
from harness.studies.realism.statistic import Statistic

COLUMNS = (
    "statistic",
    "real: median",
    "5 to 95 %",
    "units",
    "simulated: median",
    "5 to 95 %",
    "units",
    "real is",
    "real units inside, %",
)
NOTE = (
    "Units: stations; pairs of stations for waves; breakdowns for flows around them; recordings for rates. Verdict: where the real "
    "median lies to the simulated 5 to 95 % range over units of all roads and runs; with fewer than 3 units there is none."
)


def group_tables(findings: RealismFindings) -> tuple[Table, ...]:
    """Return a table per group of statistics."""
    groups = list(dict.fromkeys(each.statistic.group for each in findings.compared))
    return tuple(
        Table(name, COLUMNS, tuple(_row(each) for each in findings.compared if each.statistic.group == name))
        for name in groups
    )


def realism_table(findings: RealismFindings) -> Table:
    """Return one table of all statistics, for the terminal."""
    rows = tuple((f"{each.statistic.group}: {row[0]}", *row[1:]) for each in findings.compared for row in [_row(each)])
    return Table(f"Recordings beside {findings.reference.name}", COLUMNS, rows, NOTE)


def realism_rows(findings: RealismFindings) -> list[dict[str, object]]:
    """Return a row of plain values per statistic, in SI units and shares."""
    rows: list[dict[str, object]] = []
    for each in findings.compared:
        row: dict[str, object] = {
            "key": each.statistic.key,
            "statistic": f"{each.statistic.group}: {each.statistic.label}",
        }
        for name, found in (("real", each.real), ("simulated", each.simulated)):
            for field, value in _fields(found):
                row[f"{name}_{field}"] = value
        rows.append({**row, "verdict": each.verdict, "real_share_inside": each.share_inside})
    return rows


def _fields(found: Spread | None) -> list[tuple[str, float | int]]:
    if found is None:
        return [("units", 0), *((name, math.nan) for name in ("p5", "p25", "median", "p75", "p95"))]
    names = ("p5", "p25", "median", "p75", "p95")
    return [("units", found.units), *zip(names, found.percentiles, strict=True)]


def _row(each: ComparedStatistic) -> tuple[str, ...]:
    statistic = each.statistic
    label = f"{statistic.label}, {statistic.unit}" if statistic.unit else statistic.label
    inside = DASH if math.isnan(each.share_inside) else number(100 * each.share_inside, 0)
    word = DASH if each.verdict == "no data" else each.verdict
    return (label, *_cells(each.real, statistic), *_cells(each.simulated, statistic), word, inside)


def _cells(found: Spread | None, statistic: Statistic) -> tuple[str, str, str]:
    if found is None:
        return (DASH, DASH, "0")
    low, median, high = (
        number(value * statistic.factor, statistic.digits) for value in (found.low, found.median, found.high)
    )
    return (median, f"{low} to {high}", str(found.units))
