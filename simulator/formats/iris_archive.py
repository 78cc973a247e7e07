"""Detectors' days out of an archive of IRIS, `YYYYMMDD.traffic` (a zip), or out of mayfly's JSON arrays.

    ID.v30  2880 signed bytes: vehicles in 30 s                      ID.counts.json     the same
    ID.c30  2880 big-endian signed shorts: scans of 1/60 s, 0-1800   ID.occupancy.json  per cent
    ID.s30  2880 signed bytes: mph                                   ID.speed.json      mph
    ID.vlog vehicle by vehicle, read where there is no .v30          (iris_vlog)

Slot k is the half minute that starts 30 k s after local midnight. Below 0 (JSON: null) is unknown, and so is a speed of 0.
"""

import io
import json
import zlib
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

import numpy as np
from numpy.typing import NDArray

from scenarios.errors import UserError
from scenarios.files.bounded_gzip import BYTES_ALWAYS_READ
from simulator.formats.field_units import MPS_PER_MPH
from simulator.formats.iris_vlog import SLOTS, day_of
from simulator.frame import Array
from simulator.recording.csv_header import shown

SCANS = 1800
"""Scans in 30 s, at 60 a second."""
_TYPES: dict[str, np.dtype[Any]] = {".v30": np.dtype(">i1"), ".s30": np.dtype(">i1"), ".c30": np.dtype(">i2")}
_JSON = {".v30": "counts", ".s30": "speed", ".c30": "occupancy"}


class TrafficArchive:
    """One day's archive: what detectors it has, and their days."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with ZipFile(path) as archive:
                self._members = {info.filename.rpartition("/")[2]: info for info in archive.infolist()}
        except BadZipFile as error:
            raise UserError(f"{path}: wanted a zip, got {error} (was its download interrupted?)") from None

    def has(self, detector: str) -> bool:
        """Return whether it holds anything of a detector that is read."""
        return any(f"{detector}{ending}" in self._members for ending in (*_TYPES, ".vlog"))

    @property
    def binary_logs(self) -> int:
        """Detectors with a binary log (`.vlg`) alone, which is not read."""
        return sum(name.endswith(".vlg") and not self.has(name[:-4]) for name in self._members)

    def day(self, detector: str) -> Array:
        """Return (2880, 3) count, speed [m/s], occupancy. Raises UserError naming archive, member and likely slip."""
        name = f"{detector}.vlog"
        if f"{detector}.v30" not in self._members and name in self._members:
            text = io.TextIOWrapper(io.BytesIO(self._bytes(name)), encoding="latin-1")
            lines = ((k, line.strip()) for k, line in enumerate(text, 1) if line.strip())
            return day_of(lines, f"{self._path}, {name}")
        return _scaled({ending: self._slots(f"{detector}{ending}", kind) for ending, kind in _TYPES.items()})

    def _slots(self, name: str, kind: np.dtype[Any]) -> Array | None:
        if name not in self._members:
            return None
        content = self._bytes(name)
        wanted = SLOTS * kind.itemsize
        if len(content) != wanted:
            raise UserError(
                f"{self._path}, {name}: wanted {wanted} bytes, 2880 half minutes, got {len(content)} (is it cut off?)"
            )
        values: NDArray[np.float64] = np.frombuffer(content, dtype=kind).astype(np.float64)
        if name.endswith(".c30"):
            if values.max() > SCANS:
                raise UserError(
                    f"{self._path}, {name}: occupancy is {SCANS} scans at most, got {values.max():g} (bytes in another order?)"
                )
            values *= 100 / SCANS
        return np.where(values < 0, np.nan, values)

    def _bytes(self, name: str) -> bytes:
        try:
            with ZipFile(self._path) as archive:
                if self._members[name].file_size > BYTES_ALWAYS_READ:
                    raise UserError(f"{self._path}, {name}: expands to more than {BYTES_ALWAYS_READ >> 20} MiB")
                return archive.read(self._members[name])
        except (BadZipFile, EOFError, OSError, zlib.error) as error:
            raise UserError(f"{self._path}, {name}: damaged: {error} (was its download interrupted?)") from None


class MayflyFolder:
    """The JSON arrays of one day in a folder, `ID.counts.json` and so on."""

    binary_logs = 0

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def has(self, detector: str) -> bool:
        """Return whether the folder holds anything of a detector."""
        return any(self._file(detector, ending).is_file() for ending in _JSON)

    def day(self, detector: str) -> Array:
        """Return (2880, 3) count, speed [m/s], occupancy. Raises UserError naming the file."""
        return _scaled({ending: self._slots(self._file(detector, ending)) for ending in _JSON})

    def _file(self, detector: str, ending: str) -> Path:
        return self._folder / f"{detector}.{_JSON[ending]}.json"

    def _slots(self, path: Path) -> Array | None:
        if not path.is_file():
            return None
        try:
            content = json.loads(path.read_bytes()[:BYTES_ALWAYS_READ])
        except ValueError as error:
            raise UserError(f"{path}: broken JSON: {error} (is it cut off?)") from None
        if not isinstance(content, list) or len(content) != SLOTS:
            raise UserError(f"{path}: wanted a list of {SLOTS} half minutes, got {shown(content)}")
        if not all(value is None or (type(value) in (int, float) and value >= 0) for value in content):
            raise UserError(f"{path}: wanted numbers of 0 or more, or null")
        return np.array([np.nan if value is None else value for value in content], dtype=np.float64)


def _scaled(slots: dict[str, Array | None]) -> Array:
    """Count, speed and occupancy out of vehicles, mph and per cent; occupancy to 5 decimals, finer than a scan."""
    blank = np.full(SLOTS, np.nan)
    count, mph, per_cent = (blank if slots[k] is None else np.asarray(slots[k]) for k in (".v30", ".s30", ".c30"))
    speed = np.where(mph == 0, np.nan, np.round(mph * MPS_PER_MPH, 3))
    return np.stack([count, speed, np.round(per_cent / 100, 5)], axis=1)
