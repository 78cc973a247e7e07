"""The stream of a service as tables for a terminal, and as lines where there is none. Texts from outside stay text."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Group
from rich.table import Table
from rich.text import Text

from harness.service.site.watch_stream import WatchedStream
from scenarios.errors import printable

COLOURS = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "cyan"}
LAST_EVENTS = 8
"""Events shown. Chosen: they fit on a terminal of 24 lines with three incidents."""


def tables(stream: WatchedStream) -> Group:
    """Return the service's condition, its open incidents, and what happened last."""
    return Group(_head(stream), _corridors(stream), _incidents(stream), _events(stream))


def event_line(stream: WatchedStream, message: Mapping[str, Any]) -> str:
    """Return an event in one line."""
    now = message.get("incident_now") or {}
    words = [
        clock(message.get("time_s"), _zone(stream, message)),
        str(message.get("corridor", "")),
        str(message.get("kind", "")).replace("_", " "),
        *(str(now.get(each) or "") for each in ("severity", "kind", "place", "lanes_words")),
        str(message.get("incident", "")),
        "" if message.get("actor") == "laneblock" else f"by {message.get('actor', '')}",
        str(message.get("note", "")),
    ]
    return printable("  ".join(word for word in words if word))


def clock(time_s: object, zone: str | None) -> str:
    """Return a time of day in a zone; without one, hours on the data's clock.

    >>> clock(5430.0, None), clock(1767225600.0, "Europe/Berlin"), clock(None, None)
    ('01:30:30', '01:00:00', '--:--:--')
    """
    if not isinstance(time_s, int | float):
        return "--:--:--"
    if zone is not None:
        return datetime.fromtimestamp(time_s, UTC).astimezone(ZoneInfo(zone)).strftime("%H:%M:%S")
    hours, rest = divmod(int(time_s), 3600)
    return f"{hours % 24 if time_s >= 1e8 else hours:02d}:{rest // 60:02d}:{rest % 60:02d}"


def _head(stream: WatchedStream) -> Text:
    if not stream.connected:
        return Text(printable(f"{stream.address}  NOT CONNECTED: {stream.why}; trying again"), style="bold red")
    text = Text(f"{stream.address}  connected", style="green")
    if stream.store:
        text.append(printable(f"  store: {stream.store}"), style="bold red")
    return text


def _corridors(stream: WatchedStream) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("corridor", "state", "last frame", "missing loops", ""):
        table.add_column(name)
    for name, condition in stream.conditions.items():
        zone = condition.get("time_zone")
        state = str(condition.get("state", ""))
        since = f" since {clock(condition.get('since_s'), zone)}" if condition.get("since_s") is not None else ""
        missing, loops = condition.get("missing_loops"), condition.get("loops")
        failed = ", ".join(f"{each} failed" for each in condition.get("failed_detectors", ()))
        words = "; ".join(filter(None, (str(condition.get("reason") or ""), failed)))
        table.add_row(
            Text(printable(name + (" (exercise)" if condition.get("exercise") else ""))),
            Text(state + since, style="green" if state == "live" else "bold red" if state == "blind" else "yellow"),
            clock(condition.get("last_frame_s"), zone),
            "" if missing is None else f"{missing} of {loops}",
            Text(printable(words)),
        )
    return table


def _incidents(stream: WatchedStream) -> Table:
    found = stream.open_incidents
    table = Table(title=f"{len(found)} open incidents", title_justify="left", box=None, padding=(0, 2, 0, 0))
    for name in ("opened", "severity", "type", "place", "lanes", "queue", "state"):
        table.add_column(name)
    for each in found:
        severity, queue = str(each["severity"]), each.get("queue_veh")
        words = (each["kind"], each.get("place", ""), each.get("lanes_words", ""))
        table.add_row(
            clock(each["opened_s"], _zone(stream, each)),
            Text(severity, style=COLOURS.get(severity, "")),
            *(Text(printable(str(word))) for word in words),
            "" if queue is None else f"{queue:.0f} veh",
            str(each["state"]),
        )
    return table


def _events(stream: WatchedStream) -> Group:
    return Group(*(Text(event_line(stream, each), style="dim") for each in stream.events[-LAST_EVENTS:]))


def _zone(stream: WatchedStream, of: Mapping[str, Any]) -> str | None:
    zone = stream.conditions.get(str(of.get("corridor")), {}).get("time_zone")
    return str(zone) if zone else None
