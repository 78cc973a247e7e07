import json
import re

from tests.harness.service.web.conftest import Served
from tests.harness.service.web.small_service import ROAD, free_frame, opened

EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(1)>"


def test_a_page_holds_what_its_stream_goes_on_from(served: Served) -> None:
    served.service.frame(free_frame(60.0), [opened(60.0)])
    page = served.client.get("/").text
    start = json.loads(page.partition('id="start">')[2].partition("</script>")[0])
    assert (start["number"], start["incidents"][0]["id"], start["corridors"][0]["name"]) == (1, f"{ROAD}/60", ROAD)


def test_texts_from_outside_are_escaped(served: Served) -> None:
    served.service.frame(free_frame(60.0), [opened(60.0, evidence=EVIL, silenced_by=EVIL, actions=[EVIL])])
    page = served.client.get("/").text
    assert "alert" in page
    assert "<script>alert" not in page
    assert "<img" not in page


def test_simulated_data_are_marked_before_any_script_runs(served: Served) -> None:
    page = served.client.get("/").text
    assert re.search(r'<p id="exercise" class="exercise">Exercise', page)


def test_the_page_loads_nothing_from_elsewhere_and_has_nothing_inline(served: Served) -> None:
    page = served.client.get("/").text
    assert not re.search(r'(src|href)="(https?:)?//', page)
    assert not re.search(r'<script(?! type="application/json"| type="module" src)|<style|\son\w+=|\sstyle=', page)


def test_files_are_asked_for_anew_and_only_the_pages_are_there(served: Served) -> None:
    answer = served.client.get("/static/page.js")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
    assert served.client.get("/static/..%2Fweb_app.py").status_code == 404
    assert served.client.get("/static/../web_app.py").status_code == 404
