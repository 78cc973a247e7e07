from urllib.parse import quote

import pytest

from harness.service.incidents.incident_event import EventKind
from tests.harness.service.web.conftest import Served
from tests.harness.service.web.small_service import ROAD, event, free_frame, opened

ADDRESS = f"/incidents/{quote(f'{ROAD}/600', safe='')}/report"


@pytest.fixture
def told(served: Served) -> Served:
    """A service with one incident that is over."""
    for number in range(1, 30):
        events = [opened(600.0)] if number == 20 else []
        served.service.frame(free_frame(30.0 * number, {(4, 1): 3.0} if number > 18 else None), events)
    served.service.frame(free_frame(900.0), [event(EventKind.CLEARED, f"{ROAD}/600", 900.0)])
    return served


def test_the_report_of_an_incident_is_a_page_without_scripts(told: Served) -> None:
    answer = told.client.get(ADDRESS)
    assert answer.status_code == 200
    assert "script" not in answer.headers["content-security-policy"].replace("default-src 'none'", "")
    assert "Incident A4 east/600" in answer.text
    assert "data:image/png;base64," in answer.text


def test_the_report_of_another_incident_is_not_known(told: Served) -> None:
    assert told.client.get("/incidents/other/report").status_code == 404
