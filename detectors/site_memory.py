"""What a detector has learned of a site, as arrays: a restart need not begin anew.

    old.memory()  -->  arrays by name  -->  recall(new, arrays)  -->  new.step(frame) ...

A memory holds what takes longer to learn than to detect: normal speeds, lane use, noise, capacities, rates of suspicions, ages.
It holds no windows of minutes, no open sums and no alarms: these begin empty after a restart. Ages count frames observed, because
how long nobody watched is not known where every recording begins its own clock.

Conventions: names of small letters, digits, `_` and `.`, which separates a part from its whole; float64, NaN where not known. A
new detector's memory has the names and shapes of a later one's, so it says what fits. A detector that remembers nothing has no
such methods, or an empty memory.
"""

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

import numpy as np

from scenarios.errors import UserError
from simulator.frame import Array

Memory = Mapping[str, Array]


@runtime_checkable
class Remembering(Protocol):
    """A detector, or a part of one, that can say what it has learned of its site and begin with that."""

    def memory(self) -> dict[str, Array]:
        """Return copies of what was learned so far."""
        ...

    def recall(self, memory: Memory) -> None:
        """Begin with `memory`, whose names and shapes are those of this part's own; called before the first frame."""
        ...


def memory_of(part: object) -> dict[str, Array]:
    """Return the memory of a detector or of a part, empty where it has none."""
    return part.memory() if isinstance(part, Remembering) else {}


def recall_part(part: object, memory: Memory) -> None:
    """Let a part begin with `memory`, which `memory_of` has made; nothing is done where that is empty."""
    if isinstance(part, Remembering) and memory:
        part.recall(memory)


def prefixed(name: str, memory: Memory) -> dict[str, Array]:
    """Return the memory of the part `name`, as it stands in that of the whole.

    >>> sorted(prefixed("margin", {"age_s": np.zeros(2)}))
    ['margin.age_s']
    """
    return {f"{name}.{key}": values for key, values in memory.items()}


def part_of(name: str, memory: Memory) -> dict[str, Array]:
    """Return the part `name` of a memory; what `prefixed` has put there."""
    return {key.removeprefix(f"{name}."): values for key, values in memory.items() if key.startswith(f"{name}.")}


def recall(detector: object, memory: Memory) -> None:
    """Let a new detector begin with `memory`. Raises UserError where its names or shapes are not those of the detector's own."""
    own = memory_of(detector)
    for name, values in own.items():
        if name not in memory:
            raise UserError(
                f"wanted {name!r} in the memory, which this version of the detector learns; it is not there"
            )
        if memory[name].shape != values.shape:
            raise UserError(f"{name}: wanted an array of shape {values.shape}, got {memory[name].shape}")
    for name in memory:
        if name not in own:
            raise UserError(f"{name!r} in the memory is nothing that this version of the detector learns")
    recall_part(detector, {name: np.array(values, dtype=np.float64) for name, values in memory.items()})
