"""How a store is: everything in the database, or some of it elsewhere until the database answers again."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StoreState:
    """How a store is; `reason` says in words what is wrong, "" where nothing is.

    `spooling_since_s`: wall time since when the database does not answer, None where it does. `spooled_events`: events that wait in
    the spool; `spooled_records`: all that waits, a frame with its events and checkpoint being one. `disk_full`: the spool cannot be
    written; `unsafe_records` of those that wait are in memory only, and `lost_frames` had no room even there. `set_aside`: records
    that the database refused when it was back, kept in a file. `renumbered`: events that pages know by a number that another has.
    """

    spooling_since_s: float | None = None
    spooled_events: int = 0
    spooled_records: int = 0
    disk_full: bool = False
    unsafe_records: int = 0
    lost_frames: int = 0
    set_aside: int = 0
    renumbered: int = 0
    reason: str = ""

    @property
    def ok(self) -> bool:
        """Whether all is in the database."""
        return not self.reason
