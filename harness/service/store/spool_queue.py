"""Records that wait for the database, in order: on the disk, and in memory where the disk takes no more."""

import errno
import json
import os
import threading
from collections import deque
from dataclasses import dataclass, replace
from pathlib import Path

from harness.service.store.database_errors import DiskFullError
from harness.service.store.spool_folder import SpoolFolder
from harness.service.store.spool_records import SpooledRecord, record_json, record_of
from scenarios.errors import MachineError, in_one_line

UNSAFE_BYTES = 64 * 2**20
"""Frames kept in memory while the disk is full. Chosen: an hour of a district; then the oldest are dropped, events never."""
SET_ASIDE = "set-aside.jsonl"
"""File of records that the database refused, with the reason; for people."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """The first record of the queue; `part` and `offset` are where it ends on the disk, None where it is in memory."""

    record: SpooledRecord
    part: Path | None
    offset: int


class SpoolQueue:
    """A queue of records in a folder. Any thread may use it."""

    def __init__(self, folder: Path) -> None:
        """Open a folder with what an earlier process left."""
        self._folder, self._disk = folder, SpoolFolder(folder)
        self._lock = threading.RLock()
        self._offset = 0
        self._unsafe: deque[SpooledRecord] = deque()
        self.disk_full, self.disk_error, self.lost_frames = False, "", 0
        self.records, self.events = 0, 0
        for part in self._disk.parts():
            for content, _ in self._disk.read(part):
                self.records += 1
                self.events += len(content["events"]) if content else 0

    @property
    def unsafe_records(self) -> int:
        """Records that are in memory only."""
        return len(self._unsafe)

    @property
    def set_aside(self) -> int:
        """Records in the file of those that the database refused."""
        file = self._folder / SET_ASIDE
        return len(file.read_bytes().splitlines()) if file.is_file() else 0

    def put(self, record: SpooledRecord) -> None:
        """Let a record wait. Where the disk takes nothing it waits in memory; DiskFullError for one that can be asked for again."""
        with self._lock:
            try:
                while self._unsafe:
                    self._disk.append(record_json(self._unsafe[0]))
                    self._unsafe.popleft()
                self._disk.append(record_json(record))
            except OSError as error:
                self._fail(error)
                if record.is_asked_for:
                    raise DiskFullError(
                        f"nothing is stored: {self.disk_error}, and the database does not answer"
                    ) from None
                self._unsafe.append(record)
                self._drop_frames()
            else:
                self.disk_full, self.disk_error = False, ""
            self.records += 1
            self.events += len(record.events)

    def first(self) -> Waiting | None:
        """Return the record that waits longest, None where none waits; a damaged one is set aside."""
        with self._lock:
            for part in self._disk.parts():
                for content, end in self._disk.read(part, self._offset):
                    try:
                        return Waiting(record_of(content or {}), part, end)
                    except (KeyError, TypeError, ValueError, MachineError) as error:
                        self._offset = end
                        self.records -= 1
                        self.keep_aside(content or {}, f"damaged: {in_one_line(error)}")
                if self._disk.is_written_to(part):
                    break
                self._disk.remove(part)
                self._offset = 0
            return Waiting(self._unsafe[0], None, 0) if self._unsafe else None

    def done(self, waiting: Waiting) -> None:
        """Take the first record out: the database has it."""
        with self._lock:
            if waiting.part is not None:
                self._offset = waiting.offset
            elif self._unsafe and self._unsafe[0] is waiting.record:
                self._unsafe.popleft()
            else:
                return  # it went to the disk meanwhile, and comes again from there
            self.records -= 1
            self.events -= len(waiting.record.events)

    def clear(self) -> None:
        """Remove files that were read to their end; call it when `first` returned None."""
        with self._lock:
            for part in self._disk.parts():
                self._disk.remove(part)
            self._offset, self.records, self.events = 0, 0, 0
            self.disk_full, self.disk_error = False, ""

    def keep_aside(self, content: object, reason: str) -> None:
        """Write what the database refuses to the file for people, as long as the disk takes it."""
        with self._lock:
            try:
                with (self._folder / SET_ASIDE).open("a", encoding="utf-8") as file:
                    file.write(json.dumps({"reason": reason, "record": content}) + "\n")
                    file.flush()
                    os.fsync(file.fileno())
            except OSError as error:
                self._fail(error)

    def close(self) -> None:
        """End the file; what waits on the disk stays."""
        with self._lock:
            self._disk.close()

    def _fail(self, error: OSError) -> None:
        self.disk_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        self.disk_error = f"{self._folder} cannot be written ({error.strerror or in_one_line(error)})"

    def _drop_frames(self) -> None:
        """Drop the oldest frames in memory, with their checkpoints, beyond UNSAFE_BYTES; their events stay."""
        sizes = [0 if each.frame is None else 3 * each.frame.count.nbytes for each in self._unsafe]
        excess = sum(sizes) - UNSAFE_BYTES
        if excess <= 0:
            return
        kept: deque[SpooledRecord] = deque()
        for each, size in zip(self._unsafe, sizes, strict=True):
            if excess <= 0 or not size:
                kept.append(each)
                continue
            excess -= size
            self.lost_frames += 1
            if each.events:
                kept.append(replace(each, frame=None, checkpoint=None))
            else:
                self.records -= 1
        self._unsafe = kept
