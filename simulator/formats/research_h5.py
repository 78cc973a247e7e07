"""Recordings from the sets of traffic forecasting: METR-LA and PEMS-BAY (pandas .h5: speeds) and PEMS03 to PEMS08 (.npz).

A sensor is a station whose lanes are one pseudo-lane: the mean speed, in mph, and in an .npz the sum of flows and the share of
occupancy. Stamps are starts of periods on the local clock; an .npz has none, and its clock counts from its first row, 5 minutes
apart. A speed of 0 is unknown: the sets do not tell missing from nobody. Order and places: `research_chains`, from a table of
distances beside the file. h5py, of the extra `formats`, reads .h5 files.

`research_h5.toml` beside the file may say `name`, and `sensors`: the sensors of one road and direction, downstream.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import numpy as np

from scenarios.corridor import Corridor, Station
from scenarios.errors import MissingExtraError, MissingFileError, UserError
from simulator.formats.answers_file import read_answers
from simulator.formats.field_recordings import FieldRecordings
from simulator.formats.field_units import DAY_S, MPS_PER_MPH
from simulator.formats.generic_csv_times import running_on
from simulator.formats.research_chains import chains_of, read_distances
from simulator.frame import Array, LoopFrame
from simulator.recording.loop_checks import MOST_VEHICLES_PER_S
from simulator.recording.recording_folder import Recording

_HDF5 = b"\x89HDF\r\n\x1a\n"
_NPZ_PERIOD_S = 300.0
"""Of PEMS03 to PEMS08, which hold no times."""
_UNITS_S = {
    "datetime64": 1e-9,
    "datetime64[ns]": 1e-9,
    "datetime64[us]": 1e-6,
    "datetime64[ms]": 1e-3,
    "datetime64[s]": 1.0,
}
"""Seconds of one step of a pandas index, by its `kind`: pandas 3 writes microseconds."""


@dataclass(frozen=True, slots=True, eq=False)
class _Set:
    """Ids of N sensors, ends of T periods [s], and (T, N) counts, speeds [m/s] and occupancies."""

    prefix: str
    sensors: tuple[str, ...]
    period_s: float
    end_s: Array
    count: Array
    speed: Array
    occupancy: Array
    said: tuple[str, ...]


def describe(source: Path) -> str | None:
    """Return a phrase where `source` is a pandas .h5 file or an .npz with `data`, else None."""
    if not source.is_file():
        return None
    with source.open("rb") as stream:
        head = stream.read(len(_HDF5))
    if head == _HDF5:
        return "HDF5 table of sensors, as METR-LA and PEMS-BAY"
    if head[:4] == b"PK\x03\x04" and source.suffix.lower() == ".npz":
        try:
            with ZipFile(source) as archive:
                return "numpy array of nodes, as PEMS04" if "data.npy" in archive.namelist() else None
        except BadZipFile:
            return None
    return None


def read(source: Path) -> FieldRecordings:
    """Return a recording per chain of sensors. Raises MissingFileError, MissingExtraError, UserError with the likely slip."""
    if not source.exists():
        raise MissingFileError(f"{source}: no such file")
    if source.is_dir():
        raise UserError(f"{source}: wanted an .h5 or .npz file, got a folder (name the file in it)")
    answers = read_answers(source, "research_h5", {"name": str, "sensors": list})
    with source.open("rb") as stream:
        found = _h5(source) if stream.read(len(_HDF5)) == _HDF5 else _npz(source)
    try:
        chains = chains_of(read_distances(source, found.sensors), answers.texts("sensors"))
    except MissingFileError:
        raise
    except UserError as error:
        raise error if str(source.parent) in str(error) else UserError(f"{source}: {error}") from None
    chained = {sensor for chain in chains for sensor, _ in chain}
    said = [
        *found.said,
        "assumed: a sensor is one lane, the mean of its lanes; incidents in single lanes cannot be seen",
    ]
    if len(chained) < len(found.sensors):
        said.append(
            f"{len(found.sensors) - len(chained)} sensors in no chain left out (research_h5.toml: sensors = [...] names one)"
        )
    name = answers.text("name") or source.name
    return FieldRecordings(_recordings(found, chains, name), "; ".join(said))


def _recordings(
    found: _Set, chains: Sequence[Sequence[tuple[str, float]]], name: str
) -> Iterator[tuple[str, Recording]]:
    index = {sensor: k for k, sensor in enumerate(found.sensors)}
    for chain in chains:
        own = name if len(chains) == 1 else f"{name} {chain[0][0]}"
        stations = tuple(Station(found.prefix + sensor, round(at_m, 1), 1) for sensor, at_m in chain)
        columns = [index[sensor] for sensor, _ in chain]
        kinds = [values[:, columns, np.newaxis] for values in (found.count, found.speed, found.occupancy)]
        frames = tuple(
            LoopFrame(time_s, *(values[k] for values in kinds)) for k, time_s in enumerate(found.end_s.tolist())
        )
        folder = re.sub("[^A-Za-z0-9._]+", "-", own).strip("-._") or "road"
        yield folder, Recording(Corridor(own, found.period_s, stations), frames, None)


def _h5(source: Path) -> _Set:
    try:
        import h5py
    except ImportError:
        raise MissingExtraError(f"{source}: .h5 files need pip install laneblock[formats]") from None
    try:
        with h5py.File(source) as file:
            groups = [each for each in file.values() if isinstance(each, h5py.Group) and "block0_values" in each]
            if len(groups) != 1:
                raise UserError(
                    f"{source}: wanted one table of pandas (fixed format), got {', '.join(file) or 'nothing'} (another data set?)"
                )
            ids, axis, values = (groups[0][key] for key in ("block0_items", "axis1", "block0_values"))
            kind = axis.attrs.get("kind", b"")
            kind = kind.decode() if isinstance(kind, bytes) else str(kind)
            if kind not in _UNITS_S:
                raise UserError(f"{source}: wanted an index of times, got one of kind {kind or 'unknown'!r}")
            stamps = np.asarray(axis[:], dtype=np.int64).astype(np.float64) * _UNITS_S[kind]
            sensors = tuple(each.decode() if isinstance(each, bytes) else str(each) for each in ids[:].tolist())
            mph = np.asarray(values[:], dtype=np.float64)
    except (OSError, KeyError, RuntimeError) as error:
        said = " ".join(str(error).split())[:160]
        raise UserError(
            f"{source}: wanted a whole HDF5 file of pandas, got {said} (is the download cut off?)"
        ) from None
    if mph.shape != (len(stamps), len(sensors)) or len(stamps) < 2:
        raise UserError(f"{source}: wanted a row per time and a column per sensor, got {mph.shape}")
    period_s = float(Counter(np.round(np.diff(stamps), 3).tolist()).most_common(1)[0][0])
    if period_s <= 0:
        raise UserError(f"{source}: wanted times that rise, got steps of {period_s:g} s")
    times, told = running_on(np.round(stamps, 3), period_s)
    if (np.diff(times) <= 0).any():
        raise UserError(f"{source}: wanted times that rise, got one that comes twice or goes back")
    end_s = times - np.floor(times[0] / DAY_S) * DAY_S + period_s
    nothing = np.full(mph.shape, np.nan)
    return _Set("", sensors, period_s, end_s, nothing, _speeds(mph, source), nothing, (*told, *_zeros(mph)))


def _npz(source: Path) -> _Set:
    try:
        with source.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            data = np.asarray(file["data"], dtype=np.float64)
    except (OSError, KeyError, ValueError, EOFError, BadZipFile) as error:
        cause = " ".join(str(error).split())[:160]
        raise UserError(f"{source}: wanted an .npz file with the array data, got {cause} (is it cut off?)") from None
    if data.ndim != 3 or data.shape[2] not in (1, 3) or not data.shape[0]:
        raise UserError(
            f"{source}: wanted times x nodes x (flow, occupancy, speed) or flow alone, got the shape {data.shape}"
        )
    flow: Array = np.where(data[:, :, 0] >= 0, data[:, :, 0], np.nan)
    nothing: Array = np.full(flow.shape, np.nan)
    occupancy, mph = (data[:, :, 1], data[:, :, 2]) if data.shape[2] == 3 else (nothing, nothing)
    if np.nanmax(occupancy, initial=0) > 1:
        raise UserError(
            f"{source}: occupancy is a share, got {np.nanmax(occupancy):g} (are features in another order?)"
        )
    most = MOST_VEHICLES_PER_S * _NPZ_PERIOD_S
    too_many = int((flow > most).sum())
    said = ["assumed: 5 minutes, the clock counts from the first row", *_zeros(mph)]
    if too_many:
        said.append(f"{too_many} flows over {most:g} are unknown: totals of several lanes, more than one lane carries")
    return _Set(
        "node ",
        tuple(map(str, range(flow.shape[1]))),
        _NPZ_PERIOD_S,
        _NPZ_PERIOD_S * np.arange(1.0, len(flow) + 1),
        np.where(flow > most, np.nan, flow),
        _speeds(mph, source),
        _known(np.round(occupancy, 5)),
        tuple(said),
    )


def _known(values: Array) -> Array:
    return np.asarray(np.where(values >= 0, values, np.nan), dtype=np.float64)


def _speeds(mph: Array, source: Path) -> Array:
    if np.nanmax(mph, initial=0) > 150:
        raise UserError(f"{source}: speeds are in mph, got {np.nanmax(mph):g} (are values scaled, or in km/h?)")
    return np.round(np.where(mph > 0, mph, np.nan) * MPS_PER_MPH, 3)


def _zeros(mph: Array) -> list[str]:
    number = int((mph == 0).sum())
    return [f"{number} speeds of 0 are unknown"] if number else []
