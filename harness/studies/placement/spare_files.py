"""What standing stations are worth as files: summary.txt, spare.json, stations.csv, order.csv, incidents.csv."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from harness.records.atomic_files import write_csv, write_json, write_text
from harness.records.provenance import provenance
from harness.reporting.csv_rows import csv_rows
from harness.reporting.text_table import paragraph, plain_text
from harness.studies.placement.spare_stations import SpareStations
from harness.studies.placement.spare_tables import (
    LEAST_PAIRED,
    is_dead,
    name_of,
    notices,
    order_table,
    sentences,
    stations_table,
)
from harness.studies.placement.standing_score import StandingScore

Row = Mapping[str, object]


def write_spare_files(out: Path, found: SpareStations, command: str) -> str:
    """Write all files and return the summary."""
    tables = {
        "stations": list(_station_rows(found)),
        "order": list(_order_rows(found)),
        "incidents": list(_incident_rows(found)),
    }
    for name, rows in tables.items():
        write_csv(out / f"{name}.csv", csv_rows(rows))
    document = {
        "detector": found.watching.detector,
        "fingerprint": found.watching.fingerprint,
        "recordings": [run.name for run in found.road.runs],
        "placements_replayed": found.replayed,
        **tables,
        "notices": notices(found),
        **provenance(),
        "command": command,
    }
    write_json(out / "spare.json", document)
    text = spare_summary(found)
    write_text(out / "summary.txt", text)
    return text


def spare_summary(found: SpareStations) -> str:
    """Return the findings as a page of text."""
    title = f"What the stations of {found.road.corridor.name} are worth to {found.watching.detector}"
    order = order_table(found)
    blocks = [
        f"{title}\n{'=' * len(title)}",
        "\n".join(paragraph(line) for line in notices(found)),
        "\n".join(paragraph(line) for line in sentences(found)),
        plain_text(stations_table(found)),
        "" if order is None else plain_text(order),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _station_rows(found: SpareStations) -> Iterator[Row]:
    yield {**_place(found, None), **_scored(found.whole), "worth_s": None, "worth_low": None, "worth_high": None}
    for each in found.worths:
        ends = each.worth.interval if len(each.worth.values) >= LEAST_PAIRED else (None, None)
        worth = {"worth_s": each.worth.mean, "worth_low": ends[0], "worth_high": ends[1]}
        yield {**_place(found, each.station), "section_then_m": each.merged_m, **_scored(each.without), **worth}


def _place(found: SpareStations, station: int | None) -> dict[str, object]:
    if station is None:
        return dict.fromkeys(("without", "position_m", "read", "dead", "section_then_m"))
    return {
        "without": name_of(found, station),
        "position_m": found.road.corridor.stations[station].position_m,
        "read": float(found.road.read[station]),
        "dead": is_dead(found, station),
    }


def _order_rows(found: SpareStations) -> Iterator[Row]:
    for place, (station, score) in enumerate(found.order, start=1):
        yield {"order": place, "spared": name_of(found, station), **_scored(score)}


def _scored(score: StandingScore) -> dict[str, object]:
    rate = score.score.false_alarms_per_corridor_day
    known = bool(score.visible)
    return {
        "stations": len(score.placement.stations),
        "incidents": len(score.visible),
        "detected": score.dr.part if known else None,
        "dr": score.dr.value,
        "delay_s": score.delay.mean,
        "ttd_s": score.ttd.mean,
        "false_alarms": score.score.false_alarms,
        "section_hours": score.score.section_hours,
        "false_per_day": rate.value,
        "false_per_day_low": rate.interval.low,
        "false_per_day_high": rate.interval.high,
    }


def _incident_rows(found: SpareStations) -> Iterator[Row]:
    """A row for each incident: how late it is found with all stations, and without each; empty where it is missed."""
    scores = [("all", found.whole), *((name_of(found, each.station), each.without) for each in found.worths)]
    for number, incident in enumerate(found.whole.counted):
        row: dict[str, object] = {
            "run": incident.run,
            "onset_s": incident.onset_s,
            "position_m": incident.position_m,
            "lanes": incident.lanes,
        }
        for name, score in scores:
            one = score.counted[number]
            row[f"ttd_s: {name}"] = one.ttd_s if one.hit else None
        yield row
