"""The channels of a service's file, each kind a table and what it is built to. To add a kind: its table, and a line in `KINDS`.

[[channel]]
kind = "email"                     # or http, webhook, mqtt, apprise
name = "mail"
host = "smtp.example.org"
sender = "tmc@example.org"
user = "tmc"
password_env = "SMTP_PASSWORD"     # secrets stand in the environment, never in the file
quiet = [{begin = "22:00", end = "06:00"}]
cap_per_hour = 20
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field

from harness.service.response.apprise_transport import AppriseTransport
from harness.service.response.channel_setup import ChannelTable, SeverityName, secret
from harness.service.response.email_transport import EmailTransport
from harness.service.response.http_transport import HttpTransport
from harness.service.response.language_file import Style
from harness.service.response.mqtt_transport import MqttTransport
from harness.service.response.transport import TIMEOUT_S, Transport
from harness.service.sources.mqtt_address import read_address
from scenarios.errors import UserError

_URL = re.compile(r"https?://[^\s/]+.*")
_MAIL = re.compile(r"[^@\s<>,;:\"]+@[^@\s<>,;:\"]+")


class EmailTable(ChannelTable):
    """Mail."""

    host: str = Field(min_length=1)
    port: int = Field(default=587, ge=1, le=65535)
    sender: str
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password_env: str | None = None
    certificates: str | None = None
    usual_medium: ClassVar[str] = "email"

    def transport(self, folder: Path) -> Transport:
        """Return the mail server."""
        self.check_address(self.sender)
        if self.user and self.security == "none":
            raise UserError('security: wanted "starttls" or "tls" where a password is sent, got "none"')
        trusted = None if self.certificates is None else folder / self.certificates
        if trusted is not None and not trusted.is_file():
            raise UserError(f"certificates: there is no file {trusted}")
        return EmailTransport(
            self.host,
            self.port,
            self.sender,
            self.security,
            self.user,
            secret(self.password_env, "password_env"),
            None if trusted is None else str(trusted),
            domain=self.sender.rpartition("@")[2],
        )

    def check_address(self, address: str) -> None:
        """Raise UserError for what is no mail address."""
        if not _MAIL.fullmatch(address):
            raise UserError(f"wanted a mail address such as tmc@example.org, got {address!r:.80}")


class HttpTable(ChannelTable):
    """A gateway for SMS or chat that takes JSON; `fields`: what it calls `to`, `text`, `subject` and `key`."""

    url: str | None = None
    url_env: str | None = None
    fields_: Mapping[Literal["to", "text", "subject", "key"], str] = Field(
        default={"to": "to", "text": "text", "key": "key"}, alias="fields"
    )
    more: Mapping[str, str | int | float | bool] = {}
    token_env: str | None = None
    timeout_s: float = Field(default=TIMEOUT_S, gt=0, le=60)
    usual_medium: ClassVar[str] = "sms"
    style: ClassVar[Style] = "short"

    def transport(self, folder: Path) -> Transport:
        """Return the gateway."""
        url = self.url or secret(self.url_env, "url_env")
        if not _URL.fullmatch(url):
            raise UserError("url: wanted http://... or https://..., in the file or in the variable that url_env names")
        token = secret(self.token_env, "token_env")
        return HttpTransport(
            url,
            {str(what): name for what, name in self.fields_.items()},
            dict(self.more),
            token,
            timeout_s=self.timeout_s,
        )


class WebhookTable(ChannelTable):
    """Signed webhooks: each address in `to` is a URL that gets JSON."""

    secret_env: str
    timeout_s: float = Field(default=TIMEOUT_S, gt=0, le=60)
    severities: tuple[SeverityName, ...] = ("low", "medium", "high", "critical")
    usual_medium: ClassVar[str] = "webhook"
    machine: ClassVar[bool] = True

    def transport(self, folder: Path) -> Transport:
        """Return what signs and posts."""
        if not self.to:
            raise UserError("to: wanted the URLs that are told, got none")
        return HttpTransport(secret=secret(self.secret_env, "secret_env"), timeout_s=self.timeout_s)

    def check_address(self, address: str) -> None:
        """Raise UserError for what is no URL."""
        if not _URL.fullmatch(address):
            raise UserError(f"to: wanted http://... or https://..., got {address!r:.80}")


class MqttTable(ChannelTable):
    """A topic of an MQTT broker, which gets JSON."""

    address: str | None = None
    address_env: str | None = None
    severities: tuple[SeverityName, ...] = ("low", "medium", "high", "critical")
    usual_medium: ClassVar[str] = "mqtt"
    machine: ClassVar[bool] = True

    def receivers(self) -> tuple[str, ...]:
        """Return the topic, without a password."""
        return (str(read_address(self._address())),)

    def transport(self, folder: Path) -> Transport:
        """Return the broker."""
        return MqttTransport(self._address())

    def _address(self) -> str:
        return self.address or secret(self.address_env, "address_env")


class AppriseTable(ChannelTable):
    """A service that Apprise knows, by its URL; with `{to}` in it persons are told by their addresses, without it is one room."""

    url: str | None = None
    url_env: str | None = None
    usual_medium: ClassVar[str] = "chat"
    style: ClassVar[Style] = "short"

    def receivers(self) -> tuple[str, ...]:
        """Return the addresses; the channel itself where it is one room."""
        return self.to or (() if "{to}" in self._url() else (self.name,))

    def transport(self, folder: Path) -> Transport:
        """Return the service."""
        return AppriseTransport(self._url())

    def _url(self) -> str:
        return self.url or secret(self.url_env, "url_env")


KINDS: Mapping[str, type[ChannelTable]] = {
    "email": EmailTable,
    "http": HttpTable,
    "webhook": WebhookTable,
    "mqtt": MqttTable,
    "apprise": AppriseTable,
}
"""The kinds of channel."""
