from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from harness.service.site.watch_stream import WatchedStream
from harness.service.site.watch_tables import clock, event_line, tables

INCIDENT = {
    "id": "a4-90-1",
    "corridor": "a4",
    "state": "active",
    "severity": "high",
    "kind": "lanes blocked",
    "place": "between S1 and S2",
    "lanes_words": "lane 1 (0 is the rightmost of 3)",
    "queue_veh": 42.2,
    "opened_s": 5430.0,
}


def event(number: int, kind: str = "opened", **changes: Any) -> dict[str, Any]:
    told = {"type": "event", "number": number, "corridor": "a4", "time_s": 5430.0, "kind": kind, "incident": "a4-90-1"}
    return {**told, "actor": "laneblock", "note": "", "incident_now": {**INCIDENT, **changes}}


def status(**changes: Any) -> dict[str, Any]:
    condition = {"corridor": "a4", "state": "live", "last_frame_s": 5460.0, "loops": 12, "missing_loops": 1, **changes}
    return {"type": "status", "number": 0, "conditions": [condition], "store": ""}


def shown(stream: WatchedStream) -> str:
    written = StringIO()
    Console(width=140, force_terminal=False, file=written).print(tables(stream))
    return written.getvalue()


@pytest.fixture
def stream() -> WatchedStream:
    found = WatchedStream("http://127.0.0.1:8000", connected=True, why="")
    found.take(status())
    found.take(event(1))
    return found


def test_it_shows_conditions_open_incidents_and_events(stream: WatchedStream) -> None:
    text = shown(stream)
    for words in (
        "connected",
        "a4",
        "live",
        "01:31:00",
        "1 of 12",
        "1 open incidents",
        "lane 1 (0 is the rightmost of 3)",
        "42 veh",
        "opened",
    ):
        assert words in text


def test_an_incident_that_is_closed_or_cleared_leaves_the_table(stream: WatchedStream) -> None:
    stream.take(event(2, "resolved", state="resolved"))
    assert stream.open_incidents == []
    assert "0 open incidents" in shown(stream)


def test_a_lost_connection_and_a_blind_corridor_are_told(stream: WatchedStream) -> None:
    stream.take(status(state="blind", since_s=5400.0, reason="no readings"))
    stream.connected, stream.why = False, "refused"
    text = shown(stream)
    assert "NOT CONNECTED: refused" in text
    assert "blind since 01:30:00" in text
    assert "no readings" in text


def test_texts_from_outside_command_no_terminal(stream: WatchedStream) -> None:
    stream.take({**event(2, place="\x1b]0;mine\x07"), "note": "\x1b[2J[bold]gone[/bold]"})
    text = shown(stream)
    assert "\x1b" not in text
    assert "[bold]gone[/bold]" in text
    assert "\x1b" not in event_line(stream, stream.events[-1])


def test_an_event_is_a_line_that_says_who_did_what(stream: WatchedStream) -> None:
    told = {**event(3, "acknowledged"), "actor": "room", "note": "camera 4"}
    line = event_line(stream, told)
    told_words = "01:30:30  a4  acknowledged  high  lanes blocked  between S1 and S2  lane 1 (0 is the rightmost of 3)"
    assert line == f"{told_words}  a4-90-1  by room  camera 4"


def test_live_clocks_are_shown_in_the_corridor_s_zone() -> None:
    assert clock(1767225600.0, "America/Los_Angeles") == "16:00:00"
