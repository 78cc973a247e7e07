"""What calibration takes from recordings: the incident-free sample, its noise and peaks, and the filter's tracks.

Conventions: one `Watched` per recording; T frames, R rules, N sections, L lanes. The method is described in
`detectors.sheu.sheu_calibration`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf, log

import numpy as np

from detectors.calibration.thresholds import DAY_S, CalibrationRun, times_of
from detectors.sheu.lane_trial import LaneTrial, LaneTrials, watch_for
from detectors.sheu.msprt import Observation
from detectors.sheu.sheu_parameters import MsprtParameters, Parameters
from detectors.sheu.symptom_rules import RULE_NAMES
from simulator.frame import Array, Flags

BLOCK_FRAMES = 10  # a peak is the largest value in so many frames of a lane: 5 min, longer than the longest window
TAIL_PEAKS = 50  # the largest peaks, to which an exponential tail is fitted
FEWEST_PEAKS = 5


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    """One run and what does not depend on thresholds: `quantities` (T, R, N, L), `flow_vphpl`, `free` (T, N)."""

    run: CalibrationRun
    quantities: Array
    flow_vphpl: Array
    free: Flags
    times_s: Array


@dataclass(slots=True, eq=False)
class Track:
    """What the filter told of one lane while its symptoms lasted, from frame `first` of the recording `watched` on."""

    trial: LaneTrial
    watched: int
    first: int
    seen: list[Observation] = field(default_factory=list)


def watch(run: CalibrationRun, base: Parameters, free: Flags) -> Watched:
    """Let the symptom rules see a recording; `free` (T, N) are its incident-free frames."""
    rules = watch_for(run.corridor, base)
    quantities, flows = [], []
    for frame in run.frames:
        quantities.append(rules.step(frame))
        flows.append(rules.flow_vphpl)
    sections, lanes = run.corridor.sections, run.corridor.lanes
    times_s = times_of(run)
    return Watched(
        run,
        np.array(quantities).reshape(len(times_s), len(RULE_NAMES), sections, lanes),
        np.array(flows).reshape(len(times_s), sections),
        free,
        times_s,
    )


def section_days(watched: list[Watched]) -> float:
    """Days of incident-free time, summed over sections."""
    return sum(float(each.free.sum()) * each.run.corridor.period_s / DAY_S for each in watched)


def corridor_days(watched: list[Watched]) -> float:
    """Days of incident-free time of a whole corridor."""
    return sum(float(each.free.mean(axis=1).sum()) * each.run.corridor.period_s / DAY_S for each in watched)


def dispersion(watched: list[Watched], otherwise: float) -> float:
    """Variance of (downstream - upstream count) over the mean count; `otherwise` where nothing was counted."""
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


def peaks(watched: list[Watched]) -> list[Array]:
    """Per rule, the peaks of the incident-free sample, largest first."""
    collected: list[list[Array]] = [[] for _ in RULE_NAMES]
    for each in watched:
        values = np.where(each.free[:, None, :, None] & np.isfinite(each.quantities), each.quantities, -np.inf)
        for start in range(0, len(values), BLOCK_FRAMES):
            block = values[start : start + BLOCK_FRAMES].max(axis=0)
            for rule, kept in enumerate(collected):
                kept.append(block[rule][block[rule] > 0])
    return [np.sort(np.concatenate(kept))[::-1] if kept else np.zeros(0) for kept in collected]


def thresholds(peaks: list[Array], days: float, rate: float) -> dict[str, float]:
    """Per rule the value that `rate` peaks per section-day exceed, from `days` section-days.

    Within the sample's tail, where u is the value below the largest K peaks and m their mean excess over it,
    u + m log(K / (days * rate)); above the tail's rate the sample's own quantile. A rule with fewer than 5 peaks is off.
    """
    found = {}
    for name, values in zip(RULE_NAMES, peaks, strict=True):
        tail = min(TAIL_PEAKS, len(values) // 2)
        if len(values) < FEWEST_PEAKS:
            found[name] = inf
        elif rate * days >= tail:
            found[name] = readable(float(values[min(int(rate * days), len(values) - 1)]))
        else:
            excess = float(np.mean(values[:tail] - values[tail]))
            found[name] = readable(float(values[tail]) + excess * log(tail / (rate * days)))
    return found


def readable(value: float) -> float:
    """Four digits: what an engineer can read, and more than the sample can tell."""
    return float(f"{value:.4g}")


def tracks(watched: list[Watched], parameters: Parameters) -> list[Track]:
    """What the lane filters tell on every recording, with the thresholds of `parameters`."""
    made = []
    for index, each in enumerate(watched):
        trials = LaneTrials(each.run.corridor, parameters)
        running: dict[tuple[int, int], Track] = {}
        for k, frame in enumerate(each.run.frames):
            still = {}
            for trial, seen in trials.step(frame, each.quantities[k], each.flow_vphpl[k]):
                place = trial.section, trial.lanes[0]
                track = running.get(place)
                if track is None or track.trial is not trial:
                    track = Track(trial, index, k)
                    made.append(track)
                track.seen.append(seen)
                still[place] = track
            running = still
    return made


def free_frames(watched: list[Watched], tracks: list[Track]) -> Iterator[tuple[Track, Observation]]:
    """The incident-free frames of the tracks."""
    for track in tracks:
        free = watched[track.watched].free[:, track.trial.section]
        for k, seen in enumerate(track.seen, start=track.first):
            if free[k]:
                yield track, seen


def free_probability(seen: list[tuple[Track, Observation]], base: MsprtParameters) -> tuple[float, ...]:
    """Mean sum_j p_ij by class of flow; a class without frames takes all classes' mean."""
    classes: list[list[float]] = [[] for _ in base.free_probability]
    for track, observation in seen:
        classes[base.flow_class(track.trial.flow_vphpl)].append(observation.probability)
    everywhere = [value for values in classes for value in values]
    means = []
    for values, otherwise in zip(classes, base.free_probability, strict=True):
        sample = values or everywhere
        means.append(readable(float(np.mean(sample))) if sample else otherwise)
    return tuple(means)
