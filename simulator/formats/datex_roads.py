"""Recordings from DATEX II: values joined with the site table, sites joined to carriageways, as a provider's profile says."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from scenarios.errors import UserError
from simulator.formats.datex_readings import DatexReadings, Gathered, Profile, period_of
from simulator.formats.datex_sites import ALL_LANES, Site, SiteTable, read_sites
from simulator.formats.duplicate_choice import Keep
from simulator.formats.field_recordings import FieldRecordings
from simulator.formats.gathered_loops import Place
from simulator.formats.gathered_roads import WITHOUT_READINGS, Road, recordings_of, told
from simulator.formats.kept_reading import each_kept
from simulator.formats.local_day import midnight_s, summer_clock
from simulator.formats.source_files import SourceFile, named
from simulator.recording.corridor_file import read_corridor

_SUMMER = (
    "assumed: the stamps' clock changed with Europe's summer time, so that the first day began an hour earlier or later"
)


def read_datex(
    sources: Sequence[Path],
    tables: Sequence[SourceFile],
    files: Sequence[SourceFile],
    profile: Profile,
    keep: Keep = Keep.FIRST,
) -> FieldRecordings:
    """Return a recording for each carriageway (and period, where sites of one carriageway differ).

    A `corridor.toml` beside the files, as a recording has it, goes before what the site table says: its stations are
    named as sites. Raises UserError naming file and site for what does not fit.
    """
    table = read_sites(tables)
    if not table.sites:
        raise UserError(
            f"{named(sources)}: wanted a site table beside the values (a MeasurementSiteTablePublication), got none"
        )
    gathered = Gathered()
    given = next((source for source in sources if (source / "corridor.toml").is_file()), None)
    places = _given(given, table, profile) if given else _placed(table, gathered, profile)
    beside = [given / "corridor.toml"] if given else []
    wanted = {loop[0] for periods in places.values() for at in periods.values() for place in at for loop in place.loops}
    readings = DatexReadings(table, profile, wanted, gathered)
    for file in each_kept(files, [gathered.loops], [gathered.left_out, gathered.ahead_s], (*tables, *beside)):
        read = readings.add(file)
        gathered.left_out[WITHOUT_READINGS] += not read and file not in tables
    roads = [
        Road(
            name if len(periods) == 1 else f"{name} {period_s:g} s", at, gathered.loops[period_s], _clock(at, gathered)
        )
        for name, periods in sorted(places.items())
        for period_s, at in sorted(periods.items())
        if period_s in gathered.loops
    ]
    said = [profile.said]
    if any(map(_counts_from_before_a_change, roads)):
        said.append(_SUMMER)
    return recordings_of(sources, roads, [*said, *told(table.dropped), *told(gathered.left_out)], keep)


def _placed(table: SiteTable, gathered: Gathered, profile: Profile) -> dict[str, dict[float, list[Place]]]:
    # A cross-section may be one site, or one for each lane at the same place.
    sections: dict[tuple[str, float, float], list[Site]] = defaultdict(list)
    for _, versions in sorted(table.sites.items()):
        site = next(reversed(versions.values()))
        place = profile.place(site)
        if place is None:
            gathered.left_out["sites whose name does not tell road, place and direction"] += 1
        else:
            sections[place[0], period_of(site), place[1]].append(site)
    places: dict[str, dict[float, list[Place]]] = defaultdict(lambda: defaultdict(list))
    for (road, period_s, position_m), sites in sorted(sections.items(), key=lambda each: each[0]):
        places[road][period_s].append(_place(sites, position_m, profile))
    return places


def _place(sites: Sequence[Site], position_m: float, profile: Profile) -> Place:
    every: dict[int, str] = {}
    for site in sites:
        for value in site.values.values():
            every.setdefault(value.lane, site.site)
    numbered = set(every) - {ALL_LANES}
    lanes = (
        range(1, max(*numbered, *(site.lanes for site in sites), 1) + 1)
        if numbered
        else range(ALL_LANES, ALL_LANES + 1)
    )
    loops = [(every.get(lane, sites[0].site), lane) for lane in lanes]
    return Place(sites[0].site, position_m, tuple(reversed(loops) if profile.from_left(sites[0]) else loops))


def _given(source: Path, table: SiteTable, profile: Profile) -> dict[str, dict[float, list[Place]]]:
    corridor = read_corridor(source)
    places: dict[float, list[Place]] = defaultdict(list)
    for station in corridor.stations:
        if station.name not in table.sites:
            raise UserError(
                f"{source / 'corridor.toml'}: wanted stations named as sites of the table, got {station.name!r}"
            )
        site = next(reversed(table.sites[station.name].values()))
        places[period_of(site)].append(_place([site], station.position_m, profile))
    return {corridor.name: places}


def _clock(places: Sequence[Place], gathered: Gathered) -> tzinfo:
    known = next((gathered.ahead_s[at.name] for at in places if at.name in gathered.ahead_s), None)
    return UTC if known is None else summer_clock(*known)


def _counts_from_before_a_change(road: Road) -> bool:
    first_s = road.loops.first_s(loop for place in road.places for loop in place.loops)
    if first_s != first_s:
        return False
    first, midnight = (datetime.fromtimestamp(at, road.clock) for at in (first_s, midnight_s(first_s, road.clock)))
    return first.utcoffset() != midnight.utcoffset()
