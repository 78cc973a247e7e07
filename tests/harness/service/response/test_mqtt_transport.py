import queue

import pytest

from harness.service.response.mqtt_transport import MqttTransport
from harness.service.response.transport import NotDeliveredError
from harness.service.sources.mqtt_address import new_client, read_address
from tests.harness.service.response.test_http_transport import message
from tests.harness.service.sources.mqtt_broker import HOST, PORT, needs_broker, own_topic


@pytest.mark.mqtt
@needs_broker
def test_a_subscriber_gets_the_json() -> None:
    address = f"mqtt://{HOST}:{PORT}/{own_topic('notify')}"
    came: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    subscribed: queue.SimpleQueue[bool] = queue.SimpleQueue()
    client = new_client(read_address(address), "")
    client.on_message = lambda client, data, got: came.put(bytes(got.payload))
    client.on_subscribe = lambda *_: subscribed.put(True)
    client.connect(HOST, PORT)
    client.loop_start()
    client.subscribe(read_address(address).topic, qos=1)
    subscribed.get(timeout=10)
    transport = MqttTransport(address)
    transport.send(message())
    assert came.get(timeout=10) == b'{"reason":"opened"}'
    transport.close()
    client.disconnect()
    client.loop_stop()


def test_a_broker_that_is_not_there_is_tried_again() -> None:
    with pytest.raises(NotDeliveredError) as raised:
        MqttTransport("mqtt://127.0.0.1:1/topic").send(message())
    assert not raised.value.for_good
