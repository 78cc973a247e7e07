"""False alarms on the Portland I-205 data of 2011, and detection of labelled events with a visible drop of speed.

    python -m benchmarks.portland SOURCE_DIR [--out DIR] [--detector NAME ...] [--site NAME ...] [--site-memory]
    python -m benchmarks.portland SOURCE_DIR --out DIR --detector all --site all

SOURCE_DIR is what `laneblock convert portland` takes. Its recordings are replayed through each detector at its shipped
threshold, of 1 false alarm per corridor-day. A corridor-day is 7 sections for 24 h. With --out, recordings and replays
are kept there and used again. `all` stands for every detector with a threshold, and with --site for those among them that learn
normal traffic: the charts and the anomaly detectors, learned on the first half of the days (`benchmarks.portland_site`).

With --site-memory a detector that remembers its site (sequential, the charts) does so from one recording to the next, each
direction by itself and in order of time; without, it begins anew in each of the 424. Groups: alarms of one event within a
recording are one.

No incident of known place and time is in these data, and none is planted in them yet: what follows is about false alarms, and five
visible events say next to nothing about detection.

- Every alarm raised is counted, true or not: few incidents are known, so the rate is an upper bound on false alarms. Alarms
  near a label (in a section beside a labelled station, up to 10 min before or after the label) are also counted separately.
- **Sound** sections lie between stations whose loops all report, and count 0 in under 5 % of periods: none is dead or stuck.
- Which labelled events are **visible**: `benchmarks.portland_events`.
- A detector **detects** a visible event where it raises an alarm beside the station from 2 min before the drop to 10 min
  after the label; the delay counts from the drop's first minute. By chance: detections expected if its alarms were spread
  evenly over sections and hours. Causes downstream of a direction's last station lie outside its sections.
- **Scored** is the share of decisions with a score: sheu2004 has one only where a lane has a symptom.
"""

import argparse
import math
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from benchmarks.portland_alarms import SECTIONS, Alarms, beside, kept, per_day, rate, replayed, section_hours, sound
from benchmarks.portland_events import NEAR_S, hours_of_day, near_labels, visible_events
from benchmarks.portland_site import site_table
from detectors.anomaly.anomaly_models import ANOMALY_MODELS
from detectors.catalogue import DETECTORS, build
from detectors.catalogue_entry import unknown_detector
from harness.reporting.report_document import Table
from harness.reporting.text_table import plain_text
from scenarios.errors import UserError
from simulator.formats.field_recordings import write_all
from simulator.formats.portland import labelled_events, recordings_of
from simulator.formats.portland_files import PortlandSource, read_source
from simulator.formats.portland_stations import PERIOD_S
from simulator.frame import Flags

NAMES = ("sequential", "sheu2004", "trees", "california7")
CHARTS = ("xbar", "cusum", "ewma", "hotelling_t2")
ACROSS = 7
"""Detectors that have a column each in one table, at most. Chosen: 160 characters."""
BEFORE_S = 120.0
START_S = 600


def print_table(caption: str, columns: list[str], rows: list[list[str]]) -> None:
    """Print a table, its first column to the left."""
    print(plain_text(Table(caption, tuple(columns), tuple(map(tuple, rows)))) + "\n")


def buildable(source: PortlandSource, names: list[str]) -> list[str]:
    """Return the detectors that can be built for these roads as shipped; the others are printed with the reason."""
    fit = []
    for name in names:
        try:
            for way in source.directions:
                build(name, way.corridor)
            fit.append(name)
        except UserError as error:
            print(f"left out: {name}: {error}")
    return fit


def evaluate(source: PortlandSource, names: list[str], site: list[str], folder: Path, through: bool = False) -> None:
    """Replay and print every table."""
    recordings = folder / "recordings"
    print("recordings kept from before" if recordings.is_dir() else write_all(recordings_of(source), recordings).text)
    names = buildable(source, names)
    found = {name: replayed(source, name, folder, through=through) for name in names}
    alarms = {name: one[0] for name, one in found.items()}
    recorded = np.zeros(len(source.start_s), dtype=np.bool_)
    first = recorded.copy()
    for run in kept(source):
        recorded[run.first : run.last] = True
        first[run.first : run.first + START_S // PERIOD_S] = True
    total = section_hours(recorded, source)
    hours = float(recorded.sum()) * PERIOD_S / 3600
    print(f"{hours:.1f} h in {len(kept(source))} runs; {hours * len(source.directions):.1f} corridor-hours; ", end="")
    print(f"{total:.1f} section-hours, {total / (SECTIONS * 24):.2f} corridor-days of {SECTIONS} sections\n")

    near = {way.name: near_labels(source, way) for way in source.directions}
    share_near = sum(int(one[recorded].sum()) for one in near.values()) * PERIOD_S / 3600 / total
    well = {way.name: sound(way) for way in source.directions}
    row_of = {int(s): k for k, s in enumerate(source.start_s + PERIOD_S)}
    rows = []
    for name in names:
        every = alarms[name]
        close = sum(bool(near[a.direction][row_of[round(a.time_s)], a.section]) for a in every)
        early = sum(a.into_s <= START_S for a in every)
        way_rates = []
        for way in source.directions:
            own = sum(a.direction == way.name for a in every)
            way_rates.append(per_day(own, hours * way.corridor.sections))
        fine = sum(bool(well[a.direction][a.section]) for a in every)
        fine_rate = f"{fine} ({per_day(fine, hours * sum(int(one.sum()) for one in well.values()))})"
        span = rate(len(every), total).interval
        cells = [name, str(len(every)), per_day(len(every), total), f"{span.low:.2f} to {span.high:.2f}"]
        away = per_day(len(every) - close, total * (1 - share_near))
        groups = sum(a.head for a in every)
        way_rates.insert(0, f"{groups} ({per_day(groups, total)})")
        rows.append([*cells, *way_rates, fine_rate, str(close), away, str(early), f"{100 * found[name][1]:.0f} %"])
    ways = [way.name for way in source.directions]
    print_table(
        f"Alarms per corridor-day of {SECTIONS} sections; {100 * share_near:.0f} % of section-hours are near a label, "
        f"{100 * section_hours(first, source) / total:.0f} % in a recording's first {START_S // 60} min",
        [
            "detector",
            "alarms",
            "per day",
            "95 %",
            "groups (per day)",
            *ways,
            "sound",
            "near",
            "per day away",
            "in first 10 min",
            "scored",
        ],
        rows,
    )

    if site:
        print(plain_text(site_table(source, site, alarms, recorded, folder)) + "\n")
    for across in (names[k : k + ACROSS] for k in range(0, len(names), ACROSS)):
        print_hours(source, across, alarms, recorded)
        print_sections(source, across, alarms, hours)
        print_visible(source, across, alarms, total)


def print_hours(source: PortlandSource, names: list[str], alarms: Alarms, recorded: Flags) -> None:
    """Print each detector's alarms by hour of day."""
    hour = hours_of_day(source)
    rows = []
    for each in np.unique(hour):
        there = section_hours(recorded & (hour == each), source)
        cells = [f"{int(each):02d}", f"{there:.0f}"]
        for name in names:
            count = sum((a.time_s - PERIOD_S) % 86400 // 3600 == each for a in alarms[name])
            cells.append(f"{count} ({per_day(count, there)})")
        rows.append(cells)
    print_table("By hour of day: alarms (per corridor-day)", ["hour", "section-hours", *names], rows)


def print_sections(source: PortlandSource, names: list[str], alarms: Alarms, hours: float) -> None:
    """Print each detector's alarms by section."""
    rows = []
    for way in source.directions:
        for k in range(way.corridor.sections):
            between = [station.name for station in way.corridor.stations[k : k + 2]]
            cells = [str(sum(a.direction == way.name and a.section == k for a in alarms[n])) for n in names]
            length = f"{way.corridor.section_length_m(k):.0f}"
            mark = "" if sound(way)[k] else " *"
            rows.append([f"{way.name} {k}: {between[0]} - {between[1]}{mark}", length, *cells])
    print_table(f"By section (* not sound), each {hours:.1f} h: alarms", ["section", "metres", *names], rows)


def print_visible(source: PortlandSource, names: list[str], alarms: Alarms, total: float) -> None:
    """Print the visible events and when each detector detected them."""
    counts = [(way.name, len(labelled_events(source, way))) for way in source.directions]
    shown = sorted(
        (one for way in source.directions for one in visible_events(source, way)), key=lambda one: one.drop_s
    )
    print(f"Labelled events: {', '.join(f'{count} {way}' for way, count in counts)}; visible: {len(shown)}.")
    rows, hits, chance = [], dict.fromkeys(names, 0), dict.fromkeys(names, 0.0)
    for one in shown:
        start = np.datetime64(int(one.event.onset_s), "s").item()
        minutes = (one.event.clearance_s - one.event.onset_s) / 60
        end_s = one.event.clearance_s + NEAR_S
        ends_s = source.start_s + PERIOD_S
        watched = float(((ends_s >= one.drop_s - BEFORE_S) & (ends_s <= end_s)).sum()) * PERIOD_S / 3600
        sections = sum(0 <= one.event.station - k < one.direction.corridor.sections for k in (0, 1))
        station = one.direction.corridor.stations[one.event.station].name
        last = " (last)" if one.event.station == one.direction.corridor.sections else ""
        cells = [f"{start:%m-%d %H:%M} {station}{last}"]
        cells += [f"{minutes:.0f}", f"{(one.drop_s - one.event.onset_s) / 60:+.1f}", f"{100 * one.share:.0f} %"]
        for name in names:
            times_s = [a.time_s for a in alarms[name] if beside(a, one) and one.drop_s - BEFORE_S <= a.time_s <= end_s]
            cells.append(f"{(min(times_s) - one.drop_s) / 60:+.1f}" if times_s else "-")
            hits[name] += bool(times_s)
            chance[name] += 1 - math.exp(-len(alarms[name]) / total * watched * sections)
        rows.append(cells)
    rows.append(["detected", "", "", "", *(str(hits[name]) for name in names)])
    rows.append(["by chance", "", "", "", *(f"{chance[name]:.1f}" for name in names)])
    caption = "Minutes from the drop to the alarm; the drop in minutes after the label's start"
    print_table(caption, ["label's start, station", "minutes", "drop", "lowest", *names], rows)


def main() -> None:
    """Read, convert, replay, print."""
    parser = argparse.ArgumentParser(description="False alarms and visible events on the Portland I-205 data.")
    parser.add_argument("source", type=Path, metavar="SOURCE_DIR", help="as `laneblock convert portland` takes it")
    parser.add_argument("--out", type=Path, metavar="DIR", help="keep recordings and replays here")
    parser.add_argument("--detector", action="append", metavar="NAME", help="repeat for more; all: with a threshold")
    parser.add_argument(
        "--site", action="append", metavar="NAME", help="learn it on the first half of the days; or all"
    )
    parser.add_argument("--site-memory", action="store_true", help="carry what is learned from recording to recording")
    chosen = parser.parse_args()
    names, site = chosen.detector or list(NAMES), chosen.site or []
    names = [name for name, entry in DETECTORS.items() if entry.thresholds is not None] if "all" in names else names
    site = [*CHARTS, *ANOMALY_MODELS] if "all" in site else site
    for name in (*names, *site):
        if name not in DETECTORS:
            parser.error(str(unknown_detector("detector", name, DETECTORS)))
    try:
        with TemporaryDirectory() as scratch:
            evaluate(read_source(chosen.source), names, site, chosen.out or Path(scratch), chosen.site_memory)
    except (ValueError, OSError) as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
