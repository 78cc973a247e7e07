"""Tables and sentences of what standing stations are worth, for the summary and the page."""

from harness.reporting.number_text import (
    counted,
    first_names,
    number,
    percent_with_interval,
    rate_text,
    rate_with_interval,
    with_interval,
)
from harness.reporting.report_document import DASH, Table
from harness.scoring.rates import Sample
from harness.studies.placement.spare_stations import SpareStations, StationWorth
from harness.studies.placement.standing_score import StandingScore

LEAST_PAIRED = 5
"""Incidents from which a worth has an interval. Chosen: of fewer a bootstrap has no more than 35 different samples."""
LEAST_READ = 0.5
"""Share of a station's readings below which it counts as dead. Chosen: it is silent more often than not."""
KNOWN_COLUMNS = (
    "without",
    "place, km",
    "readings there, %",
    "section then, km",
    "found",
    "delay, s",
    "TTD, s",
    "false alarms",
    "worth, s (95 %)",
    "no longer found",
)
UNKNOWN_COLUMNS = (*KNOWN_COLUMNS[:4], "false alarms", "per corridor-day (95 %)")
WORTH = (
    "Worth: mean delay without the station minus mean delay with all, over the same incidents; a missed one counts its duration. "
    "Below 0 the detector did better without it. An interval that holds 0 means: these incidents do not tell. "
    f"With fewer than {LEAST_PAIRED} incidents there is no interval."
)
NO_INCIDENT = (
    "No incident is known in these recordings, so nothing says what a station helps to find: there is no detection rate, no worth "
    "and no order. Plant some (laneblock plant FOLDER --out planted), and give laneblock placement recordings the folder planted."
)

NONE_FOUND = (
    "None of them is found with all stations, so these incidents do not say what a station is worth, and the order below is none "
    "to go by: try another detector (--detector), or plant incidents (laneblock plant)."
)


def stations_table(found: SpareStations) -> Table:
    """Return a row for all stations, and one for the road without each but the first and the last."""
    known = bool(found.whole.visible)
    all_of_it = ("none, all stay", DASH, DASH, DASH, *_figures(found.whole, known), *((DASH, DASH) if known else ()))
    rows = [all_of_it, *(_row(found, each, known) for each in found.worths)]
    columns = KNOWN_COLUMNS if known else UNKNOWN_COLUMNS
    note = WORTH if known else ""
    return Table("Each station taken away alone", columns, tuple(rows), note, bold=(0,))


def order_table(found: SpareStations) -> Table | None:
    """Return the stations in the order in which to spare them; None where there is no order."""
    if not found.order:
        return None
    rows = [
        (
            f"{place}. {name_of(found, station)}",
            number(_at_km(found, station), 2),
            str(len(score.placement.stations)),
            *_figures(score, True),
            _worth_text(worth),
        )
        for place, (station, score) in enumerate(found.order, start=1)
        for worth in [score.later_than(found.whole)]
    ]
    columns = (
        *("station spared", "place, km", "stations left"),
        *("found", "delay, s", "TTD, s", "false alarms", "later than all, s (95 %)"),
    )
    note = (
        "Those above are gone too. Chosen on the same incidents: with few of them, the order of stations that differ by less than "
        "their intervals is chance."
    )
    return Table("The order in which to spare stations", columns, tuple(rows), note)


def sentences(found: SpareStations) -> list[str]:
    """Return the findings, a sentence each."""
    whole, road = found.whole, found.road
    if not whole.visible:
        said = [NO_INCIDENT]
    else:
        said = [
            f"All {len(road.corridor.stations)} stations: {found.watching.detector} finds {whole.dr.part} of "
            f"{counted(whole.dr.whole, 'incident')} (DR {percent_with_interval(whole.dr, 0)} %), mean delay "
            f"{number(whole.delay.mean, 0)} s."
        ]
        if not whole.dr.part:
            return [*said, NONE_FOUND, _false_alarms(whole)]
        free = [each for each in found.worths if each.worth.mean <= 0 and each.without.dr.part >= whole.dr.part]
        if free:
            names = ", ".join(name_of(found, each.station) for each in free)
            said.append(f"Taken away alone, these cost nothing on these incidents: {names}.")
        dear = max(found.worths, key=lambda each: each.worth.mean, default=None)
        if dear is not None and dear.worth.mean > 0:
            said.append(
                f"Worth most: {name_of(found, dear.station)}; without it the mean delay is {number(dear.worth.mean, 0)} s longer."
            )
        if found.order:
            last = found.order[-1][1]
            names = ", ".join(name_of(found, station) for station, _ in found.order)
            said.append(
                f"To spare {len(found.order)}, in this order: {names}. Then {last.dr.part} of {last.dr.whole} are found, "
                f"mean delay {number(last.delay.mean, 0)} s."
            )
    return [*said, _false_alarms(whole)]


def _false_alarms(whole: StandingScore) -> str:
    return (
        f"False alarms with all stations: {whole.score.false_alarms} in {number(whole.score.section_hours)} section-hours, "
        f"{rate_text(whole.score.false_alarms_per_corridor_day)} per day on this road. Frames that recordings share count once."
    )


def notices(found: SpareStations) -> list[str]:
    """Return what a reader must know first: dead stations, incidents not known or not visible, few incidents."""
    road, whole = found.road, found.whole
    said = [
        f"Station {road.corridor.stations[s].name} at {road.corridor.stations[s].position_m:g} m is dead or absent: "
        + (
            "it counted no vehicle"
            if road.read[s] >= LEAST_READ
            else f"{100 * road.read[s]:.0f} % of its readings are there"
        )
        + " (a station that reads nothing is worth nothing; mend it before sparing another)."
        for s in range(len(road.read))
        if is_dead(found, s)
    ]
    unknown = [run.name for run in road.runs if not run.known]
    if unknown:
        said.append(
            f"Nothing is known of incidents in {counted(len(unknown), 'recording')} ({first_names(unknown, 3)}: "
            "no incidents.csv); every alarm there counts as false."
        )
    if road.rough:
        said.append(
            f"The log of {first_names(road.rough, 3)} is rough: times and places are taken "
            "as written here, so delays are as late or early as the log; differences between stations are not."
        )
    hidden = road.incidents - len(whole.visible)
    if hidden:
        said.append(f"{counted(hidden, 'incident')} that the loops never show, or without a frame, are left out.")
    if 0 < len(whole.visible) < LEAST_PAIRED:
        said.append(f"{counted(len(whole.visible), 'incident')} only: too few to say more than what happened to each.")
    return said


def is_dead(found: SpareStations, station: int) -> bool:
    """Whether a station's readings are mostly missing, or it counted no vehicle."""
    return bool(found.road.read[station] < LEAST_READ or found.road.vehicles[station] == 0)


def name_of(found: SpareStations, station: int) -> str:
    """Return the name of a station."""
    return found.road.corridor.stations[station].name


def _row(found: SpareStations, each: StationWorth, known: bool) -> tuple[str, ...]:
    mark = " (dead)" if is_dead(found, each.station) else ""
    place = (
        f"{name_of(found, each.station)}{mark}",
        number(_at_km(found, each.station), 2),
        number(100 * float(found.road.read[each.station]), 0),
        number(each.merged_m / 1000, 2),
    )
    if not known:
        return (*place, *_figures(each.without, known))
    lost = found.whole.dr.part - each.without.dr.part
    return (*place, *_figures(each.without, known), _worth_text(each.worth), str(lost))


def _worth_text(worth: Sample) -> str:
    """A mean [s] with its interval, from `LEAST_PAIRED` incidents on."""
    if len(worth.values) < LEAST_PAIRED:
        return number(worth.mean, 0, signed=True)
    return with_interval(worth.mean, worth.interval, 0, signed=True)


def _figures(score: StandingScore, known: bool) -> tuple[str, ...]:
    false = str(score.score.false_alarms)
    if not known:
        rate = score.score.false_alarms_per_corridor_day
        return false, rate_with_interval(rate)
    return (
        f"{score.dr.part} of {score.dr.whole}",
        number(score.delay.mean, 0),
        number(score.ttd.mean, 0),
        false,
    )


def _at_km(found: SpareStations, station: int) -> float:
    return found.road.corridor.stations[station].position_m / 1000
