import json

import pytest

from harness.service.response.apprise_transport import AppriseTransport
from harness.service.response.transport import NotDeliveredError
from scenarios.errors import UserError
from tests.harness.service.response.gateway_server import Gateway, serving
from tests.harness.service.response.test_http_transport import message

pytest.importorskip("apprise", reason="the extra notify is not installed")
pytestmark = pytest.mark.filterwarnings(
    "ignore:'imghdr' is deprecated:DeprecationWarning"
)  # Apprise looks whether it is there


class AnyKey(Gateway):
    """A service of Apprise, which sends no key."""

    def answer(self, headers: object, body: bytes) -> int:
        self.took["only"] = json.loads(body)
        return self.status


@pytest.mark.parametrize("status", [200, 500])
def test_a_service_gets_text_and_title_or_it_is_tried_again(status: int) -> None:
    with serving(AnyKey(status=status)) as gateway:
        transport = AppriseTransport(gateway.address.replace("http", "json", 1) + "/{to}")
        if status == 200:
            transport.send(message("room 1"))
            assert (gateway.took["only"]["message"], gateway.took["only"]["title"]) == ("Stau, Länge 5 km", "Stau")
        else:
            with pytest.raises(NotDeliveredError, match="did not take it"):
                transport.send(message("room 1"))


def test_a_url_that_apprise_does_not_know_is_refused_without_its_secrets() -> None:
    with pytest.raises(UserError, match=r"got nosuch://\.\.\.") as raised:
        AppriseTransport("nosuch://user:s3cret@host")
    assert "s3cret" not in str(raised.value)
