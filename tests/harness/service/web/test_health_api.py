from prometheus_client.parser import text_string_to_metric_families

from harness.service.web.web_metrics import WebMetrics
from scenarios.errors import MachineError
from tests.harness.service.web.conftest import Served
from tests.harness.service.web.small_service import ROAD, free_frame


def test_a_living_service_is_healthy_even_where_it_is_not_ready(served: Served) -> None:
    served.service.not_ready = ["the store does not answer"]
    assert served.client.get("/healthz").status_code == 200
    answer = served.client.get("/readyz")
    assert (answer.status_code, answer.json()["why_not"]) == (503, ["the store does not answer"])


def test_a_service_at_work_is_ready(served: Served) -> None:
    assert served.client.get("/readyz").json() == {"ready": True, "why_not": []}


def test_metrics_can_be_read_and_tell_of_corridors(served: Served) -> None:
    served.service.frame(free_frame(60.0))
    served.service.told = {"blind_since_s": 30.0}
    families = {each.name: each for each in text_string_to_metric_families(served.client.get("/metrics").text)}
    blind = families["laneblock_corridor_blind"].samples
    assert [(each.labels, each.value) for each in blind] == [({"corridor": ROAD}, 1.0)]
    assert families["laneblock_frames"].samples[0].value == 3.0


def test_endless_paths_do_not_make_endless_metrics(served: Served) -> None:
    for number in range(5):
        served.client.get(f"/nowhere/{number}")
    assert "nowhere" not in served.client.get("/metrics").text


def test_metrics_are_there_while_the_outbox_does_not_answer(served: Served) -> None:
    def gone() -> dict[str, dict[str, object]]:
        raise MachineError("the database does not answer")

    assert b"laneblock_uptime_seconds 12.0" in WebMetrics(served.service, gone).text()
