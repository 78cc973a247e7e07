"""What a service answers to readings that were pushed to it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PushReceipt:
    """What became of pushed readings: `accepted` are safe against a crash; `refused` says why others are not (20 at most)."""

    accepted: int
    refused: tuple[str, ...]
    refused_count: int = 0


class OverloadError(Exception):
    """The service takes no more readings for now; `retry_after_s` says when to try again."""

    def __init__(self, retry_after_s: float, why: str = "too many readings") -> None:
        super().__init__(f"{why}: try again after {retry_after_s:g} s")
        self.retry_after_s = retry_after_s
