"""Recordings from DATEX II: values joined with the site table, sites joined to carriageways, as a provider's profile says."""

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from scenarios.errors import UserError
from simulator.formats.datex_sites import ALL_LANES, FLOW, OCCUPANCY, SPEED, Site, SiteTable, SiteValues, read_sites
from simulator.formats.datex_values import read_values
from simulator.formats.duplicate_choice import Keep
from simulator.formats.field_recordings import FieldRecordings
from simulator.formats.field_units import KMH_PER_MPS
from simulator.formats.gathered_loops import GatheredLoops, Place
from simulator.formats.gathered_roads import WITHOUT_READINGS, Road, recordings_of, told
from simulator.formats.kept_reading import each_kept
from simulator.formats.source_files import SourceFile, named
from simulator.recording.corridor_file import read_corridor

USUAL_PERIOD_S = 60.0
"""Period of a value whose table does not say it. Chosen: most providers publish a minute."""
_SECONDS_PER_HOUR = 3600
_LATER = {"beginTime": 1.0, "endTime": 0.0}
"""Share of the period from a stamp of this meaning to its end; half of it of another one."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a provider's files mean beyond the standard.

    `place` returns the carriageway of a site and its position [m, downstream], None where it is not known; `from_left` whether its
    lane 1 is the leftmost; `meaning` is that of stamps that do not say it; with `same_version`, values of another version of
    their site than the table's are left out. `said` is what of this is assumed.
    """

    place: Callable[[Site], tuple[str, float] | None]
    from_left: Callable[[Site], bool]
    meaning: str
    same_version: bool
    said: str


@dataclass(slots=True)
class _Gathered:
    """Readings by period, what was left out, each site's clock, and its period by version."""

    loops: dict[float, GatheredLoops] = field(default_factory=dict)
    left_out: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    ahead_s: dict[str, float] = field(default_factory=dict)
    period_s: dict[tuple[str, str], float] = field(default_factory=dict)


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
    gathered = _Gathered()
    given = next((source for source in sources if (source / "corridor.toml").is_file()), None)
    places = _given(given, table, profile) if given else _placed(table, gathered, profile)
    beside = [given / "corridor.toml"] if given else []
    wanted = {loop[0] for periods in places.values() for at in periods.values() for place in at for loop in place.loops}
    for file in each_kept(files, [gathered.loops], [gathered.left_out, gathered.ahead_s], (*tables, *beside)):
        read = False
        for values in read_values(file, wanted):
            read = True
            if values.site in wanted or values.site not in table.sites:
                _add(values, table, gathered, profile)
        gathered.left_out[WITHOUT_READINGS] += not read and file not in tables
    roads = [
        Road(
            name if len(periods) == 1 else f"{name} {period_s:g} s", at, gathered.loops[period_s], _ahead(at, gathered)
        )
        for name, periods in sorted(places.items())
        for period_s, at in sorted(periods.items())
        if period_s in gathered.loops
    ]
    return recordings_of(sources, roads, [profile.said, *told(table.dropped), *told(gathered.left_out)], keep)


def _add(values: SiteValues, table: SiteTable, gathered: _Gathered, profile: Profile) -> None:
    versions = table.sites.get(values.site, {})
    site = versions.get(values.version)
    if site is None and versions:
        gathered.left_out["readings of another version of their site than the table's"] += 1
        site = None if profile.same_version else next(reversed(versions.values()))
    if site is None:
        gathered.left_out["readings of sites that the table does not hold"] += not versions
        return
    period_s = gathered.period_s.get((site.site, site.version))
    if period_s is None:
        period_s = gathered.period_s[site.site, site.version] = _period_s(site)
    found: dict[int, dict[str, float]] = {}
    for index, (quantity, value) in values.values.items():
        meant = site.values.get(index)
        if meant is not None and meant.quantity == quantity:
            found.setdefault(meant.lane, {}).setdefault(quantity, value)
    end_s = values.stamp.timestamp() + _LATER.get(values.meaning or profile.meaning, 0.5) * period_s
    if site.site not in gathered.ahead_s:
        gathered.ahead_s[site.site] = (values.stamp.utcoffset() or timedelta(0)).total_seconds()
    loops = gathered.loops.get(period_s)
    if loops is None:
        loops = gathered.loops[period_s] = GatheredLoops(period_s)
    for lane, known in found.items():
        flow, occupancy = known.get(FLOW, math.nan), known.get(OCCUPANCY, math.nan)
        count = round(flow * period_s / _SECONDS_PER_HOUR) if flow == flow else math.nan
        loops.add((site.site, lane), end_s, count, occupancy / 100, known.get(SPEED, math.nan) / KMH_PER_MPS)


def _period_s(site: Site) -> float:
    return next((value.period_s for value in site.values.values() if value.period_s > 0), USUAL_PERIOD_S)


def _placed(table: SiteTable, gathered: _Gathered, profile: Profile) -> dict[str, dict[float, list[Place]]]:
    # A cross-section may be one site, or one for each lane at the same place.
    sections: dict[tuple[str, float, float], list[Site]] = defaultdict(list)
    for _, versions in sorted(table.sites.items()):
        site = next(reversed(versions.values()))
        place = profile.place(site)
        if place is None:
            gathered.left_out["sites whose name does not tell road, place and direction"] += 1
        else:
            sections[place[0], _period_s(site), place[1]].append(site)
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
        places[_period_s(site)].append(_place([site], station.position_m, profile))
    return {corridor.name: places}


def _ahead(places: Sequence[Place], gathered: _Gathered) -> timedelta:
    return timedelta(seconds=next((gathered.ahead_s[at.name] for at in places if at.name in gathered.ahead_s), 0.0))
