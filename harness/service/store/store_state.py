"""How a store is: everything in the database, or some of it elsewhere until the database answers again."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StoreState:
    """How a store is.

    `spooling_since_s`: wall time since when the database does not answer, None where it does. `spooled_events`, `spooled_records`:
    events, and frames, checkpoints, batches and events altogether, that wait in the spool. `disk_full`: the spool's disk has no
    room; `unsafe_records` are in memory only. `set_aside`: records that the database refused when it was back, kept in a file.
    `reason`: why the database does not answer, or what else is wrong.
    """

    spooling_since_s: float | None = None
    spooled_events: int = 0
    spooled_records: int = 0
    unsafe_records: int = 0
    lost_frames: int = 0
    set_aside: int = 0
    disk_full: bool = False
    reason: str = ""

    @property
    def ok(self) -> bool:
        """Whether all is in the database."""
        return self.spooling_since_s is None and not self.disk_full and not self.lost_frames and not self.set_aside
