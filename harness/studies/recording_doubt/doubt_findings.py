"""All that is said of a recording: what is there, what is missing, what looks wrong, what could not be judged, what was assumed."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from detectors.catalogue import DETECTORS
from detectors.needs import needs_text
from harness.reporting.number_text import counted
from harness.reporting.recording_notices import part_text
from harness.scoring.tried_periods import period_text
from harness.studies.recording_doubt.availability import Availability, availability, readings_judged
from harness.studies.recording_doubt.clock_doubt import clock_doubts, clock_text
from harness.studies.recording_doubt.code_doubt import code_doubts
from harness.studies.recording_doubt.detector_sight import blind_shares, part_shares
from harness.studies.recording_doubt.lane_side_doubt import lane_side_doubts
from harness.studies.recording_doubt.loop_doubt import loop_doubts
from harness.studies.recording_doubt.not_judged import not_judged
from harness.studies.recording_doubt.order_doubt import order_doubts
from harness.studies.recording_doubt.place_doubt import place_doubts
from harness.studies.recording_doubt.readings import Doubt, Readings
from harness.studies.recording_doubt.repeat_doubt import repeat_doubts
from harness.studies.recording_doubt.unit_doubt import unit_doubts
from simulator.frame import lanes_there

JUDGEMENTS = (
    unit_doubts,
    code_doubts,
    place_doubts,
    order_doubts,
    lane_side_doubts,
    clock_doubts,
    repeat_doubts,
    loop_doubts,
)
"""Every judgement, in the page's order: a pure function of the readings."""
MOST_LOOPS = 12
"""Loops named at most."""
BLIND_HEADING = "Detectors that cannot judge it, or a part of it, or were made for other frames"
_ONE_OF = {"counts": "count", "speeds": "speed", "occupancies": "occupancy"}
ALL_THERE = 0.995
"""Share from which nothing is said to be missing. Chosen: a lost frame in two hours."""


@dataclass(frozen=True, slots=True, eq=False)
class DoubtFindings:
    """What was found in the recording `name`; each field but the first four holds lines of text."""

    name: str
    readings: Readings
    available: Availability
    doubts: tuple[Doubt, ...]
    road: str
    there: tuple[str, ...]
    missing: tuple[str, ...]
    not_judged: tuple[str, ...]
    blind: tuple[str, ...]
    assumed: tuple[str, ...]


def all_doubts(readings: Readings) -> tuple[Doubt, ...]:
    """Return what every judgement doubts."""
    return tuple(doubt for judge in JUDGEMENTS for doubt in judge(readings))


def doubt_findings(name: str, readings: Readings, incidents: int | None) -> DoubtFindings:
    """Return the findings; `incidents` is how many are known, None where incidents are not."""
    found, corridor = availability(readings), readings.corridor
    return DoubtFindings(
        name,
        readings,
        found,
        all_doubts(readings),
        _road(readings),
        tuple(_there(readings, found, incidents)),
        (*_missing(found), *_lanes_missing(readings)),
        not_judged(readings),
        tuple(_blind(readings)),
        (
            *((f"speeds are {corridor.estimated_speeds}",) if corridor.estimated_speeds else ()),
            f"times are ends of periods, in s; 0 s is midnight; lane 0 is the {corridor.outermost} one",
            "counts are vehicles per lane and period, speeds m/s, occupancy a share, positions m downstream",
        ),
    )


def _road(readings: Readings) -> str:
    stations = readings.corridor.stations
    length_km = (stations[-1].position_m - stations[0].position_m) / 1000
    lanes = sorted({station.lanes for station in stations})
    span = f"{lanes[0]}" if len(lanes) == 1 else f"{lanes[0]} to {lanes[-1]}"
    return f"{readings.corridor.name}, {len(stations)} stations on {length_km:.2f} km, {span} lanes"


def _there(readings: Readings, found: Availability, incidents: int | None) -> Iterator[str]:
    period_s = readings.corridor.period_s
    begins, ends = (clock_text(float(time_s)) for time_s in (readings.time_s[0] - period_s, readings.time_s[-1]))
    yield f"{found.frames:,} frames of {period_s:g} s, {begins} to {ends}"
    yield ", ".join(f"{100 * share:.1f} % of {what}" for what, share in found.quantities)
    if readings.corridor.estimated_speeds:
        yield "speeds are estimates, not measured (see what was assumed)"
    yield f"incidents: {'not known (no incidents.csv)' if incidents is None else incidents}"


def _missing(found: Availability) -> Iterator[str]:
    if found.absent:
        share = found.absent / (found.absent + found.frames)
        longest = f"the longest {found.longest_gap_s / 60:.0f} min"
        yield f"{found.absent:,} frame{'s' * (found.absent != 1)} ({100 * share:.1f} %) in {counted(found.gaps, 'gap')}, {longest}"
    else:
        yield "no frame"
    shares, what = dict(found.quantities), found.judged_by
    if shares["speeds"] == 0 and shares["occupancies"] > 0:
        yield "every speed: laneblock convert speeds estimates them from count and occupancy"
    for loop, share in found.worst[:MOST_LOOPS]:
        yield f"{loop}: {f'no {_ONE_OF[what]} at all' if share == 0 else f'{100 * share:.0f} % of its {what} are there'}"
    if len(found.worst) > MOST_LOOPS:
        yield f"and {len(found.worst) - MOST_LOOPS} more loops that miss a tenth of their {what} or more"


def _lanes_missing(readings: Readings) -> Iterator[str]:
    there = lanes_there(readings.corridor)
    _, known = readings_judged(readings)
    part = known.any(axis=-1) & ~(known | ~there).all(axis=-1)
    if (share := float(part.mean())) > 1 - ALL_THERE:
        stations = int(part.any(axis=0).sum())
        yield (
            f"some lanes, but not all, at {stations} of {part.shape[1]} stations, in {100 * share:.0f} % of what stations report: "
            "what such a lane would show is not seen there, and station detectors take the mean of the others"
        )


def _blind(readings: Readings) -> Iterator[str]:
    blind: dict[str, list[str]] = {}
    own = [DETECTORS[name] for name in DETECTORS if name in DETECTORS.own]
    if text := period_text(readings.corridor.period_s, own):
        yield f"all: {text}"
    for entry, share in blind_shares(readings, own):
        blind.setdefault(f"{100 * share:.0f} % of decisions without {needs_text(entry.needed())}", []).append(
            entry.name
        )
    yield from (f"{', '.join(names)}: {what}" for what, names in blind.items())
    for entry, part in part_shares(readings, own):
        yield f"{entry.name}: {100 * part.share:.0f} % of decisions without {part.without}{part_text(part.what).rstrip('.')}"


def hour_sign(share: float) -> str:
    """Return one character for the share of an hour that is there.

    >>> [hour_sign(share) for share in (1.0, 0.72, 0.0, math.nan)]
    ['.', '3', '#', ' ']
    """
    if math.isnan(share):
        return " "
    if share >= ALL_THERE:
        return "."
    return "#" if share <= 0 else str(min(9, max(1, round(10 * (1 - share)))))
