"""The service where nothing is configured: a drill, a shipped scenario played by SUMO faster than real time."""

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from harness.service.corridors.corridor_setup import CorridorSetup
from harness.service.corridors.deciding_settings import DecidingSettings
from harness.service.corridors.detector_choice import DetectorChoice
from harness.service.corridors.source_runner import SourceSetup
from harness.service.incidents.described_incident import Guidance
from harness.service.incidents.incident import Severity
from harness.service.incidents.incident_settings import IncidentSettings
from harness.service.incidents.recommended_actions import read_actions
from harness.service.response.channel_rule import RADIO_RULE
from harness.service.response.language_file import read_language
from harness.service.response.notice_texts import NoticeTexts
from harness.service.response.responding import ResponseSettings
from harness.service.response.response_service import ResponseSetup
from harness.service.site.service_description import ServiceDescription
from harness.service.sources.sumo_source import SumoSource
from harness.service.store.open_store import SPOOL
from harness.service.web.web_settings import WebSettings
from scenarios.corridor import Corridor

SCENARIO = "sr91-drill"
PACE = 20.0
"""Data seconds per second. Chosen: an incident of a quarter of an hour takes 45 s, long enough to be dealt with."""
DATABASE = "laneblock.db"
_PARTS = ("", "-wal", "-shm")
"""Ends of the names of SQLite's files."""


def drill_service(
    folder: Path,
    scenario: str = SCENARIO,
    pace: float = PACE,
    detectors: Sequence[DetectorChoice] = (DetectorChoice(),),
    port: int | None = None,
) -> ServiceDescription:
    """Return the description of a drill whose database is in `folder`. Raises UserError for an unknown scenario or pace."""
    source = SumoSource(scenario, pace)
    corridors = tuple(
        CorridorSetup(
            corridor,
            tuple(detectors),
            incidents=IncidentSettings(exercise=True),
            guidance=Guidance(read_actions()),
            exercise=True,
        )
        for corridor in source.corridors
    )
    names = tuple(corridor.name for corridor in source.corridors)
    web = WebSettings() if port is None else WebSettings(port=port)
    sources = (SourceSetup(source, names, can_wait=True),)
    response = drill_response([corridor.corridor for corridor in corridors])
    return ServiceDescription(str(folder / DATABASE), web, DecidingSettings(), corridors, sources, response)


def drill_response(corridors: Sequence[Corridor]) -> ResponseSetup:
    """Return a response that sends nothing out of the house: timers by the policy that ships, and the dispatcher's list.

    The list gets incidents of every severity, where the policy reads out critical ones alone: a newcomer sees it at work.
    """
    texts = NoticeTexts(read_language("en"), corridors={corridor.name: corridor for corridor in corridors})
    radio = replace(RADIO_RULE, severities=frozenset(Severity))
    return ResponseSetup(ResponseSettings(texts, (radio,)))


def put_aside(folder: Path) -> None:
    """Let a new drill begin: the database of the last one becomes `previous.db`, that of the one before goes."""
    for part in _PARTS:
        last, previous = folder / f"{DATABASE}{part}", folder / f"previous.db{part}"
        previous.unlink(missing_ok=True)
        if last.exists():
            last.rename(previous)
    shutil.rmtree(folder / f"{DATABASE}{SPOOL}", ignore_errors=True)
