"""Mail against a real SMTP server."""

import socket
import ssl
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.message import Message
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from harness.service.response.email_transport import EmailTransport
from harness.service.response.transport import NotDeliveredError
from tests.harness.service.response.test_http_transport import message


class Mailbox:
    """A mail server's decisions, and what it took."""

    def __init__(self) -> None:
        self.mails: list[Message] = []
        self.refuses, self.refuses_data = "", ""

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuses:
            return self.refuses
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.refuses_data:
            return self.refuses_data
        assert isinstance(envelope.content, bytes)
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


class Server(Controller):
    """A mail server on a free port."""

    def __init__(self, box: Mailbox, **options: Any) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        super().__init__(box, hostname="127.0.0.1", port=port, **options)

    def _trigger_server(self) -> None:
        """Connect once: the server's own way would look for certificates with the context of a server."""
        with socket.create_connection((self.hostname, self.port), 5.0) as plain:
            if self.ssl_context is None:
                plain.recv(1)
                return
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            with context.wrap_socket(plain) as wrapped:
                wrapped.recv(1)


def authenticated(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    return AuthResult(handled=False, success=data == LoginPassword(b"ann", b"pass"))


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def certificates(authority: trustme.CA, tmp_path: Path) -> str:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return str(tmp_path / "ca.pem")


@pytest.fixture
def context(authority: trustme.CA) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(made)
    return made


@pytest.fixture
def box() -> Mailbox:
    return Mailbox()


@pytest.fixture
def server(box: Mailbox, context: ssl.SSLContext) -> Iterator[Controller]:
    made = Server(box, tls_context=context, require_starttls=True, authenticator=authenticated)
    made.start()
    yield made
    made.stop()


def transport(of: Controller, certificates: str | None, **values: object) -> EmailTransport:
    made = EmailTransport("localhost", of.port, "tmc@example.org", certificates=certificates, timeout_s=5.0)
    return replace(made, **values)  # type: ignore[arg-type]


MAIL = message("ann@example.org", subject="[EXERCISE] Stau ä", text="Länge: 5 km\nOrt: A4")


def test_a_mail_arrives_over_tls_with_its_key(server: Controller, box: Mailbox, certificates: str) -> None:
    transport(server, certificates, user="ann", password="pass").send(MAIL)
    mail = box.mails[0]
    assert (mail["To"], mail["Subject"], mail["Message-ID"]) == (
        "ann@example.org",
        "[EXERCISE] Stau ä",
        "<k1@laneblock.invalid>",
    )
    assert mail.get_payload(decode=True) == "Länge: 5 km\r\nOrt: A4\r\n".encode()


def test_a_server_whose_certificate_nobody_knows_gets_no_mail(server: Controller, box: Mailbox) -> None:
    with pytest.raises(NotDeliveredError, match="certificate verify failed"):
        transport(server, None).send(MAIL)
    assert box.mails == []


def test_a_server_that_offers_no_tls_gets_no_mail(box: Mailbox, certificates: str) -> None:
    plain = Server(box)
    plain.start()
    try:
        with pytest.raises(NotDeliveredError, match="STARTTLS extension not supported"):
            transport(plain, certificates).send(MAIL)
        assert box.mails == []
        transport(plain, None, security="none").send(MAIL)
        assert len(box.mails) == 1
    finally:
        plain.stop()


def test_a_server_may_talk_tls_from_the_start(box: Mailbox, context: ssl.SSLContext, certificates: str) -> None:
    wrapped = Server(box, ssl_context=context)
    wrapped.start()
    try:
        transport(wrapped, certificates, security="tls").send(MAIL)
    finally:
        wrapped.stop()
    assert len(box.mails) == 1


@pytest.mark.parametrize(("answer", "for_good"), [("550 no such user", True), ("451 later", False)])
def test_an_address_that_is_refused_is_tried_again_only_where_the_server_says_later(
    server: Controller, box: Mailbox, certificates: str, answer: str, for_good: bool
) -> None:
    for name in ("refuses", "refuses_data"):
        box.refuses = box.refuses_data = ""
        setattr(box, name, answer)
        with pytest.raises(NotDeliveredError, match=answer) as raised:
            transport(server, certificates).send(MAIL)
        assert raised.value.for_good is for_good


def test_a_wrong_password_may_be_mended_and_is_not_told(server: Controller, certificates: str) -> None:
    with pytest.raises(NotDeliveredError, match="535") as raised:
        transport(server, certificates, user="ann", password="s3cret").send(MAIL)
    assert not raised.value.for_good
    assert "s3cret" not in str(raised.value)


def test_no_server_is_no_answer() -> None:
    with pytest.raises(NotDeliveredError, match=r"127\.0\.0\.1:1: "):
        EmailTransport("127.0.0.1", 1, "tmc@example.org").send(MAIL)
