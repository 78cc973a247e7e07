"""What every route of the web server works with."""

from dataclasses import dataclass

from harness.service.incidents.incident_event import StoredEvent
from harness.service.pushing.push_service import PushService
from harness.service.response.response_service import ResponseService
from harness.service.teams.team_service import TeamService
from harness.service.web.audit_book import AuditBook
from harness.service.web.event_broadcast import EventBroadcast
from harness.service.web.event_tail import EventTail
from harness.service.web.rate_limit import RateLimit
from harness.service.web.service_view import ServiceView
from harness.service.web.web_log import Log
from harness.service.web.web_metrics import WebMetrics
from harness.service.web.web_settings import WebSettings


@dataclass(frozen=True, slots=True)
class WebContext:
    """The service, and what is shared by all requests.

    `audit` is who changed what; `response` where incidents call people, `teams` where they are sent, `pushes` where other
    systems are told.
    """

    view: ServiceView
    settings: WebSettings
    broadcast: EventBroadcast
    tail: EventTail
    metrics: WebMetrics
    log: Log
    sign_ins: RateLimit
    readings: RateLimit
    response: ResponseService | None = None
    teams: TeamService | None = None
    pushes: PushService | None = None
    audit: AuditBook | None = None

    def tell(self, events: list[StoredEvent]) -> None:
        """Wake everybody who waits for events."""
        self.broadcast.publish(events)
