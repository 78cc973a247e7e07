"""Versions of a detector's file: what a calibration replaces is kept beside it, and the new file says what it follows.

    site.json       the newest version
    site.v1.json    the first, as it was; site.v2.json the second ...

A file without a version is the first. A version that is kept is never overwritten. Provenance of a version: `version`, `date`
(UTC), `data` (SHA-256 of the recordings' frames), `days`, `previous` (fingerprint of the version before).
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from detectors.calibration.file_amendment import file_content, version_of
from detectors.calibration.history_days import count_days, days_of
from detectors.calibration.incident_free import CalibrationRun
from detectors.catalogue import DEFAULT_AIM, fingerprint
from harness.records.atomic_files import atomic_file
from scenarios.errors import UserError

MOST_VERSION_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Versions:
    """What is at `file` before a calibration: its `content` and `version` (0: no file), and the largest version beside it."""

    file: Path
    version: int
    largest: int
    text: bytes

    @property
    def kept(self) -> Path:
        """Where the version that is there now is kept."""
        return version_file(self.file, self.version)

    @property
    def new(self) -> int:
        """The version that is written next."""
        return max(self.version, self.largest) + 1


def version_file(file: Path, version: int) -> Path:
    """Return the path at which a version of a file is kept.

    >>> version_file(Path("site.json"), 2).name
    'site.v2.json'
    """
    return file.with_name(f"{file.stem}.v{version}{file.suffix}")


def versions_at(file: Path, detector: str) -> Versions:
    """Return what is at a file that is to be written. Raises UserError where it is no file of `detector`, or cannot be kept."""
    largest = max((int(number) for number in _numbers_beside(file)), default=0)
    if not file.exists():
        return Versions(file, 0, largest, b"")
    try:
        content = file_content(file)
    except UserError as error:
        raise UserError(f"--out: {error}; it would be replaced (move it away, or name another file)") from None
    _check_detector(content, file, detector)
    found = Versions(file, version_of(content, str(file)), largest, file.read_bytes())
    if found.kept.exists() and found.kept.read_bytes() != found.text:
        raise UserError(
            f"--out {file}: is version {found.version}, and {found.kept.name} beside it is another file of that version; "
            "it is never overwritten (move one of them away)"
        )
    return found


def keep_version(found: Versions) -> None:
    """Copy the version that is there to its place beside the file, unless it is there already.

    Raises UserError where another process has written the file since it was read.
    """
    if (found.file.read_bytes() if found.file.exists() else b"") != found.text:
        raise UserError(
            f"--out {found.file} was written by another process meanwhile: nothing is replaced (run it again)"
        )
    if found.version and not found.kept.exists():
        with atomic_file(found.kept, lasting=True, new=True) as part:
            part.write_bytes(found.text)


def version_provenance(found: Versions, detector: str, runs: Sequence[CalibrationRun]) -> dict[str, str]:
    """Return what a new version says about itself, its data and the version before."""
    entries = {
        "version": str(found.new),
        "date": datetime.now(UTC).date().isoformat(),
        "data": data_digest(runs),
        "days": history_text(runs),
    }
    if found.version:
        entries["previous"] = fingerprint(detector, found.text, DEFAULT_AIM)
    return entries


def data_digest(runs: Sequence[CalibrationRun]) -> str:
    """Return the SHA-256, 64 hex digits, of every number in the runs' frames, in order."""
    digest = hashlib.sha256()
    for run in runs:
        digest.update(f"{len(run.frames)};".encode())
        for frame in run.frames:
            for values in (np.array([frame.time_s]), frame.count, frame.speed, frame.occupancy):
                digest.update(np.ascontiguousarray(values, dtype="<f8").tobytes())
    return digest.hexdigest()


def history_text(runs: Sequence[CalibrationRun]) -> str:
    """Return how many days a history has, as a line of provenance."""
    hours = sum(len(run.frames) * run.corridor.period_s for run in runs) / 3600
    days, number = count_days(days_of(runs)), len(runs)
    return f"{days} day{'' if days == 1 else 's'} in {number} recording{'' if number == 1 else 's'}, {hours:.1f} h"


def _numbers_beside(file: Path) -> list[str]:
    pattern = re.compile(rf"{re.escape(file.stem)}\.v([1-9][0-9]*){re.escape(file.suffix)}")
    names = [each.name for each in file.absolute().parent.glob("*")] if file.absolute().parent.is_dir() else []
    found = [match[1] for name in names if (match := pattern.fullmatch(name))]
    return [number for number in found if len(number) <= MOST_VERSION_DIGITS]


def _check_detector(content: Mapping[str, Any], file: Path, detector: str) -> None:
    named = content.get("detector")
    if named is None and detector == "sheu2004" and "symptoms" in content:
        return
    if named != detector:
        raise UserError(
            f"--out {file}: wanted a file of {detector} to replace, or none, got one of {str(named)[:60]!r} "
            "(move it away, or name another file)"
        )
