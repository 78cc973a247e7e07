"""Counts of what became of readings, and an example of each kind of refusal."""

from collections.abc import Callable
from dataclasses import dataclass, field

from harness.service.sources.reading import Reading
from scenarios.errors import printable


@dataclass(slots=True)
class AssemblingCounts:
    """How many readings were accepted, and how many dropped why; `examples` holds a recent refusal of each kind, in words.

    Each reading is counted once. `duplicate`: known already, with equal values. `conflicting`: known with other values, one of
    the two is used. `late`: of a frame that is closed. `ahead`: so far ahead of the clock that it was not believed.
    """

    accepted: int = 0
    duplicate: int = 0
    conflicting: int = 0
    late: int = 0
    off_grid: int = 0
    unknown_loop: int = 0
    impossible: int = 0
    ahead: int = 0
    frames: int = 0
    frames_empty: int = 0
    examples: dict[str, str] = field(default_factory=dict)

    def refuse(self, kind: str, words: Callable[[Reading], str], reading: Reading) -> None:
        """Count a refusal of the kind `off_grid`, `unknown_loop` or `impossible`; `words` say why."""
        count = getattr(self, kind) + 1
        setattr(self, kind, count)
        if count & (count - 1) == 0:  # the first, second, fourth, ...: finding words for each would take long
            self.examples[kind] = printable(words(reading))

    def again(self, same: bool) -> None:
        """Count a second reading of a loop and interval."""
        if same:
            self.duplicate += 1
        else:
            self.conflicting += 1
