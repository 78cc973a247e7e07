"""The tables [teams] and [[team]] of a service's file as teams, and how each is reached."""

from collections.abc import Mapping, Sequence
from functools import partial
from zoneinfo import ZoneInfo

from harness.service.incidents.incident import Severity
from harness.service.response.channel_rule import Receiver
from harness.service.response.channel_setup import ChannelTable
from harness.service.response.responding import ResponseSettings
from harness.service.site.noted import Noted, refuse_twice
from harness.service.site.service_tables import ServiceTables
from harness.service.teams.team import Team
from harness.service.teams.team_dispatch import TeamSettings
from harness.service.teams.team_tables import TeamTable
from scenarios.corridor import Corridor


def read_teams(
    tables: ServiceTables,
    roads: Mapping[str, Corridor],
    zone: ZoneInfo,
    channels: Sequence[ChannelTable],
    response: ResponseSettings,
    noted: Noted,
) -> tuple[TeamSettings | None, dict[str, Receiver]]:
    """Return the teams, None where the file has none, and how each is reached, by name; mistakes are noted."""
    types = {severity: response.policy.rule(severity).teams for severity in Severity}
    known = tuple(dict.fromkeys(name for names in types.values() for name in names))
    entries_m = noted(("teams", "entry_points"), partial(tables.teams.entries_m, roads))
    refuse_twice("team", [table.name for table in tables.team], noted)
    teams: list[Team] = []
    reached: dict[str, Receiver] = {}
    for k, table in enumerate(tables.team):
        noted(("team", k, "type"), partial(table.check_type, known))
        homes = noted(("team", k, "home"), partial(table.ways, roads))
        team = noted(("team", k, "time_zone"), partial(table.team, zone, homes or ()))
        teams += [] if team is None else [team]
        receiver = noted(("team", k, "channel"), partial(_receiver, table, response, channels))
        reached |= {} if receiver is None else {table.name: receiver}
    if not teams or entries_m is None:
        return None, {}
    served = {home.corridor for team in teams for home in team.homes}
    settings = TeamSettings(
        tuple(teams),
        types,
        {name: road for name, road in roads.items() if name in served},
        {name: entries for name, entries in entries_m.items() if name in served},
        tables.teams.past_queues_mps,
        tables.teams.better_by_s,
    )
    return settings, reached


def _receiver(table: TeamTable, response: ResponseSettings, channels: Sequence[ChannelTable]) -> Receiver:
    receiver = table.receiver({rule.name: rule for rule in response.channels})
    for channel in channels:
        if channel.name == table.channel:
            channel.check_address(receiver.address)
    return receiver
