"""SMS, chat and push services through Apprise, by its URLs: `slack://...`, `ntfy://...`, `twilio://.../{to}`.

Apprise says only whether a service took a message, and knows no keys: one that was taken while its answer got lost comes twice.
"""

from urllib.parse import quote

from harness.service.response.outgoing import Outgoing
from harness.service.response.transport import NotDeliveredError
from scenarios.errors import MissingExtraError, UserError


class AppriseTransport:
    """A service by its URL; `{to}` in it is the address. Raises UserError for one that Apprise does not know, MissingExtraError."""

    def __init__(self, url: str) -> None:
        try:
            import apprise
        except ImportError:
            raise MissingExtraError('this channel needs Apprise: pip install "laneblock[notify]"') from None
        self._url, self._apprise = url, apprise
        if not apprise.Apprise().add(url.replace("{to}", "0")):
            raise UserError(
                f"wanted a URL that Apprise knows, got {url.partition('://')[0]}://... (see its list of services)"
            )

    def send(self, message: Outgoing) -> None:
        """Send a message. Raises NotDeliveredError."""
        service = self._apprise.Apprise()
        if not service.add(self._url.replace("{to}", quote(message.address, safe=""))):
            raise NotDeliveredError("Apprise does not take this address", for_good=True)
        if not service.notify(body=message.text, title=message.subject if message.text != message.subject else ""):
            raise NotDeliveredError("the service did not take it")

    def close(self) -> None:
        """Do nothing: each message has its own connection."""
