"""What a process remembers of its store is bounded."""

from dataclasses import replace

import pytest

from harness.service.incidents.incident import State
from harness.service.incidents.life_cycle import apply
from harness.service.store.store_memory import INCIDENTS_KEPT, StoreMemory
from scenarios.errors import MachineError
from tests.harness.service.store.made_events import opened


def test_closed_incidents_beyond_the_last_are_forgotten_and_open_ones_are_not() -> None:
    memory = StoreMemory()
    first = apply(None, opened("first", 0.0))
    memory.put_incident(first)
    for number in range(1, 4 * INCIDENTS_KEPT):
        closed = replace(first, id=f"i{number}", opened_s=30.0 * number, state=State.RESOLVED)
        memory.put_incident(closed)
    known = memory.incidents(None, open_only=False, limit=10 * INCIDENTS_KEPT)
    assert INCIDENTS_KEPT < len(known) <= 2 * INCIDENTS_KEPT + 1
    assert (known[0].id, known[-1].id) == (f"i{4 * INCIDENTS_KEPT - 1}", "first")
    with pytest.raises(MachineError, match="'i1' is not known here"):
        memory.incident("i1")
