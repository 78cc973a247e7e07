"""A lease: the right of one worker to work on something, such as a corridor, for a while."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lease:
    """The right of `owner` to work on `name` until somebody takes it after its end; `epoch` tells it from earlier ones."""

    name: str
    owner: str
    epoch: int


class LeaseLostError(Exception):
    """Another worker has taken the lease; what was to be written is not."""

    def __init__(self, lease: Lease) -> None:
        super().__init__(f"{lease.owner} no longer holds the lease of {lease.name} (epoch {lease.epoch})")
        self.lease = lease
