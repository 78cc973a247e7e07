"""Calibration of `sheu2004` on recordings, with or without known incidents, as an engineer would on own data.

Method (the provenance of the result names it):

1. *Incident-free sample.* That of every calibration (`detectors.calibration.incident_free`). Where incidents are not known
   every frame counts as free, and the few that are not are among the quantiles below.
2. *Noise.* `dispersion` is the variance of a lane's (downstream - upstream count) per frame, by successive differences,
   over the mean count. The counts of one frame are not of the same vehicles, and most of the innovation's variance is that.
3. *Thresholds.* For a rate s of symptoms per rule and section-day, each rule's threshold is the value that s of its
   incident-free peaks exceed, by an exponential tail (`sheu_calibration_sample.rule_thresholds`). s moves all thresholds.
4. *P(Z = 1 | H0).* The filter's mean sum_j p_ij on incident-free frames with symptoms, at the largest s, by flow class.
5. *Choice.* Over a grid of s, alpha = beta, N and c, with a, b a tenth above their bounds: the smallest mean delay over
   known incidents (at most `Aim.missed_s`, which a missed one costs) among settings with at most `false_per_corridor_day`
   false alarms; if none has so few, among those with the fewest. Without known incidents: the largest s that keeps within
   the false alarms, with alpha, N and c as they are in `base`.

A section is under alarm while its decision is "incident"; `detectors.calibration.outcome` defines detections and false alarms.
Here a corridor-day is a day of the recordings' own road, whatever its number of sections.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from math import inf, isinf, log

import numpy as np

from detectors.calibration.aims import Aim
from detectors.calibration.incident_free import CalibrationRun, calibration_sample
from detectors.calibration.outcome import Outcome, Scoring, outcome_of
from detectors.calibration.rates_seen import RateSeen, rates_text
from detectors.sheu.msprt import Standing
from detectors.sheu.sheu_calibration_sample import (
    FEWEST_PEAKS,
    Track,
    Watched,
    dispersion,
    free_frames,
    free_probability,
    readable,
    road_days,
    rule_peaks,
    rule_thresholds,
    section_days,
    tracks_of,
    watch,
)
from detectors.sheu.sheu_parameter_file import shipped_parameters
from detectors.sheu.sheu_parameters import MsprtParameters, Parameters
from scenarios.errors import UserError
from simulator.frame import Array, Flags

SYMPTOMS_PER_SECTION_DAY = (64.0, 16.0, 4.0, 2.0, 1.0, 0.5, 0.25, 0.12, 0.06, 0.03, 0.015, 0.007, 0.003)
"""s: rates tried. Chosen: from many more symptoms than incidents to 1 in a year of a section; steps of 2 to 4."""
ONE_A_DAY = Aim()
ERRORS = (0.01, 0.05, 0.2)
"""alpha = beta: error probabilities tried. Chosen; smaller ones only add frames to a test."""
LONGEST_FRAMES = (1, 2, 4, 8)
"""N: longest tests tried, in frames. Chosen: 8 frames are 4 minutes, more than a controller would wait."""
GROWTH_QUANTILES = (0.5, 0.9, 0.99, inf)
"""Quantiles of the queue's growth in incident-free frames that are tried as c; inf switches the queue rule off. Chosen."""
BOUND_FACTOR = 1.1
"""a and b over their least values (Eqs. 26, 27). Chosen: the paper only requires "above"."""
KNOWN_FALSE_ALARMS = 10
"""False alarms from which their number per symptom is taken as known, for lower rates too. Chosen: known to a third."""


def calibrate(
    runs: Sequence[CalibrationRun],
    aim: Aim = ONE_A_DAY,
    base: Parameters | None = None,
    sources: str = "",
    scoring: Scoring = outcome_of,
) -> Parameters:
    """Return parameters for corridors like those of `runs`, by the method above.

    `base` (the shipped parameters by default) gives what is chosen and not calibrated: memory, gates and release of
    the rules, the filter's start and noise. `sources` describes the runs, for the provenance.
    Raises UserError without incident-free frames.
    """
    base = shipped_parameters() if base is None else base
    sample = calibration_sample(runs, aim.recovery_s)
    watched = [watch(run, base, free) for run, free in zip(runs, sample.free, strict=True)]
    base = replace(base, filter=replace(base.filter, dispersion=dispersion(watched, base.filter.dispersion)))
    known = any(run.incidents for run in runs)
    peaks, days = rule_peaks(watched), section_days(watched)
    if max(map(len, peaks)) < FEWEST_PEAKS:
        raise UserError(
            f"sheu2004 needs {FEWEST_PEAKS} peaks of a symptom in incident-free time at least, got {max(map(len, peaks))}: "
            "no rule would have a threshold (do all lanes report counts?)"
        )
    allowed = aim.false_per_corridor_day * road_days(watched)
    test, growth = base.test, np.zeros(0)
    per_symptom: dict[MsprtParameters, float] = {}  # false alarms over s, at the last s that gave enough of them
    best: tuple[tuple[float, ...], float, Parameters, Outcome] | None = None
    for rate in SYMPTOMS_PER_SECTION_DAY:
        rules = replace(base.symptoms, thresholds=rule_thresholds(peaks, days, rate))
        parameters = replace(base, symptoms=rules)
        tracks = tracks_of(watched, parameters)
        if rate == SYMPTOMS_PER_SECTION_DAY[0]:
            free = list(free_frames(watched, tracks))
            test = replace(base.test, free_probability=free_probability(free, base.test))
            growth = np.array([observation.queue_growth for _, observation in free])
        for candidate in _tests(test, growth) if known else (test,):
            found = scoring(sample, _alarms(watched, tracks, candidate), aim)
            if found.false_alarms >= KNOWN_FALSE_ALARMS:
                per_symptom[candidate] = found.false_alarms / rate
            expected = max(found.false_alarms, per_symptom.get(candidate, 0.0) * rate)
            excess = max(0.0, expected - allowed)
            rank = (excess, found.delay_s, float(found.false_alarms)) if known else (excess, -rate)
            if best is None or rank < best[0]:
                best = rank, rate, replace(parameters, test=candidate), found
    assert best is not None  # the grid is not empty
    _, rate, chosen, found = best
    return replace(chosen, provenance=_provenance(watched, rate, found, aim, known, sources))


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
            a=readable(BOUND_FACTOR * log((1 - error) / error)),
            b=readable(BOUND_FACTOR * log((1 - error) / error)),
            longest_frames=longest,
            queue_growth=c,
        )
        for error, longest, c in product(ERRORS, LONGEST_FRAMES, growths)
    ]


def _alarms(watched: list[Watched], tracks: list[Track], test: MsprtParameters) -> list[Flags]:
    """Per run, (T, N): frames in which a section's decision is "incident"."""
    alarms = [np.zeros(each.free.shape, dtype=np.bool_) for each in watched]
    for track in tracks:
        standing, free = Standing(), test.free_probability_at(track.trial.flow_vphpl)
        for k, observation in enumerate(track.observations, start=track.first):
            standing = standing.after(observation, free, test)
            alarms[track.watched][k, track.trial.section] |= standing.incident
    return alarms


def _provenance(
    watched: list[Watched], rate: float, found: Outcome, aim: Aim, known: bool, sources: str
) -> dict[str, str]:
    hours = road_days(watched) * 24.0
    per_day = f"{found.false_alarms * 24.0 / hours:.2f}"
    lines = {
        "method": "quantiles of incident-free peaks per rule, grid over symptom rate"
        + (", alpha, N and c: least mean delay" if known else ": most sensitive")
        + f" with at most {aim.false_per_corridor_day:g} false alarms per corridor-day (detectors/sheu/sheu_calibration.py)",
        "recordings": f"{len(watched)}, {sum(len(each.free) for each in watched)} frames, "
        f"{hours:.2f} incident-free corridor-hours",
        "incidents": f"{found.incidents} known" if known else "not known or none",
        "symptom_rate": f"{rate:g} per rule and section-day",
        "false_alarms": f"{found.false_alarms} on these recordings, {per_day} per corridor-day",
        **rates_text([RateSeen(aim.false_per_corridor_day, found.false_alarms, hours / 24.0, "road-day")]),
    }
    if known:
        lines["detected"] = found.detections("on these recordings", aim)
    if sources:
        lines["sources"] = sources
    return lines
