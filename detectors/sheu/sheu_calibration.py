"""Calibration of `sheu2004` on recordings, with or without known incidents, as an engineer would on own data.

Method (named in the result's provenance):

1. *Incident-free sample.* Left out of it are the section of a known incident and all upstream of it from its onset to
   `recovery_s` after its clearance, and the sections downstream from its clearance to `recovery_s` later. Where
   incidents are not known every frame counts as free, and the quantiles below bear the few that are not.
2. *Noise.* `dispersion` is the variance of a lane's (downstream - upstream count) per frame, by successive differences,
   over the mean count: counts of one frame are not of the same vehicles; most of the innovation's variance is that.
3. *Thresholds.* For a rate s of symptoms per rule and section-day, each rule's threshold is the value that s of its
   incident-free peaks (largest value of a lane in 5 minutes) exceed, by an exponential tail fitted to the 50 largest
   peaks over their threshold. One number, s, moves all thresholds.
4. *P(Z = 1 | H0).* The filter's mean sum_j p_ij on incident-free frames with symptoms, at the largest s, by flow class.
5. *Choice.* Over a grid of s, alpha = beta, N and c, with a, b a tenth above their bounds: the smallest mean delay over
   known incidents (alarm time - onset, at most `missed_s`, which a missed one costs) among settings with at most
   `false_per_corridor_day` false alarms; if none has so few, among those with the fewest. Without known incidents:
   the largest s that keeps within the false alarms, with alpha, N and c as they were in `base`.

An alarm is a section's decisions turning to incident. It detects an incident when it comes in the incident's section,
after onset and not later than `grace_s` after clearance. It is false in the incident-free sample, and neither in
what was left out of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import inf, isinf, log

import numpy as np

from detectors.calibration.thresholds import Aim, CalibrationRun, free_samples
from detectors.sheu.msprt import Standing
from detectors.sheu.sheu_calibration_sample import (
    Track,
    Watched,
    corridor_days,
    dispersion,
    free_frames,
    free_probability,
    peaks,
    readable,
    section_days,
    thresholds,
    tracks,
    watch,
)
from detectors.sheu.sheu_parameter_file import shipped_parameters
from detectors.sheu.sheu_parameters import MsprtParameters, Parameters
from scenarios.errors import UserError
from simulator.frame import Array, Flags

SYMPTOMS_PER_SECTION_DAY = (64.0, 16.0, 4.0, 2.0, 1.0, 0.5, 0.25, 0.12, 0.06, 0.03, 0.015, 0.007, 0.003)
ONE_A_DAY = Aim()
ERRORS = (0.01, 0.05, 0.2)  # alpha = beta
LONGEST_FRAMES = (1, 2, 4, 8)
ENOUGH = 10  # false alarms from which their number is known to a third
GROWTH_QUANTILES = (0.5, 0.9, 0.99, inf)


@dataclass(frozen=True, slots=True, order=True)
class _Outcome:
    """How a setting does on the runs."""

    delay_s: float
    false_alarms: int
    detected: int
    incidents: int


def calibrate(
    runs: Sequence[CalibrationRun],
    aim: Aim = ONE_A_DAY,
    base: Parameters | None = None,
    sources: str = "",
) -> Parameters:
    """Parameters for corridors like those of `runs`, by the method above.

    `base` (the shipped parameters by default) gives what is chosen and not calibrated: memory, gates and release of
    the rules, the filter's start and noise. `sources` says what the runs are, for the provenance.
    Raises UserError without incident-free frames.
    """
    base = shipped_parameters() if base is None else base
    watched = [watch(run, base, free) for run, free in zip(runs, free_samples(runs, aim.recovery_s), strict=True)]
    days = section_days(watched)
    if not days > 0:
        raise UserError(f"calibration wants incident-free frames, got none in {len(runs)} recordings")
    base = replace(base, filter=replace(base.filter, dispersion=dispersion(watched, base.filter.dispersion)))
    known = any(each.run.incidents for each in watched)
    highest = peaks(watched)
    test, growth = base.test, np.zeros(0)
    counted: dict[MsprtParameters, float] = {}  # false alarms over s, at the last s that gave enough
    best: tuple[tuple[float, ...], float, Parameters, _Outcome] | None = None
    for rate in SYMPTOMS_PER_SECTION_DAY:
        rules = replace(base.symptoms, thresholds=thresholds(highest, days, rate))
        parameters = replace(base, symptoms=rules)
        told = tracks(watched, parameters)
        if rate == SYMPTOMS_PER_SECTION_DAY[0]:
            free = list(free_frames(watched, told))
            test = replace(base.test, free_probability=free_probability(free, base.test))
            growth = np.array([seen.queue_growth for _, seen in free])
        for candidate in _tests(test, growth) if known else (test,):
            outcome = _outcome(watched, told, candidate, aim)
            if outcome.false_alarms >= ENOUGH:
                counted[candidate] = outcome.false_alarms / rate
            expected = max(outcome.false_alarms, counted.get(candidate, 0.0) * rate)
            excess = max(0.0, expected - aim.false_per_corridor_day * corridor_days(watched))
            rank = (excess, outcome.delay_s, float(outcome.false_alarms)) if known else (excess, -rate)
            if best is None or rank < best[0]:
                best = rank, rate, replace(parameters, test=candidate), outcome
    assert best is not None  # the grid is not empty
    _, rate, chosen, outcome = best
    return replace(chosen, provenance=_provenance(watched, rate, outcome, aim, known, sources))


def _tests(base: MsprtParameters, growth: Array) -> list[MsprtParameters]:
    growths = sorted(
        {
            inf if isinf(q) or not len(growth) else readable(max(0.0, float(np.quantile(growth, q))))
            for q in GROWTH_QUANTILES
        }
    )
    return [
        replace(
            base,
            alpha=error,
            beta=error,
            a=readable(1.1 * log((1 - error) / error)),
            b=readable(1.1 * log((1 - error) / error)),
            longest_frames=longest,
            queue_growth=c,
        )
        for error, longest, c in product(ERRORS, LONGEST_FRAMES, growths)
    ]


def _alarm_starts(watched: list[Watched], tracks: list[Track], test: MsprtParameters) -> list[Flags]:
    """Per run, (T, N): frames at which a section's decisions turn to incident."""
    alarms = [np.zeros(each.free.shape, dtype=np.bool_) for each in watched]
    for track in tracks:
        standing, free = Standing(), test.free_probability_at(track.trial.flow_vphpl)
        for k, seen in enumerate(track.seen, start=track.first):
            standing = standing.after(seen, free, test)
            alarms[track.watched][k, track.trial.section] |= standing.incident
    for alarm in alarms:
        alarm[1:] &= ~alarm[:-1].copy()
    return alarms


def _outcome(watched: list[Watched], tracks: list[Track], test: MsprtParameters, aim: Aim) -> _Outcome:
    false_alarms, delays = 0, []
    for each, starts in zip(watched, _alarm_starts(watched, tracks, test), strict=True):
        false_alarms += int((starts & each.free).sum())
        for incident in each.run.incidents or ():
            section = each.run.corridor.section_at(incident.position_m)
            alarm_s = each.times_s[starts[:, section]]
            hits = alarm_s[(alarm_s > incident.onset_s) & (alarm_s <= incident.clearance_s + aim.grace_s)]
            delays.append(float(hits[0] - incident.onset_s) if len(hits) else inf)
    capped = [min(delay, aim.missed_s) for delay in delays]
    detected = sum(delay < inf for delay in delays)
    return _Outcome(float(np.mean(capped)) if capped else 0.0, false_alarms, detected, len(delays))


def _provenance(
    watched: list[Watched], rate: float, outcome: _Outcome, aim: Aim, known: bool, sources: str
) -> dict[str, str]:
    hours = corridor_days(watched) * 24.0
    per_day = f"{outcome.false_alarms * 24.0 / hours:.2f}"
    lines = {
        "method": "quantiles of incident-free peaks per rule, grid over symptom rate"
        + (", alpha, N and c: least mean delay" if known else ": most sensitive")
        + f" with at most {aim.false_per_corridor_day:g} false alarms per corridor-day (detectors/sheu/sheu_calibration.py)",
        "recordings": f"{len(watched)}, {sum(len(each.times_s) for each in watched)} frames, "
        f"{hours:.2f} incident-free corridor-hours",
        "incidents": f"{outcome.incidents} known" if known else "not known or none",
        "symptom_rate": f"{rate:g} per rule and section-day",
        "false_alarms": f"{outcome.false_alarms} on these recordings, {per_day} per corridor-day",
    }
    if known:
        lines["detected"] = (
            f"{outcome.detected} of {outcome.incidents} on these recordings, mean delay {outcome.delay_s:.1f} s "
            f"with {aim.missed_s:g} s for a missed one"
        )
    if sources:
        lines["sources"] = sources
    return lines
