"""A road whose stations stand: recordings of it, with what is known of their incidents, for choosing which stations to spare.

    recordings --> same stations, readings --> what they share (`shared_frames`) --> StandingRoad

In a run's folder the twin shows when each loop first differs; elsewhere an incident counts as shown by every station, but for one
whose truth says that it left no trace. The queue of an incident that a log alone knows is found in the loops (`logged_queues`).
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from harness.records.history_folders import history_recordings
from harness.records.known_truth import known_truth
from harness.records.run_folder import RunFolder
from harness.reporting.figures.run_picture import stack_frames
from harness.scoring.matching import GRACE_S, grace_of
from harness.studies.placement.logged_queues import logged_queues, rough
from harness.studies.placement.shared_frames import Digests, Share, shares_of
from scenarios.corridor import Corridor
from scenarios.errors import UserError
from simulator.evidence_and_impact import evidence_of_loops, impact_on_loops
from simulator.frame import Array, Flags, LoopFrame
from simulator.recording.corridor_file import read_corridor
from simulator.recording.loop_table import read_loops
from simulator.recording.recording_folder import read_recording
from simulator.truth import Carrying, Truth

NO_TRUTH = Truth((), (), (), (), 0, 0)
GIVEN_BY = "RECORDINGS"
"""The command's argument that names the recordings, as its messages say it."""


@dataclass(frozen=True, slots=True, eq=False)
class StandingRun:
    """One recording: `times_s` (T,) of all its frames; `readings` (3, T', S, L), count, speed, occupancy of its own frames
    (`share`); what is known of its incidents (`known` False: nothing); `evidence_s` and `impact` (I, S, L) of each at each loop."""

    name: str
    times_s: Array
    readings: Array
    share: Share
    truth: Truth
    known: bool
    evidence_s: Array
    impact: Flags


@dataclass(frozen=True, slots=True, eq=False)
class StandingRoad:
    """A corridor and its recordings. `digest`: of all readings. `read` (S,): share of a station's readings that are there;
    `vehicles` (S,): vehicles that it counted. `rough`: recordings whose log states tolerances."""

    corridor: Corridor
    runs: tuple[StandingRun, ...]
    digest: str
    read: Array
    vehicles: Array
    rough: tuple[str, ...] = ()

    @property
    def incidents(self) -> int:
        """Number of known incidents."""
        return sum(len(run.truth.incidents) for run in self.runs)


@dataclass(frozen=True, slots=True, eq=False)
class _Read:
    name: str
    corridor: Corridor
    times_s: Array
    readings: Array
    digests: Digests
    truth: Truth | None
    evidence_s: Array
    impact: Flags


def read_standing_road(folders: Sequence[Path], show: Callable[[str, int, int], None]) -> StandingRoad:
    """Return the road of recordings; a folder is one, or holds some. `show` is told what was read, how many and of how many.

    Raises UserError and MissingFileError for a folder that is neither, and UserError for recordings of different stations, or of
    fewer than three.
    """
    found: list[_Read] = []
    places = history_recordings(folders, GIVEN_BY)
    corridor = read_corridor(places[0])
    for place in places[1:]:  # all of them, before the first frame is read
        _check_same(corridor, read_corridor(place), places[0], place)
    for place in places:
        found.append(_read(place))
        show(found[-1].name, len(found), len(places))
    if len(corridor.stations) < 3:
        raise UserError(
            f"{places[0]}: has {len(corridor.stations)} stations; wanted three or more (the first and the last bound the road)"
        )
    queues = logged_queues(places, corridor)
    shares = shares_of([each.digests for each in found], *zip(*map(_incident_frames, found), strict=True))
    counts = np.concatenate([each.readings[0] for each in found])
    lanes = [station.lanes for station in corridor.stations]
    read = np.array([np.isfinite(counts[:, s, :lane]).mean() for s, lane in enumerate(lanes)])
    return StandingRoad(
        corridor,
        tuple(_run(each, share, queues.get(place)) for each, share, place in zip(found, shares, places, strict=True)),
        hashlib.sha256(b"".join(each.digests.tobytes() for each in found)).hexdigest(),
        read,
        np.nansum(counts, axis=(0, 2)),
        tuple(rough(places)),
    )


def _read(place: Path) -> _Read:
    recording = read_recording(place)
    truth = known_truth(place, recording)
    times_s, *readings = stack_frames(tuple(recording.frames))
    if not len(times_s):
        raise UserError(f"{place}: has no frames")
    stacked = np.array(readings)
    digests = np.array([_digest(float(time_s), stacked[:, row]) for row, time_s in enumerate(times_s)], dtype=np.int64)
    shape = (len(truth.incidents) if truth is not None else 0, *stacked.shape[2:])
    evidence_s, impact = np.full(shape, np.inf), np.zeros(shape, dtype=np.bool_)
    for number, incident in enumerate(truth.incidents if truth is not None else ()):
        impact[number] = incident.impact
    twin = RunFolder(place).twin_loops
    if truth is not None and len(truth.incidents) == 1 and twin.is_file():
        evidence_s[0], impact[0] = _against_twin(tuple(recording.frames), twin, recording.corridor, truth)
    return _Read(place.resolve().name, recording.corridor, times_s, stacked, digests, truth, evidence_s, impact)


def _against_twin(frames: tuple[LoopFrame, ...], twin: Path, corridor: Corridor, truth: Truth) -> tuple[Array, Flags]:
    without, incident = read_loops(twin, corridor), truth.incidents[0]
    everywhere = slice(0, len(corridor.stations))
    return (
        evidence_of_loops(frames, without, incident.onset_s),
        impact_on_loops(frames, without, incident.onset_s, incident.clearance_s, everywhere),
    )


def _digest(time_s: float, readings: Array) -> int:
    content = hashlib.blake2b(np.float64(time_s).tobytes() + readings.tobytes(), digest_size=8)
    return int.from_bytes(content.digest(), "little", signed=True)


def _check_same(first: Corridor, other: Corridor, one: Path, place: Path) -> None:
    """Raise UserError where a recording has other stations or another period than the first."""
    if first.period_s != other.period_s:
        raise UserError(f"{place}: frames of {other.period_s:g} s, those of {one} are of {first.period_s:g} s")
    ours, theirs = ({(s.name, s.position_m, s.lanes) for s in each.stations} for each in (first, other))
    if ours != theirs:
        odd = sorted(ours ^ theirs, key=lambda each: each[1])[0]
        where, lacks = (one, place) if odd in ours else (place, one)
        raise UserError(
            f"{place}: wanted the stations of {one}; {odd[0]!r} at {odd[1]:g} m with {odd[2]} lanes is in {where}, not in "
            f"{lacks} (another road? give the recordings of one road)"
        )


def _incident_frames(each: _Read) -> tuple[int, int]:
    """The frame in which the first incident begins, and the first in which no alarm detects the last one; 0 and 0 without."""
    incidents = each.truth.incidents if each.truth is not None else ()
    if not incidents:
        return 0, 0
    grace_s = grace_of(each.corridor, GRACE_S)
    ends_s = [incident.clearance_s for incident in incidents]
    last_s = max(ends_s) + grace_s if all(np.isfinite(ends_s)) else np.inf
    first_s = min(incident.onset_s for incident in incidents)
    return int(np.searchsorted(each.times_s, first_s, "right")), int(np.searchsorted(each.times_s, last_s, "right"))


def _run(each: _Read, share: Share, queues: tuple[Carrying, ...] | None) -> StandingRun:
    own = each.readings[:, share.start : share.stop].copy()
    truth, known = (NO_TRUTH, False) if each.truth is None else (each.truth, True)
    if queues is not None:
        truth = replace(truth, carrying=queues)
    return StandingRun(each.name, each.times_s, own, share, truth, known, each.evidence_s, each.impact)
