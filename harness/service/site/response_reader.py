"""The tables [response], [[channel]], [[person]] and [[team]] of a service's file as what responds to incidents."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from harness.service.response.channel_rule import RADIO_RULE
from harness.service.response.channel_tables import KINDS
from harness.service.response.escalation_policy import SHIPPED, read_policy
from harness.service.response.language_file import read_language
from harness.service.response.notice_texts import NoticeTexts
from harness.service.response.responding import ResponseSettings
from harness.service.response.response_service import ResponseSetup
from harness.service.response.response_tables import ResponseTable
from harness.service.site.noted import Noted, refuse_twice
from harness.service.site.service_tables import ServiceTables
from harness.service.site.team_reader import read_teams
from harness.service.site.toml_values import with_tuples
from harness.service.sources.stamps import read_zone
from harness.service.teams.team_dispatch import TeamSettings
from scenarios.corridor import Corridor


def read_response(
    tables: ServiceTables, folder: Path, roads: Mapping[str, Corridor], zones: Mapping[str, ZoneInfo], noted: Noted
) -> tuple[ResponseSetup | None, TeamSettings | None]:
    """Return what responds, and the teams; None where the file has none of the tables, or mistakes in them, which are noted."""
    if tables.response is None and not tables.channel and not tables.person and not tables.team:
        return None, None
    table = tables.response or ResponseTable()
    policy = noted(
        ("response", "policy"), lambda: read_policy(SHIPPED if table.policy is None else folder / table.policy)
    )
    language = noted(("response", "language"), lambda: read_language(table.language, folder))
    zone = noted(("response", "time_zone"), lambda: read_zone(table.time_zone))
    if policy is None or language is None or zone is None:
        return None, None
    channels = [KINDS[str(raw["kind"])].model_validate(with_tuples(raw), strict=True) for raw in tables.channel]
    built = [noted(("channel", k), partial(each.build, folder, zone)) for k, each in enumerate(channels)]
    names = [person.name for person in tables.person]
    people = [noted(("person", k), partial(each.person, zone, names, channels)) for k, each in enumerate(tables.person)]
    refuse_twice("channel", [each.name for each in channels], noted)
    refuse_twice("person", names, noted)
    good = tuple(each for each in built if each is not None)
    texts = NoticeTexts(language, table.units, dict(roads), dict(zones))
    rules = (*(each.rule for each in good), RADIO_RULE)
    settings = ResponseSettings(texts, rules, tuple(each for each in people if each is not None), policy)
    teams, reached = read_teams(tables, roads, zone, channels, settings, noted)
    return ResponseSetup(replace(settings, teams=reached), good), teams
