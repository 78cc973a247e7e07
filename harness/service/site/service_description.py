"""What a service is run with."""

from dataclasses import dataclass

from harness.service.corridors.corridor_setup import CorridorSetup
from harness.service.corridors.deciding_settings import DecidingSettings
from harness.service.corridors.source_runner import SourceSetup
from harness.service.pushing.push_tables import Push
from harness.service.response.response_service import ResponseSetup
from harness.service.teams.team_dispatch import TeamSettings
from harness.service.web.web_settings import WebSettings


@dataclass(frozen=True, slots=True)
class ServiceDescription:
    """What a service is run with; `database` is a URL or a path.

    `response` is None where nobody is to be called, as `teams` is; `pushes` are the systems that are told of incidents.
    """

    database: str
    web: WebSettings
    deciding: DecidingSettings
    corridors: tuple[CorridorSetup, ...]
    sources: tuple[SourceSetup, ...]
    response: ResponseSetup | None = None
    teams: TeamSettings | None = None
    pushes: tuple[Push, ...] = ()
