"""An operator who works on incidents through the API while the service is killed: each change again until it is known to be stored.

A change is sent with the version that was seen. Where no answer comes it is sent again as it was; where it is refused the operator
looks: it may have been stored, or the incident has changed meanwhile. So does a page.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import httpx

NAME = "operator"
NOTES = 44
"""Notes written into each incident, one in 10 s of data time. Chosen: at any instant a change may be on its way."""
STEPS = (
    (60.0, "acknowledge", "acknowledged"),
    (120.0, "investigate", "investigating"),
    *((130.0 + 10.0 * number, "note", f"note {number}") for number in range(NOTES)),
    (600.0, "resolve", "resolved"),
)
"""What is done to an incident: at which age in data time [s], the change, and the note that names it in the timeline."""
LATER_S = 420.0
"""Data time by which every second incident is taken later, s: its timers fire. Chosen: above `kills_site.ESCALATE_S`."""
LOOK_EVERY_S = 0.2
Step = tuple[str, str]
"""An incident, and the note of a change."""


@dataclass
class Ledger:
    """Changes known to be stored, those that the incident's state no longer allowed, those without an answer; calls repeated."""

    done: set[Step] = field(default_factory=set)
    refused: set[Step] = field(default_factory=set)
    unsure: set[Step] = field(default_factory=set)
    repeated: int = 0

    def wrong(self, stored: Counter[Step]) -> tuple[int, int]:
        """Return how many changes are lost, and how many stand more than once or were never asked for."""
        known = self.done | self.unsure
        return len(self.done - set(stored)), sum(count - (step in known) for step, count in stored.items())


@contextmanager
def operator_at_work(address: str, corridor: str) -> Iterator[Ledger]:
    """Let an operator work on the incidents of a corridor in the background; yield what they know."""
    ledger, stop = Ledger(), threading.Event()

    def work() -> None:
        with httpx.Client(base_url=address, timeout=5.0) as client:
            while not stop.wait(LOOK_EVERY_S):
                with suppress(httpx.HTTPError, ValueError, KeyError):
                    _look(client, corridor, ledger, stop)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield ledger
    finally:
        stop.set()
        thread.join()


def _look(client: httpx.Client, corridor: str, ledger: Ledger, stop: threading.Event) -> None:
    """Do the next step of each incident that is old enough."""
    now_s = client.get("/api/status").json()["corridors"][corridor]["last_frame_s"]
    if now_s is None:  # it has just started
        return
    incidents = client.get("/api/incidents").json()["incidents"]
    for number, incident in enumerate(reversed(incidents)):  # in the order in which they were opened
        since_s = incident["opened_s"] + (LATER_S if number % 2 else 0.0)
        for age_s, name, note in STEPS:
            step = (str(incident["id"]), note)
            if step not in ledger.done | ledger.refused and now_s >= since_s + age_s:
                _change(client, incident, name, step, ledger, stop)
                break


def _change(
    client: httpx.Client, incident: dict[str, Any], name: str, step: Step, ledger: Ledger, stop: threading.Event
) -> None:
    path = f"/api/incidents/{step[0]}"
    body = {"version": incident["version"], "note": step[1], "by": NAME}
    while not stop.is_set():
        ledger.unsure.add(step)
        try:
            answer = client.post(f"{path}/{name}", json=body)
        except httpx.HTTPError:
            ledger.repeated += 1
            stop.wait(LOOK_EVERY_S)
            continue
        if answer.status_code == 200:
            ledger.done.add(step)
        elif answer.status_code == 409:
            timeline = client.get(f"{path}/timeline").json()
            if any(each["actor"] == NAME and each["note"] == step[1] for each in timeline):
                ledger.done.add(step)
            elif answer.json()["incident"]["version"] == body["version"]:  # its state does not allow it
                ledger.refused.add(step)
        ledger.unsure.discard(step)
        return
