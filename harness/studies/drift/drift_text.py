"""A drift check as text for the terminal, and as JSON."""

from typing import Any

import numpy as np

from detectors.calibration.hourly_normal import QUANTITIES
from detectors.calibration.normal_drift import LARGE_DAY, LARGE_HOUR, NormalDrift
from harness.reporting.number_text import number, span
from harness.reporting.report_document import DASH, Table
from harness.reporting.text_table import paragraph, plain_text
from harness.studies.drift.drift_check import DriftCheck

UNITS = ("veh/h/lane", "km/h", "%")
FACTORS = (1.0, 3.6, 100.0)
"""From a normal's units to those that are shown."""
SHOWN = 12
"""Rows of the table. Chosen: a screen; the JSON has all."""
SHOWN_HOURS = 3
"""Hours named in a row."""


def drift_text(check: DriftCheck) -> str:
    """Return tables of rates and of drift, and the verdict."""
    parts = [plain_text(rate_table(check))]
    if check.drift is not None:
        parts.append(plain_text(drift_table(check.drift)))
    return "\n\n".join([*parts, paragraph(verdict(check))])


def rate_table(check: DriftCheck) -> Table:
    """False alarms on the new days, by aim."""
    rows = tuple(
        (
            number(rate.aim, 1),
            str(rate.false_alarms),
            number(rate.corridor_days, 2),
            number(rate.rate, 2),
            span(rate.interval, 2),
            "too many" if rate.too_many else "too few" if rate.too_few else "as aimed at",
        )
        for rate in check.rates
    )
    columns = ("aim", "false alarms", "corridor-days", "per corridor-day", "95 % interval", "verdict")
    caption = f"{check.detector}, {check.file} ({check.learned}), on {check.days}: false alarms"
    return Table(caption, columns, rows)


def drift_table(drift: NormalDrift) -> Table:
    """The stations and quantities that changed most."""
    order = np.argsort(-np.nan_to_num(np.abs(drift.day_sd)), axis=None, kind="stable")[:SHOWN]
    rows = []
    for station, quantity in zip(*np.unravel_index(order, drift.day_sd.shape), strict=True):
        was, now = drift.learned[station, quantity], drift.now[station, quantity]
        factor = FACTORS[quantity]
        share = 100.0 * (now / was - 1.0) if was > 0 else np.nan
        rows.append(
            (
                drift.old.stations[station][0],
                f"{QUANTITIES[quantity]}, {UNITS[quantity]}",
                number(was * factor),
                number(now * factor),
                number((now - was) * factor, signed=True),
                f"{number(share, signed=True)} %",
                number(drift.day_sd[station, quantity], 2, signed=True),
                largest_hours(drift, int(station), int(quantity)),
                "moved" if drift.moved[station, quantity] or drift.moved_hour[:, station, quantity].any() else DASH,
            )
        )
    columns = ("station", "quantity", "learned", "now", "change", "share", "in sd", "largest in (sd)", "")
    left_out = drift.day_sd.size - len(rows)
    more = f"The {len(rows)} largest of {drift.day_sd.size}. " if left_out else ""
    note = (
        f"{more}By {drift.old.by}. In sd: deviations of a frame in its hour, mean over the day's hours. "
        f"Moved: by {LARGE_DAY:g} sd or more, or in an hour by {LARGE_HOUR:g} sd or more, and by more than days differ."
    )
    return Table("Drift of the normal", columns, tuple(rows), note, text_columns=2)


def largest_hours(drift: NormalDrift, station: int, quantity: int) -> str:
    """Return the hours of the largest change, with it in deviations."""
    change = drift.hour_sd[:, station, quantity]
    order = np.argsort(-np.nan_to_num(np.abs(change)), kind="stable")[:SHOWN_HOURS]
    return ", ".join(
        f"{hour_name(int(h))} {number(change[h], 1, signed=True)}" for h in order if np.isfinite(change[h])
    )


def hour_name(hour: int) -> str:
    """Return an hour's name: its begin, with the clock's day of the week from the second day on.

    >>> hour_name(7), hour_name(31)
    ('7h', 'day 2 7h')
    """
    day, of_day = divmod(hour, 24)
    return f"day {day + 1} {of_day}h" if day else f"{of_day}h"


def verdict(check: DriftCheck) -> str:
    """Return the verdict in a sentence, with what it rests on."""
    reasons = []
    rate = check.judged
    if rate.too_many:
        reasons.append(f"{number(rate.rate, 2)} false alarms per corridor-day, aimed at {rate.aim:g}")
    if check.drift is not None and check.drift.drifted:
        stations = (check.drift.moved | check.drift.moved_hour.any(axis=0)).any(axis=1)
        reasons.append(f"the normal moved at {int(stations.sum())} of {stations.size} stations")
    notes = ""
    if check.drift is None:
        notes += " The file holds no normal of the site, so its drift is not known (calibrate with --recordings)."
    if rate.too_few:
        notes += f" False alarms are fewer than aimed at ({rate.aim:g}): a lower threshold would find more."
    if check.same_data:
        notes += " These are the recordings that the file was learned on: they cannot have drifted."
    if reasons:
        return f"Verdict: recalibrate ({'; '.join(reasons)}).{notes}"
    return f"Verdict: keep.{notes}"


def drift_document(check: DriftCheck) -> dict[str, Any]:
    """Return the check in JSON's types: rates, verdict, and every station, quantity and hour, in a normal's units."""
    return {
        "detector": check.detector,
        "file": str(check.file),
        "learned": check.learned,
        "days": check.days,
        "verdict": "recalibrate" if check.drifted else "keep",
        "reason": verdict(check),
        "rates": [
            {
                "aim": rate.aim,
                "false_alarms": rate.false_alarms,
                "corridor_days": rate.corridor_days,
                "per_corridor_day": rate.rate,
                "interval": list(rate.interval),
            }
            for rate in check.rates
        ],
        "drift": None if check.drift is None else _stations(check.drift),
    }


def _stations(drift: NormalDrift) -> list[dict[str, Any]]:
    return [
        {
            "station": drift.old.stations[station][0],
            "quantity": name,
            "learned": drift.learned[station, quantity],
            "now": drift.now[station, quantity],
            "change_sd": drift.day_sd[station, quantity],
            "moved": bool(drift.moved[station, quantity]),
            "change_sd_by_hour": drift.hour_sd[:, station, quantity],
            "moved_by_hour": drift.moved_hour[:, station, quantity],
        }
        for station in range(len(drift.old.stations))
        for quantity, name in enumerate(QUANTITIES)
    ]
