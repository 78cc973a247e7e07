"""What the calibration of `sheu2004` takes from recordings: noise, peaks of the symptom rules, and tracks of the lane filters.

Conventions: one `Watched` per recording; T frames, R rules, N sections, L lanes. `detectors.sheu.sheu_calibration` describes
the method.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf

import numpy as np

from detectors.calibration.aims import DAY_S
from detectors.calibration.exponential_tail import block_peaks, blocks_of, tail_peaks, tail_value
from detectors.calibration.incident_free import CalibrationRun
from detectors.sheu.lane_trial import LaneTrial, LaneTrials
from detectors.sheu.msprt import Observation
from detectors.sheu.sheu_parameters import MsprtParameters, Parameters
from detectors.sheu.symptom_rules import RULE_NAMES
from detectors.sheu.symptom_watch import SymptomWatch
from simulator.frame import Array, Flags

BLOCK_FRAMES = 10
"""A peak is the largest value of a lane in so many frames. Chosen: longer than the rules' longest window, of 8 frames."""
RULE_TAIL_PEAKS = 50
"""Largest peaks at most that a rule's tail is fitted to. Chosen: their mean excess is known to 1 / sqrt(50) = 14 %."""
FEWEST_PEAKS = 5
"""A rule with fewer peaks is switched off. Chosen: no tail can be fitted to them."""


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """One run and what does not depend on thresholds: `quantities` (T, R, N, L), `flow_vphpl`, `free` (T, N)."""

    run: CalibrationRun
    quantities: Array
    flow_vphpl: Array
    free: Flags


@dataclass(slots=True, eq=False)
class Track:
    """The filter's observations of one lane while its symptoms lasted, from frame `first` of the recording `watched` on."""

    trial: LaneTrial
    watched: int
    first: int
    observations: list[Observation] = field(default_factory=list)


def watch(run: CalibrationRun, base: Parameters, free: Flags) -> Watched:
    """Return a recording with the quantities of the symptom rules; `free` (T, N) are its incident-free frames."""
    rules = SymptomWatch(run.corridor, base.symptoms)
    quantities, flows = [], []
    for frame in run.frames:
        quantities.append(rules.step(frame))
        flows.append(rules.flow_vphpl)
    sections, lanes = run.corridor.sections, run.corridor.lanes
    return Watched(
        run,
        np.array(quantities).reshape(-1, len(RULE_NAMES), sections, lanes),
        np.array(flows).reshape(-1, sections),
        free,
    )


def section_days(watched: list[Watched]) -> float:
    """Days of incident-free time, summed over sections."""
    return sum(float(each.free.sum()) * each.run.corridor.period_s / DAY_S for each in watched)


def road_days(watched: list[Watched]) -> float:
    """Incident-free days of the recordings' own road: section-days over its number of sections."""
    return sum(float(each.free.mean(axis=1).sum()) * each.run.corridor.period_s / DAY_S for each in watched)


def dispersion(watched: list[Watched], otherwise: float) -> float:
    """Return the variance of (downstream - upstream count) over the mean count; `otherwise` where nothing was counted."""
    squares, vehicles = 0.0, 0.0
    for each in watched:
        count = np.array([frame.count for frame in each.run.frames])
        if len(count) < 2:
            continue
        free = (each.free[1:] & each.free[:-1])[:, :, None]
        change = np.diff(count[:, 1:] - count[:, :-1], axis=0)
        known = free & np.isfinite(change)
        squares += float(np.square(change[known]).sum()) / 2.0
        vehicles += float(count[1:, 1:][known].sum())
    return squares / vehicles if squares > 0 and vehicles > 0 else otherwise


def rule_peaks(watched: list[Watched]) -> list[Array]:
    """Per rule, the peaks above 0 of the incident-free sample, largest first."""
    found = []
    for rule in range(len(RULE_NAMES)):
        own = ((each, each.quantities[:, rule]) for each in watched)
        values = (np.where(each.free[:, :, None] & np.isfinite(rows), rows, -inf) for each, rows in own)
        peaks = block_peaks(block for rows in values for block in blocks_of(rows, BLOCK_FRAMES))
        found.append(peaks[peaks > 0])
    return found


def rule_thresholds(peaks: list[Array], days: float, rate: float) -> dict[str, float]:
    """Per rule the value that `rate` peaks per section-day exceed, from peaks of `days` section-days.

    Rarer values than the tail's come from the exponential tail, more frequent ones are the sample's own quantile. A rule with
    fewer than FEWEST_PEAKS peaks is switched off.
    """
    found, exceeding = {}, rate * days
    for name, values in zip(RULE_NAMES, peaks, strict=True):
        if len(values) < FEWEST_PEAKS:
            found[name] = inf
        elif exceeding >= tail_peaks(values, RULE_TAIL_PEAKS):
            found[name] = readable(float(values[min(int(exceeding), len(values) - 1)]))
        else:
            found[name] = readable(tail_value(values, exceeding, RULE_TAIL_PEAKS))
    return found


def readable(value: float) -> float:
    """Return the value to four digits: easy to read, and more than the sample determines."""
    return float(f"{value:.4g}")


def tracks_of(watched: list[Watched], parameters: Parameters) -> list[Track]:
    """Return the tracks of the lane filters on every recording, with the thresholds of `parameters`."""
    made = []
    for index, each in enumerate(watched):
        trials = LaneTrials(each.run.corridor, parameters)
        running: dict[tuple[int, int], Track] = {}
        for k, frame in enumerate(each.run.frames):
            still = {}
            for trial, observation in trials.step(frame, each.quantities[k], each.flow_vphpl[k]):
                place = trial.section, trial.lanes[0]
                track = running.get(place)
                if track is None or track.trial is not trial:
                    track = Track(trial, index, k)
                    made.append(track)
                track.observations.append(observation)
                still[place] = track
            running = still
    return made


def free_frames(watched: list[Watched], tracks: list[Track]) -> Iterator[tuple[Track, Observation]]:
    """The incident-free frames of the tracks."""
    for track in tracks:
        free = watched[track.watched].free[:, track.trial.section]
        for k, observation in enumerate(track.observations, start=track.first):
            if free[k]:
                yield track, observation


def free_probability(frames: list[tuple[Track, Observation]], base: MsprtParameters) -> tuple[float, ...]:
    """Return the mean sum_j p_ij by class of flow; a class without frames takes the mean of all."""
    classes: list[list[float]] = [[] for _ in base.free_probability]
    for track, observation in frames:
        classes[base.flow_class(track.trial.flow_vphpl)].append(observation.probability)
    everywhere = [value for values in classes for value in values]
    means = []
    for values, otherwise in zip(classes, base.free_probability, strict=True):
        sample = values or everywhere
        means.append(readable(float(np.mean(sample))) if sample else otherwise)
    return tuple(means)
