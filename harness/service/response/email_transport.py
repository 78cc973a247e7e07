"""Mail by SMTP, with TLS unless it is switched off; a server that does not offer it gets no mail.

The message's key is its Message-ID, by which mail programs know a message that comes twice.
"""

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate
from typing import Literal

from harness.service.response.outgoing import Outgoing
from harness.service.response.transport import TIMEOUT_S, NotDeliveredError
from scenarios.errors import in_one_line, printable

Security = Literal["starttls", "tls", "none"]


@dataclass(frozen=True, slots=True)
class EmailTransport:
    """A mail server and the sender's address. `certificates`: a file with those that are trusted beside the system's."""

    host: str
    port: int
    sender: str
    security: Security = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    certificates: str | None = None
    timeout_s: float = TIMEOUT_S
    domain: str = "laneblock.invalid"

    def send(self, message: Outgoing) -> None:
        """Send a mail. Raises NotDeliveredError."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = self.sender, message.address, message.subject
        mail["Date"], mail["Message-ID"] = formatdate(message.created_s), f"<{message.key}@{self.domain}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(message.text)
        try:
            with self._connected() as server:
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            raise NotDeliveredError(f"{code} {_text(text)}", for_good=500 <= code < 600) from None
        except smtplib.SMTPDataError as error:
            for_good = 500 <= error.smtp_code < 600
            raise NotDeliveredError(f"{error.smtp_code} {_text(error.smtp_error)}", for_good) from None
        except (smtplib.SMTPException, OSError) as error:
            raise NotDeliveredError(f"{self.host}:{self.port}: {in_one_line(error)}") from None

    def close(self) -> None:
        """Do nothing: each mail has its own connection."""

    def _connected(self) -> smtplib.SMTP:
        if self.security == "tls":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout_s, context=self._context())
        server = smtplib.SMTP(self.host, self.port, timeout=self.timeout_s)
        try:
            if self.security == "starttls":
                server.starttls(context=self._context())
        except BaseException:
            server.close()
            raise
        return server

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self.certificates is not None:
            context.load_verify_locations(self.certificates)
        return context


def _text(value: bytes | str) -> str:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
    return printable(" ".join(text.split()))
