"""A comparison on real roads as files: summary.txt, real-roads.json, scores.csv, incidents.csv, alarms.csv."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from harness.records.atomic_files import write_csv, write_json, write_text
from harness.records.provenance import provenance
from harness.reporting.csv_rows import csv_rows
from harness.reporting.number_text import counted, number
from harness.reporting.text_table import paragraph, plain_text
from harness.scoring.recording_score import RecordingScore
from harness.studies.real_roads.real_roads_study import RealRoads
from harness.studies.real_roads.real_roads_tables import incidents_table, score_tables, sentences
from simulator.recording.incident_log import SHOULDER

ALL = "all"
INCIDENTS = (
    *("road", "recording", "incident", "onset_s", "position_m", "lanes", "trace", "first_trace_s", "last_trace_s"),
    *("detector", "detected", "located", "alarm_s", "ttd_log_s", "ttd_trace_s"),
)
ALARMS = (
    *(
        "road",
        "recording",
        "detector",
        "section",
        "upstream",
        "downstream",
        "raised_s",
        "ended_s",
        "kind",
        "group",
        "head",
    ),
    *("sound_loops", "incident"),
)


def write_real_roads(out: Path, found: RealRoads, command: str) -> str:
    """Write all files and return the summary."""
    tables = {
        "scores": list(_score_rows(found)),
        "incidents": list(_incident_rows(found)),
        "alarms": list(_alarm_rows(found)),
    }
    columns = {"incidents": INCIDENTS, "alarms": ALARMS}
    for name, rows in tables.items():
        write_csv(out / f"{name}.csv", csv_rows(rows, columns.get(name)))
    text = real_roads_summary(found)
    roads = [
        {
            "name": road.name,
            "recordings": [one.name for one in road.recordings],
            "hours": road.hours,
            "sections": road.road.corridor.sections,
            "sound_sections": int(road.sound.sum()),
        }
        for road in found.roads
    ]
    document = {
        "roads": roads,
        "incidents_per_day": found.incidents_per_day,
        **tables,
        "left_out": dict(found.left_out),
        "notices": list(found.notices),
        "fingerprints": found.fingerprints(),
        **provenance(),
        "command": command,
    }
    write_json(out / "real-roads.json", document)
    write_text(out / "summary.txt", text)
    return text


def real_roads_summary(found: RealRoads) -> str:
    """Return the summary: each detector in a sentence, the tables, and what a reader has to know of the roads."""
    recordings = sum(len(road.recordings) for road in found.roads)
    hours = sum(road.hours for road in found.roads)
    title = f"Real roads: {counted(len(found.roads), 'road')}, {counted(recordings, 'recording')}, {number(hours)} h"
    known = incidents_table(found)
    notes = [*(f"Left out: {name}: {why}" for name, why in found.left_out.items()), *found.notices]
    blocks = [
        f"{title}\n{'=' * len(title)}",
        "\n".join(map(paragraph, sentences(found))),
        *map(plain_text, score_tables(found)),
        *([plain_text(known)] if known is not None else []),
        *(["\n".join(map(paragraph, notes))] if notes else []),
    ]
    return "\n\n".join(blocks) + "\n"


def _score_rows(found: RealRoads) -> Iterator[Mapping[str, object]]:
    for name in found.detectors:
        for road in found.roads:
            yield _score_row(road.name, name, found.scores[road.name, name], found.incidents_per_day)
        if len(found.roads) > 1:
            yield _score_row(ALL, name, found.of_all(name), found.incidents_per_day)


def _score_row(road: str, name: str, score: RecordingScore, incidents_per_day: float) -> Mapping[str, object]:
    at_rate, at_rate_ends = score.share_false_at(incidents_per_day)
    row: dict[str, object] = {
        "road": road,
        "detector": name,
        "alarms": len(score.alarms),
        "groups": len(score.group_kinds),
        "corridor_days": score.corridor_days,
    }
    for label, rate in (
        ("false_alarms", score.false_alarms),
        ("false_groups", score.false_groups),
        ("sound_false_alarms", score.sound_false_alarms),
    ):
        row |= {label: rate.events, f"{label}_per_day": rate.value}
        row |= {f"{label}_low": rate.interval.low, f"{label}_high": rate.interval.high}
    row |= {
        "incidents": len(score.incidents),
        "visible": score.dr.whole,
        "detected": score.dr.part,
        "dr": score.dr.value,
    }
    row |= {"dr_low": score.dr.interval.low, "dr_high": score.dr.interval.high}
    for label, ttd in (("ttd_log", score.ttd_log), ("ttd_trace", score.ttd_trace)):
        row |= {f"{label}_mean_s": ttd.mean, f"{label}_median_s": ttd.median}
        row |= {f"{label}_low_s": ttd.interval.low, f"{label}_high_s": ttd.interval.high}
    for label, share in (("share_false", score.share_false), ("share_false_groups", score.share_false_groups)):
        row |= {label: share.value, f"{label}_low": share.interval.low, f"{label}_high": share.interval.high}
    return row | {
        "share_at_rate": at_rate,
        "share_at_rate_low": at_rate_ends.low,
        "share_at_rate_high": at_rate_ends.high,
    }


def _incident_rows(found: RealRoads) -> Iterator[Mapping[str, object]]:
    for (road, name), score in found.scores.items():
        for one in score.incidents:
            lanes = SHOULDER if one.no_lane else " ".join(map(str, one.lanes))
            values = (
                *(road, one.recording, one.incident, one.onset_s, one.position_m, lanes, one.trace),
                *(one.first_trace_s, one.last_trace_s, name, one.detected, one.located, one.alarm_s),
                *(one.alarm_s - one.onset_s, one.alarm_s - one.first_trace_s),
            )
            yield dict(zip(INCIDENTS, values, strict=True))


def _alarm_rows(found: RealRoads) -> Iterator[Mapping[str, object]]:
    stations = {road.name: road.road.corridor.stations for road in found.roads}
    for (road, name), score in found.scores.items():
        for alarm in score.alarms:
            ends = (stations[road][alarm.section + side].name for side in (0, 1))
            values = (
                *(road, alarm.recording, name, alarm.section, *ends, alarm.raised_s, alarm.ended_s, alarm.kind),
                *(alarm.group, alarm.head, alarm.sound, alarm.incident),
            )
            yield dict(zip(ALARMS, values, strict=True))
