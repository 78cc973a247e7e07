"""The tables of a service's file. Paths are taken from the file's folder; every default is that of the settings it stands for.

actions = "actions.toml"           # recommended actions; without it, those that ship
works = "works.toml"               # planned works

[store]
database = "laneblock.db"          # a path of SQLite, or postgresql+psycopg://USER@HOST/NAME
keep_days = 30

[web]
host = "127.0.0.1"
port = 8000
tokens = "tokens.toml"

[feeds]
sender = "tmc.example.org"         # who publishes
country = "us"

[[corridor]]
folder = "sr91"                    # with corridor.toml; left out where a source brings the corridor `name`
detectors = ["sequential"]
importance = 2
time_zone = "America/Los_Angeles"
stamp = "end"
coordinates = [[33.85, -117.79], [33.86, -117.77]]  # latitude and longitude of each station, for feeds
allowed_jump_s = 600               # readings further ahead wait until `clock_share` of the stations agree (`AssemblerSettings`)

[[source]]
kind = "recording"                 # or sumo, folder, mqtt (`source_tables`); HTTP pushes are always taken
folder = "recordings/monday"
pace = 20

[[push]]                           # systems that are told of each change: `push_tables`
name = "state-tmc"
format = "datex2"
url = "https://tmc.example.org/situations"

[response]                         # who is told of incidents: `response_tables`, and [[channel]] of `channel_tables`
language = "en"

[[team]]                           # who is sent to incidents: `team_tables`
"""

from typing import Annotated, Literal

from pydantic import Field

from detectors.catalogue import DEFAULT_AIM
from harness.running.run_defaults import DEFAULT_DETECTOR
from harness.service.assembling.assembler_settings import LONGEST_S, AssemblerSettings
from harness.service.corridors.corridor_setup import SILENT_AFTER_S
from harness.service.corridors.deciding_settings import DecidingSettings
from harness.service.feeds.feed_settings import FeedSettings
from harness.service.incidents.incident_settings import IncidentSettings
from harness.service.pushing.push_tables import PushTable
from harness.service.response.response_tables import PersonTable, ResponseTable
from harness.service.teams.team_tables import TeamsTable, TeamTable
from harness.service.web.web_settings import WebSettings
from scenarios.strict_model import StrictModel

_ASSEMBLING, _INCIDENTS, _DECIDING, _WEB = AssemblerSettings(), IncidentSettings(), DecidingSettings(), WebSettings()
_FEEDS = FeedSettings()
MOST_IMPORTANT = 1000.0
"""Chosen: a scale that people can use."""

Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]


class StoreTable(StrictModel):
    """Where events are kept, and for how long frames are."""

    database: str = "laneblock.db"
    keep_days: float | None = Field(default=_DECIDING.keep_days, gt=0, le=36500)


class WebTable(StrictModel):
    """The address of the page, and who may use it."""

    host: str = Field(default=_WEB.host, min_length=1)
    port: int = Field(default=_WEB.port, ge=0, le=65535)
    tokens: str | None = None
    host_names: tuple[str, ...] = ()
    secure_cookie: bool = False


class FeedsTable(StrictModel):
    """Under whose name feeds are published; a sender has no blanks, commas, < or & (CAP 1.2, 3.2.1)."""

    sender: str = Field(default=_FEEDS.sender, min_length=1, max_length=200, pattern=r"^[^\s,<&\x00-\x1f\x7f]+$")
    country: str = Field(default=_FEEDS.country, pattern="^[a-z]{2}$")


class DecidingTable(StrictModel):
    """How frames are decided on."""

    checkpoint_frames: int = Field(default=_DECIDING.checkpoint_frames, ge=1, le=100_000)
    most_waiting: int = Field(default=_DECIDING.most_waiting, ge=1, le=1_000_000)
    threads: int = Field(default=_DECIDING.threads, ge=1, le=64)


class DetectorTable(StrictModel):
    """A detector with its file, its aim, and the fault detector that hides faulty loops from it."""

    name: str = DEFAULT_DETECTOR
    parameters: str | None = None
    aim: float = DEFAULT_AIM
    mask_faults: str | None = None
    mask_file: str | None = None


class CorridorTable(StrictModel):
    """A corridor and how it is watched; `detector` tables instead of `detectors` where one needs more than its name."""

    name: str | None = Field(default=None, min_length=1, max_length=200)
    folder: str | None = None
    detectors: tuple[str, ...] | None = Field(default=None, min_length=1)
    detector: tuple[DetectorTable, ...] = ()
    importance: float = Field(default=1.0, ge=0, le=MOST_IMPORTANT)
    time_zone: str | None = None
    exercise: bool | None = None
    silent_after_s: float = Field(default=SILENT_AFTER_S, gt=0, le=LONGEST_S)
    stamp: Literal["start", "end"] = _ASSEMBLING.stamp
    grid_offset_s: float = Field(default=_ASSEMBLING.grid_offset_s, ge=-LONGEST_S, le=LONGEST_S)
    allowed_lateness_s: float = Field(default=_ASSEMBLING.allowed_lateness_s, ge=0, le=LONGEST_S)
    close_when_complete: bool = _ASSEMBLING.close_when_complete
    longest_gap_s: float = Field(default=_ASSEMBLING.longest_gap_s, ge=0, le=LONGEST_S)
    allowed_jump_s: float = Field(default=_ASSEMBLING.allowed_jump_s, ge=0, le=LONGEST_S)
    clock_share: float = Field(default=_ASSEMBLING.clock_share, gt=0, le=1)
    skip_silent_loops: bool = _ASSEMBLING.skip_silent_loops
    clear_after_s: float = Field(default=_INCIDENTS.clear_after_s, ge=0, le=LONGEST_S)
    return_within_s: float = Field(default=_INCIDENTS.return_within_s, ge=0, le=LONGEST_S)
    coordinates: tuple[tuple[Latitude, Longitude], ...] = ()


class ServiceTables(StrictModel):
    """The whole file; `source` and `channel` tables are read by their kind."""

    actions: str | None = None
    works: str | None = None
    store: StoreTable = StoreTable()
    web: WebTable = WebTable()
    feeds: FeedsTable = FeedsTable()
    deciding: DecidingTable = DecidingTable()
    corridor: tuple[CorridorTable, ...] = ()
    source: tuple[dict[str, object], ...] = ()
    response: ResponseTable | None = None
    channel: tuple[dict[str, object], ...] = ()
    person: tuple[PersonTable, ...] = ()
    teams: TeamsTable = TeamsTable()
    team: tuple[TeamTable, ...] = ()
    push: tuple[PushTable, ...] = ()
