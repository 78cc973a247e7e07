"""The tables of a service's file read into a description; whatever is wrong is noted with its place, and reading goes on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from harness.service.corridors.corridor_setup import CorridorSetup
from harness.service.corridors.deciding_settings import DecidingSettings
from harness.service.corridors.source_runner import SourceSetup
from harness.service.feeds.feed_settings import FeedSettings
from harness.service.incidents.described_incident import Guidance
from harness.service.incidents.planned_works import read_works
from harness.service.incidents.recommended_actions import SHIPPED, read_actions
from harness.service.response.channel_tables import KINDS as CHANNEL_KINDS
from harness.service.site.corridor_tables import corridor_setup, same_road
from harness.service.site.feed_tables import read_pushes, station_points
from harness.service.site.noted import MistakeNotes
from harness.service.site.response_reader import read_response
from harness.service.site.service_description import ServiceDescription
from harness.service.site.service_tables import CorridorTable, ServiceTables
from harness.service.site.source_tables import KINDS, SourceTable
from harness.service.site.toml_lines import Place
from harness.service.site.toml_values import with_tuples
from harness.service.site.web_tables import web_settings
from harness.service.sources.stamps import read_zone
from harness.service.store.database_url import database_url
from scenarios.corridor import Corridor
from scenarios.files.validation import Mistake, all_mistakes
from scenarios.strict_model import StrictModel
from scenarios.suggestion import likely
from simulator.recording.corridor_file import read_corridor


@dataclass(frozen=True, slots=True)
class _Road:
    """A corridor, the number of its table (None where it has none), and whether its traffic is played."""

    corridor: Corridor
    table: int | None
    exercise: bool = False


class ServiceReader:
    """Reads the tables of one file; `mistakes` is everything that is wrong. Paths are taken from `folder`."""

    def __init__(self, folder: Path, raw: Mapping[str, object]) -> None:
        self._folder, self._raw = folder, raw
        self._notes = MistakeNotes()

    @property
    def mistakes(self) -> Sequence[Mistake]:
        """What is wrong, each with its place."""
        return self._notes.mistakes

    def describe(self) -> ServiceDescription | None:
        """Return the description; None where there are mistakes."""
        tables = self._tables()
        if tables is None:
            return None
        actions, works = tables.actions, tables.works
        guidance = Guidance(
            self._notes.noted(
                ("actions",), lambda: read_actions(SHIPPED if actions is None else self._folder / actions)
            )
            or (),
            self._notes.noted(("works",), lambda: () if works is None else read_works(self._folder / works)) or (),
        )
        roads = self._roads(tables)
        zones = self._zones(tables, roads)
        sources = self._sources({name: road.corridor for name, road in roads.items()}, zones)
        self._add_brought(roads, sources, tables)
        setups = [self._setup(road, tables, zones.get(name), guidance) for name, road in roads.items()]
        feeds = self._feeds(tables, roads)
        database = self._notes.noted(("store", "database"), lambda: self._database(tables.store.database))
        web = self._notes.noted(("web",), lambda: web_settings(tables.web, self._folder, zones, feeds))
        response, teams = read_response(
            tables, self._folder, {name: road.corridor for name, road in roads.items()}, zones, self._notes.noted
        )
        pushes = read_pushes(tables, self._notes.noted)
        if not tables.corridor and not tables.source:
            self._notes.note((), "wanted a [[corridor]], or a [[source]] that brings one, got neither")
        if self._notes.mistakes or database is None or web is None:
            return None
        deciding = DecidingSettings(**tables.deciding.model_dump(), keep_days=tables.store.keep_days)
        corridors = tuple(setup for setup in setups if setup is not None)
        brought = tuple(setup for _, setup in sources)
        return ServiceDescription(database, web, deciding, corridors, brought, response, teams, pushes)

    def _tables(self) -> ServiceTables | None:
        """Return the tables, None where some are wrong; sources are checked by their kinds, whatever else is wrong."""
        self._notes.mistakes += all_mistakes(ServiceTables, self._raw)
        self._check_kinds("source", KINDS)
        self._check_kinds("channel", CHANNEL_KINDS)
        return None if self._notes.mistakes else ServiceTables.model_validate(with_tuples(self._raw), strict=True)

    def _check_kinds(self, name: str, kinds: Mapping[str, type[StrictModel]]) -> None:
        """Note what is wrong with tables [[name]] that are read by their kind."""
        tables = self._raw.get(name)
        for k, table in enumerate(tables if isinstance(tables, list) else []):
            kind = table.get("kind") if isinstance(table, dict) else None
            if isinstance(kind, str) and kind in kinds:
                self._notes.mistakes += all_mistakes(kinds[kind], table, (name, k))
            elif isinstance(table, dict):
                got = "it is missing" if kind is None else f"got {kind!r:.60}"
                slip = likely(kind, kinds) if isinstance(kind, str) else ""
                self._notes.note((name, k, "kind"), f"wanted one of {', '.join(kinds)}, {got}{slip}")

    def _roads(self, tables: ServiceTables) -> dict[str, _Road]:
        """Return the corridors that have a folder, by name."""
        roads: dict[str, _Road] = {}
        for k, table in enumerate(tables.corridor):
            if table.folder is None:
                if table.name is None:
                    self._notes.note(("corridor", k), "wanted a folder, or the name of a corridor that a source brings")
                continue
            folder = self._folder / table.folder
            corridor = self._notes.noted(("corridor", k, "folder"), partial(read_corridor, folder))
            if corridor is None:
                continue
            corridor = corridor if table.name is None else replace(corridor, name=table.name)
            if corridor.name in roads:
                self._notes.note(("corridor", k), f"two are called {corridor.name!r} (give one a name of its own)")
            roads[corridor.name] = _Road(corridor, k)
        return roads

    def _zones(self, tables: ServiceTables, roads: Mapping[str, _Road]) -> dict[str, ZoneInfo]:
        """Return the time zones of corridors by name."""
        named = {road.table: name for name, road in roads.items()}
        zones = {}
        for k, table in enumerate(tables.corridor):
            if table.time_zone is not None:
                zone = self._notes.noted(("corridor", k, "time_zone"), partial(read_zone, table.time_zone))
                name = named.get(k, table.name)
                if zone is not None and name is not None:
                    zones[name] = zone
        return zones

    def _sources(
        self, corridors: Mapping[str, Corridor], zones: Mapping[str, ZoneInfo]
    ) -> list[tuple[SourceTable, SourceSetup]]:
        read: list[tuple[SourceTable, SourceSetup]] = []
        raw = self._raw.get("source")
        for k, table in enumerate(raw if isinstance(raw, list) else []):
            source = KINDS[table["kind"]].model_validate(with_tuples(table), strict=True)
            setup = self._notes.noted(("source", k), partial(source.build, self._folder, corridors, zones))
            if setup is None:
                continue
            if setup.source.name in [other.source.name for _, other in read]:
                self._notes.note(("source", k), f"two are called {setup.source.name!r} (give one a name of its own)")
            read.append((source, setup))
        return read

    def _add_brought(
        self, roads: dict[str, _Road], sources: list[tuple[SourceTable, SourceSetup]], tables: ServiceTables
    ) -> None:
        """Add the corridors that sources bring, with the tables that name them."""
        named = {table.name: k for k, table in enumerate(tables.corridor) if table.folder is None and table.name}
        for k, (source, setup) in enumerate(sources):
            for corridor in setup.source.corridors:
                known = roads.get(corridor.name)
                if known is not None and not same_road(known.corridor, corridor):
                    self._notes.note(
                        ("source", k), f"its corridor {corridor.name!r} is another road than that of this name"
                    )
                elif known is None:
                    roads[corridor.name] = _Road(corridor, named.get(corridor.name))
            if source.exercise:
                roads.update({name: replace(roads[name], exercise=True) for name in setup.corridors if name in roads})
        for name, k in named.items():
            if name not in roads:
                known_names = list(roads)
                slip = likely(name, known_names) or f" (there are {', '.join(known_names) or 'none'})"
                self._notes.note(("corridor", k, "name"), f"no source brings {name!r}, and it has no folder{slip}")

    def _setup(
        self, road: _Road, tables: ServiceTables, zone: ZoneInfo | None, guidance: Guidance
    ) -> CorridorSetup | None:
        table = CorridorTable() if road.table is None else tables.corridor[road.table]
        place: Place = () if road.table is None else ("corridor", road.table)
        return self._notes.noted(
            place, lambda: corridor_setup(table, road.corridor, road.exercise, zone, guidance, self._folder)
        )

    def _feeds(self, tables: ServiceTables, roads: Mapping[str, _Road]) -> FeedSettings:
        """Return how feeds are published, with the coordinates of corridors."""
        coordinates = {}
        for name, road in roads.items():
            if road.table is not None:
                table, place = tables.corridor[road.table], ("corridor", road.table)
                coordinates[name] = self._notes.noted(place, partial(station_points, table, road.corridor)) or ()
        return FeedSettings(tables.feeds.sender, tables.feeds.country, coordinates)

    def _database(self, text: str) -> str:
        url = database_url(text)
        return text if "://" in text or url.database is None else str(self._folder / url.database)
