"""A history of whole days in which a share of the time holds incidents that nobody logged.

    days without incident, recordings with one each --> a recording in place of as many frames of a day, where that day's flow is as
    it was before the incident --> ... until the wanted share of the history's frames has an incident on the corridor

The share is that of **frames**: those from an incident's onset to its clearance, over all frames of the history, wherever on the
corridor the incident is. Of the sections' frames, which a detector is trained on, only a part is touched: the incident's own
section, and its queue. The recordings keep their readings and get the day's clock. Where one begins and ends, counts jump as far
as two hours of equal demand differ; no frame is changed otherwise. A **control** has the same places and recordings, each cut off
where its incident begins: what it costs comes from the jumps, and the rest from incidents.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from scenarios.corridor import Corridor
from scenarios.errors import UserError
from simulator.frame import Array, Flags, LoopFrame
from simulator.recording.incident_log import RecordedIncident
from simulator.recording.recording_folder import Recording


@dataclass(frozen=True, slots=True, eq=False)
class UnloggedRecording:
    """A recording in which nothing is said of incidents: to a calibration, all its frames are normal."""

    corridor: Corridor
    frames: tuple[LoopFrame, ...]
    incidents: None = None


@dataclass(frozen=True, slots=True, eq=False)
class ContaminatedHistory:
    """`days` with so many `incidents` in them; `share` of their frames under one; `section_share` of their sections' frames in the
    own section of one."""

    days: tuple[UnloggedRecording, ...]
    incidents: int
    share: float
    section_share: float


def contaminated(
    days: Sequence[Recording],
    recordings: Sequence[Recording],
    share: float,
    rng: np.random.Generator,
    control: bool = False,
) -> ContaminatedHistory:
    """Return the days with as many of the recordings in them, drawn at random, as come nearest to the share.

    `control`: without what follows the onsets, as above.

    Raises UserError for a recording of another corridor, one without a known incident, and where all of them are too few.
    """
    if not 0 <= share < 1:
        raise UserError(f"a share of the frames is 0 or more and below 1, got {share} (is it a percentage?)")
    frames = [list(day.frames) for day in days]
    taken: list[Flags] = [np.zeros(len(each), dtype=np.bool_) for each in frames]
    flows = [flow_of(day.frames) for day in days]
    total, under, used = sum(map(len, frames)), 0, 0
    for number in rng.permutation(len(recordings)).tolist():
        recording = recordings[number]
        if recording.corridor != days[0].corridor:
            raise UserError(f"wanted recordings of {days[0].corridor.name!r}, got one of {recording.corridor.name!r}")
        shows = under_incident(recording)
        if used and abs(under / total - share) <= abs((under + int(shows.sum())) / total - share):
            break
        if not share:
            break
        place = _place(recording, shows, flows, taken)
        if place is None:
            continue
        day, first = place
        shown = recording.frames[: int(np.flatnonzero(shows)[0])] if control else recording.frames
        for k, frame in enumerate(shown):
            frames[day][first + k] = replace(frame, time_s=frames[day][first + k].time_s)
        taken[day][first : first + len(recording.frames)] = True
        under, used = under + int(shows.sum()), used + 1
    else:
        if share and under / total < 0.9 * share:
            raise UserError(
                f"{len(recordings)} recordings with an incident give {100 * under / total:.1f} % of {total} frames, "
                f"wanted {100 * share:.1f} % (name more, or fewer days)"
            )
    made = tuple(UnloggedRecording(day.corridor, tuple(each)) for day, each in zip(days, frames, strict=True))
    if control:
        return ContaminatedHistory(made, 0, 0.0, 0.0)
    return ContaminatedHistory(made, used, under / total, under / total / days[0].corridor.sections)


def under_incident(recording: Recording) -> Flags:
    """Return (T,) the frames of a recording from an incident's onset to its clearance. Raises UserError where none is known."""
    times_s = np.array([frame.time_s for frame in recording.frames])
    shows = np.zeros(len(times_s), dtype=np.bool_)
    for incident in recording.incidents or ():
        shows |= _within(incident, times_s)
    if not shows.any():
        raise UserError("wanted recordings with a known incident, got one without")
    return shows


def _within(incident: RecordedIncident, times_s: Array) -> Flags:
    return np.asarray((times_s > incident.onset_s) & ~(times_s > incident.clearance_s))


def flow_of(frames: Sequence[LoopFrame]) -> Array:
    """Return (T,) the mean count over all loops [veh per lane and period]; NaN where none is known."""
    return np.array([float(np.nanmean(each.count)) if np.isfinite(each.count).any() else np.nan for each in frames])


def _place(
    recording: Recording, shows: Flags, flows: Sequence[Array], taken: Sequence[Flags]
) -> tuple[int, int] | None:
    """The day and first frame at which the flow is nearest to that before the incident, among the free; None without any."""
    length = len(recording.frames)
    before = max(int(np.flatnonzero(shows)[0]), 1)
    wanted = float(np.nanmean(flow_of(recording.frames[:before])))
    best: tuple[float, int, int] | None = None
    for day, (flow, used) in enumerate(zip(flows, taken, strict=True)):
        if len(flow) < length:
            continue
        known = np.nan_to_num(flow, nan=np.inf)
        level = np.lib.stride_tricks.sliding_window_view(known, before)[: len(flow) - length + 1].mean(axis=1)
        free = ~np.lib.stride_tricks.sliding_window_view(used, length).any(axis=1)
        far = np.where(free, np.abs(level - wanted), np.inf)
        first = int(np.argmin(far))
        if np.isfinite(far[first]) and (best is None or far[first] < best[0]):
            best = float(far[first]), day, first
    return None if best is None else best[1:]
