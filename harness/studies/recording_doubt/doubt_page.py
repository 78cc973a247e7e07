"""A recording's page of doubt as text: what is there, what is missing, what looks wrong, what was assumed."""

import math
from collections.abc import Iterator

from detectors.shipped_detectors import SHIPPED_DETECTORS
from harness.studies.recording_doubt.availability import Availability, availability
from harness.studies.recording_doubt.clock_doubt import clock_doubts, clock_text
from harness.studies.recording_doubt.code_doubt import code_doubts
from harness.studies.recording_doubt.detector_sight import blind_shares, needs_text
from harness.studies.recording_doubt.lane_side_doubt import lane_side_doubts
from harness.studies.recording_doubt.not_judged import not_judged
from harness.studies.recording_doubt.order_doubt import order_doubts
from harness.studies.recording_doubt.place_doubt import place_doubts
from harness.studies.recording_doubt.readings import Doubt, Readings
from harness.studies.recording_doubt.repeat_doubt import repeat_doubts
from harness.studies.recording_doubt.unit_doubt import unit_doubts

JUDGEMENTS = (unit_doubts, code_doubts, place_doubts, order_doubts, lane_side_doubts, clock_doubts, repeat_doubts)
"""Every judgement, in the page's order: a pure function of the readings."""
_HOURS = "by hour of day"
MOST_LOOPS = 12
"""Loops named at most."""


def all_doubts(readings: Readings) -> tuple[Doubt, ...]:
    """Return what every judgement doubts."""
    return tuple(doubt for judge in JUDGEMENTS for doubt in judge(readings))


def doubt_page(name: str, readings: Readings, incidents: int | None) -> str:
    """Return the page; `incidents` is how many are known, None where incidents are not."""
    return "\n".join(_lines(name, readings, incidents))


def _lines(name: str, readings: Readings, incidents: int | None) -> Iterator[str]:
    corridor, found = readings.corridor, availability(readings)
    length_km = (corridor.stations[-1].position_m - corridor.stations[0].position_m) / 1000
    lanes = sorted({station.lanes for station in corridor.stations})
    yield f"{name}: {corridor.name}, {len(corridor.stations)} stations on {length_km:.2f} km, {_span(lanes)} lanes"
    yield "There"
    begins, ends = (
        clock_text(float(time_s)) for time_s in (readings.time_s[0] - corridor.period_s, readings.time_s[-1])
    )
    yield f"  {found.frames:,} frames of {corridor.period_s:g} s, {begins} to {ends}"
    yield "  " + ", ".join(f"{100 * share:.1f} % of {what}" for what, share in found.quantities)
    yield f"  incidents: {'not known (no incidents.csv)' if incidents is None else incidents}"
    yield "Missing"
    yield from _missing(readings, found)
    doubts = all_doubts(readings)
    yield "Looks wrong" if doubts else "Looks wrong: nothing"
    yield from (f"  {doubt.text}" for doubt in doubts)
    if open_ones := not_judged(readings):
        yield "Not judged"
        yield from (f"  {each}" for each in open_ones)
    yield from _blind(readings)
    yield "Assumed, as every recording says it"
    yield f"  times are ends of periods in s, if 0 s is midnight; lane 0 is the {corridor.outermost} one"
    yield "  counts are vehicles per lane and period, speeds m/s, occupancy a share, positions m downstream"


def _blind(readings: Readings) -> Iterator[str]:
    blind: dict[str, list[str]] = {}
    for entry, share in blind_shares(readings, SHIPPED_DETECTORS):
        blind.setdefault(f"{100 * share:.0f} % of decisions without {needs_text(entry)}", []).append(entry.name)
    if blind:
        yield "Detectors that cannot judge it, or a part of it"
        yield from (f"  {', '.join(names)}: {what}" for what, names in blind.items())


def _missing(readings: Readings, found: Availability) -> Iterator[str]:
    if found.absent:
        share = found.absent / (found.absent + found.frames)
        longest = f"the longest {found.longest_gap_s / 60:.0f} min"
        yield f"  {found.absent:,} frames ({100 * share:.1f} %) in {found.gaps} gaps, {longest}"
    else:
        yield "  no frame"
    for loop, share in found.worst[:MOST_LOOPS]:
        yield f"  {loop}: {'no count at all' if share == 0 else f'{100 * share:.0f} % of its counts are there'}"
    if len(found.worst) > MOST_LOOPS:
        yield f"  and {len(found.worst) - MOST_LOOPS} more loops that miss a tenth of their counts or more"
    if (found.by_hour < 0.995).any():
        width = max(len(_HOURS), *(len(station.name) for station in readings.corridor.stations))
        yield f"  {_HOURS.ljust(width)}  0     6     12    18     (. all there, 1 to 9 tenths missing, # nothing there)"
        for station, shares in zip(readings.corridor.stations, found.by_hour, strict=True):
            if (shares < 0.995).any():
                yield f"  {station.name.ljust(width)}  {''.join(map(_sign, shares.tolist()))}"


def _sign(share: float) -> str:
    if math.isnan(share):
        return " "
    if share >= 0.995:
        return "."
    return "#" if share <= 0 else str(min(9, max(1, round(10 * (1 - share)))))


def _span(lanes: list[int]) -> str:
    return f"{lanes[0]}" if len(lanes) == 1 else f"{lanes[0]} to {lanes[-1]}"
