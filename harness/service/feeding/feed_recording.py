"""A recording fed into a service, message by message, each sent again until the service has it.

Where the feeder itself ends, it can go on: a file keeps how many messages have been acknowledged; the same recording, disorder
and seed make the same messages.
"""

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from math import isnan
from pathlib import Path

from harness.records.atomic_files import write_text
from harness.service.feeding.disorder import Disorder, arrivals
from harness.service.feeding.feed_target import FeedTarget, NotTakenError, waits_s
from harness.service.sources.pace import AS_FAST_AS_POSSIBLE, Pacer
from harness.service.sources.reading import ReadingBatch
from harness.service.sources.reading_message import write_message
from harness.service.sources.recording_source import RecordingSource
from scenarios.errors import MachineError, UserError

READINGS_A_MESSAGE = 20_000
"""Chosen: a frame of 4,000 stations with 4 lanes is one message of 2 MB."""
TELL_EVERY_S = 5.0
"""Wall time between two lines of progress, s. Chosen."""


@dataclass(slots=True)
class FeedCounts:
    """What has been fed."""

    messages: int = 0
    readings: int = 0
    accepted: int = 0
    refused: int = 0
    retries: int = 0
    skipped: int = 0
    data_time_s: float = float("nan")
    examples: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The counts in a line."""
        skipped = f", {self.skipped} messages acknowledged before" if self.skipped else ""
        counted = (
            f"{self.messages} messages, {self.readings} readings: {self.accepted} accepted, {self.refused} refused"
        )
        until = "" if isnan(self.data_time_s) else f"; data time {self.data_time_s:.0f} s"
        return f"{counted}, {self.retries} retries{skipped}{until}"


def feed(
    source: RecordingSource,
    target: FeedTarget,
    disorder: Disorder,
    pace: float = AS_FAST_AS_POSSIBLE,
    give_up_after_s: float = 300.0,
    resume_file: Path | None = None,
    tell: Callable[[str], None] = lambda line: None,
    counts: FeedCounts | None = None,
) -> FeedCounts:
    """Feed all of a recording's readings and return what became of them; `source` gives them at once, `pace` holds here.

    `tell` is told the progress, and each time that the service takes nothing. `counts` are what is counted in, for whoever
    interrupts. Raises UserError where the service refuses, MachineError where it takes nothing for `give_up_after_s`.
    """
    counts = counts or FeedCounts()
    pacer = Pacer(pace, threading.Event())
    kept = None if resume_file is None else ResumeFile(resume_file, source, disorder)
    acknowledged = 0 if kept is None else kept.acknowledged
    told_s = time.monotonic()
    for number, (time_s, batch) in enumerate(_messages(source, disorder), start=1):
        if number <= acknowledged:
            counts.skipped += 1
            continue
        pacer.wait_until(time_s)
        _send(target, batch, counts, give_up_after_s, tell)
        counts.data_time_s = time_s
        if kept is not None:
            kept.write(number)
        if time.monotonic() - told_s > TELL_EVERY_S:
            told_s = time.monotonic()
            tell(counts.text)
    return counts


def _messages(source: RecordingSource, disorder: Disorder) -> Iterator[tuple[float, ReadingBatch]]:
    for arrival in arrivals(source.batches(None), source.corridors[0].period_s, disorder):
        readings = arrival.batch.readings
        for start in range(0, len(readings), READINGS_A_MESSAGE):
            yield arrival.time_s, ReadingBatch(arrival.batch.corridor, readings[start : start + READINGS_A_MESSAGE])


def _send(
    target: FeedTarget, batch: ReadingBatch, counts: FeedCounts, give_up_after_s: float, tell: Callable[[str], None]
) -> None:
    message = write_message(batch)
    began_s = time.monotonic()
    for wait_s in waits_s():
        try:
            receipt = target.send(message, len(batch.readings))
            break
        except NotTakenError as error:
            counts.retries += 1
            pause_s = max(wait_s, error.retry_after_s)
            if time.monotonic() + pause_s - began_s > give_up_after_s:
                raise MachineError(f"nothing was taken for {give_up_after_s:g} s: {error}") from None
            tell(f"not taken ({error}); again in {pause_s:.1f} s")
            time.sleep(pause_s)
    counts.messages += 1
    counts.readings += len(batch.readings)
    counts.accepted += receipt.accepted
    counts.refused += receipt.refused_count
    if receipt.refused and not counts.examples:
        counts.examples = list(receipt.refused[:3])
        tell(f"refused: {'; '.join(counts.examples)}")


class ResumeFile:
    """Keeps how many messages were acknowledged. Raises UserError for a file of another recording or disorder."""

    def __init__(self, path: Path, source: RecordingSource, disorder: Disorder) -> None:
        what = json.dumps([source.name, source.corridors[0].name, asdict(disorder)])
        self._path, self._of = path, hashlib.sha256(what.encode()).hexdigest()[:16]
        self.acknowledged = self._read() if path.exists() else 0

    def write(self, acknowledged: int) -> None:
        """Note that so many messages were acknowledged."""
        write_text(self._path, json.dumps({"of": self._of, "acknowledged": acknowledged}) + "\n")

    def _read(self) -> int:
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
            of, acknowledged = found["of"], int(found["acknowledged"])
        except (ValueError, KeyError, TypeError):
            raise UserError(
                f"{self._path}: wanted a file that laneblock feed --resume wrote, got something else"
            ) from None
        if of != self._of:
            raise UserError(f"{self._path}: it is of another recording, corridor or disorder (remove it to begin anew)")
        return acknowledged
