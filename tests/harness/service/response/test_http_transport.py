import json

import pytest

from harness.service.response.http_transport import HttpTransport
from harness.service.response.outgoing import Outgoing
from harness.service.response.transport import NotDeliveredError
from harness.service.response.webhook_signature import HEADER, verified
from tests.harness.service.response.gateway_server import Gateway, serving


def message(address: str = "+491", **values: object) -> Outgoing:
    given = {"key": "k1", "text": "Stau, Länge 5 km", "subject": "Stau", "payload": '{"reason":"opened"}', **values}
    return Outgoing(
        channel="c", recipient="ann", address=address, incident="A4/1", event=1, reason="opened", severity="high",
        exercise=False, created_s=0.0, **given,  # type: ignore[arg-type]
    )  # fmt: skip


def test_a_gateway_gets_the_fields_it_wants_with_its_token_and_the_key() -> None:
    with serving(Gateway()) as gateway:
        transport = HttpTransport(gateway.address, {"to": "phone", "text": "message"}, {"from": "TMC"}, token="t0")
        transport.send(message())
        transport.close()
    headers, body = gateway.calls[0]
    assert json.loads(body) == {"from": "TMC", "phone": "+491", "message": "Stau, Länge 5 km"}
    assert (headers["Authorization"], headers["Idempotency-Key"]) == ("Bearer t0", "k1")


def test_a_webhook_is_signed_over_time_and_body_as_it_comes() -> None:
    with serving(Gateway()) as gateway:
        transport = HttpTransport(secret="open sesame", wall_clock=lambda: 1000.0)
        transport.send(message(gateway.address))
        transport.close()
    headers, body = gateway.calls[0]
    assert body == b'{"reason":"opened"}'
    assert verified("open sesame", body, headers[HEADER], 1001.0)
    assert not verified("close sesame", body, headers[HEADER], 1001.0)
    assert not verified("open sesame", body, headers[HEADER].replace("t=1000", "t=1001"), 1001.0)


@pytest.mark.parametrize(
    ("status", "for_good"), [(503, False), (401, False), (302, False), (404, False), (422, True), (410, True)]
)
def test_what_is_not_taken_is_told_and_whether_it_ever_will_be(status: int, for_good: bool) -> None:
    with serving(Gateway(status=status)) as gateway:
        transport = HttpTransport(gateway.address, {"to": "to"})
        with pytest.raises(NotDeliveredError, match=f"HTTP {status} no") as raised:
            transport.send(message())
        transport.close()
    assert raised.value.for_good is for_good


def test_a_receiver_that_has_the_key_already_has_the_message() -> None:
    with serving(Gateway(status=409)) as gateway:
        transport = HttpTransport(gateway.address, {"to": "to"})
        transport.send(message())
        transport.close()


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/", "no address", "http://[::1", ""])
def test_an_address_where_nothing_answers_is_tried_again(address: str) -> None:
    transport = HttpTransport(timeout_s=0.5)
    with pytest.raises(NotDeliveredError) as raised:
        transport.send(message(address))
    transport.close()
    assert not raised.value.for_good


def test_its_text_has_no_secret_in_it() -> None:
    text = repr(HttpTransport("https://example.org/s3cret", token="s3cret", secret="s3cret"))
    assert "s3cret" not in text
