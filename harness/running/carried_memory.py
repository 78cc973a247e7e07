"""What detectors learn of a corridor, carried from one stream of frames to the next, and kept in a file where one is given.

    begin(detector)  -->  frames of a recording  -->  end(detector): kept, and written to the file at once

Recordings follow one another: what a detector decides on one depends on those before it. An interrupted command leaves in the file
what was learned up to the last recording that was complete (`memory_journal` lets the same command go on from there).
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from detectors.site_memory import Memory, memory_of, recall
from harness.records.kept_arrays import key_of
from harness.records.site_memory_file import Remembered, SiteMemory, read_site_memory, write_site_memory
from scenarios.corridor import Corridor
from scenarios.errors import UserError, at


@dataclass(frozen=True, slots=True)
class Observed:
    """The frames that a detector had observed of the corridor: before this command, and in all."""

    before: int
    frames: int


class CarriedMemory:
    """The memory of one corridor, of any number of detectors.

    `lenient`: a detector that remembers nothing begins anew, which is else an error. A `file` that is not there is written. Raises
    UserError for one that is no memory.
    """

    def __init__(self, file: Path | None, lenient: bool = False) -> None:
        self._file, self._lenient = file, lenient
        self.begin_as(read_site_memory(file) if file is not None and file.exists() else None)

    def begin_as(self, site: SiteMemory | None) -> None:
        """Let a command begin with the memory `site`, or with none, instead of what the file holds."""
        self._site = site
        self._before = {} if site is None else {name: one.frames for name, one in site.detectors.items()}

    @property
    def file(self) -> Path | None:
        """Where it is kept."""
        return self._file

    @property
    def site(self) -> SiteMemory | None:
        """All that is remembered; None where nothing is."""
        return self._site

    def remembered(self, name: str) -> Remembered | None:
        """Return what is remembered of a detector; None where nothing is."""
        return None if self._site is None else self._site.detectors.get(name)

    def put(self, name: str, corridor: Corridor, remembered: Remembered) -> None:
        """Remember of a detector what it had learned in an earlier command; the file stays as it is until `write`."""
        site = SiteMemory.of(corridor) if self._site is None else self._site
        self._site = site.with_detector(name, remembered)

    @property
    def observed(self) -> dict[str, Observed]:
        """The frames observed by each detector of which something is remembered."""
        kept = {} if self._site is None else self._site.detectors
        return {name: Observed(self._before.get(name, 0), one.frames) for name, one in kept.items()}

    @property
    def text(self) -> str:
        """The detectors and how much each has watched, in a line for people."""
        period_h = 0.0 if self._site is None else self._site.period_s / 3600
        watched = ", ".join(f"{name} {one.frames * period_h:.1f} h" for name, one in self.observed.items())
        return f"Memory: {self._file} ({watched or 'nothing'} watched)"

    def record(self, name: str) -> dict[str, object]:
        """Return what a result keeps of it: the file, and the frames that the detector had observed before this command."""
        return {"file": None if self._file is None else str(self._file), "frames_before": self._before.get(name, 0)}

    def begin(self, name: str, fingerprint: str, detector: object, corridor: Corridor) -> None:
        """Let the new `detector` of this name begin with what is remembered of the corridor; with nothing, where that is nothing.

        Raises UserError where the memory is of another corridor, detector or version, or the detector remembers nothing.
        """
        place = "--site-memory" if self._file is None else f"--site-memory {self._file}"
        try:
            if not memory_of(detector):
                if self._lenient:
                    return
                raise UserError(f"{name} remembers nothing of a site (replay it without)")
            if self._site is None:
                self._site = SiteMemory.of(corridor)
            self._site.check(corridor)
            kept = self._site.of_detector(name, fingerprint)
            if kept is not None:
                _recall(name, detector, kept.memory)
        except UserError as error:
            raise at(place, error) from error

    def end(self, name: str, fingerprint: str, detector: object, frames: int, last_s: float) -> None:
        """Keep what the detector has learned when `frames` more frames are over, the last at `last_s`, and write the file."""
        if self.keep(name, fingerprint, detector, frames, last_s):
            self.write()

    def keep(self, name: str, fingerprint: str, detector: object, frames: int, last_s: float) -> bool:
        """Keep what the detector has learned, as `end` does, but in memory alone; return whether there was anything to keep."""
        memory = memory_of(detector)
        if not memory or not frames:
            return False
        if self._site is None:
            raise ValueError("wanted a call of begin before end")
        kept = self._site.detectors.get(name)
        before = 0 if kept is None else kept.frames
        self._site = self._site.with_detector(name, Remembered(fingerprint, before + frames, last_s, memory))
        return True

    def write(self) -> None:
        """Write the file, where there is one and anything to write."""
        if self._file is not None and self._site is not None and self._site.detectors:
            write_site_memory(self._file, self._site)


def state_of(remembered: Remembered | None) -> str:
    """Return the digest of what is remembered of one detector; "nothing" where nothing is."""
    if remembered is None:
        return "nothing"
    memory = (
        (name, values.shape, np.asarray(values, dtype="<f8")) for name, values in sorted(remembered.memory.items())
    )
    parts = (part for each in memory for part in each)
    return key_of(remembered.fingerprint, remembered.frames, remembered.last_s, *parts)


def site_state(site: SiteMemory | None) -> str:
    """Return the digest of all that a memory holds."""
    kept = {} if site is None else site.detectors
    return key_of(*((name, state_of(one)) for name, one in sorted(kept.items())))


def _recall(name: str, detector: object, memory: Memory) -> None:
    try:
        recall(detector, memory)
    except UserError as error:
        raise at(name, error) from error
