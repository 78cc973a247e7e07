"""The protocol of every source that is pulled: a simulation, a recording, a folder, a subscription."""

from collections.abc import Iterator
from typing import Protocol

from harness.service.sources.reading import ReadingBatch
from scenarios.corridor import Corridor


class ReadingSource(Protocol):
    """Gives readings of some corridors, batch by batch, at its own pace."""

    @property
    def name(self) -> str:
        """Its name in messages and in the status."""
        ...

    @property
    def corridors(self) -> tuple[Corridor, ...]:
        """The corridors it describes itself; empty where the service's configuration does (a folder, HTTP, MQTT)."""
        ...

    @property
    def repeats(self) -> bool:
        """Whether `batches` gives readings again after a crash; where not, each batch is safe only if kept before the next."""
        ...

    def batches(self, after_s: float | None) -> Iterator[ReadingBatch]:
        """Yield batches, waiting for each; ends with the source, or soon after `stop`.

        With `after_s` every reading of intervals that end later comes (again); earlier ones may be left out. Raises UserError and
        MachineError naming the source.
        """
        ...

    def stop(self) -> None:
        """Let `batches` end. May be called from another thread, and more than once."""
        ...
