"""Scores of a member on the runs that an ensemble is calibrated on, as honest as a new recording's would be.

    settings (.toml), or a file that is given    one replay of every run
    a trained model (.json) without a file       trained anew: for each fold on the other runs, whose model scores the runs of the
                                                 fold; then on all runs, for the ensemble's file

A model scores the runs it was trained on too well, and weights learned from such scores would trust it too much. The few
settings of other detectors fit their runs hardly better than new ones; a file that is given is taken to come from other
recordings. Cost: a replay of all runs, and of a trained member FOLDS + 1 calibrations.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from detectors.calibration.incident_free import CalibrationRun
from detectors.calibration.out_of_fold import out_of_fold
from detectors.catalogue_entry import Entry
from detectors.detector import Detector
from detectors.ensemble.member_source import MEMBER_AIM, MemberSource
from scenarios.corridor import Corridor
from scenarios.errors import MissingExtraError, UserError, at
from simulator.frame import Array

SETTINGS_SUFFIX = ".toml"
"""Files of a few settings; a detector whose file has another suffix is trained."""


@dataclass(frozen=True, slots=True, eq=False)
class ScoredMember:
    """A member's scores (T, N) on each run; `file` and `fingerprint` of its parameters, as the ensemble's file holds them."""

    name: str
    scores: Sequence[Array]
    file: str | None
    fingerprint: str


def scored_member(
    name: str, file: Path | None, runs: Sequence[CalibrationRun], source: MemberSource, sources: str
) -> ScoredMember:
    """Return a member's scores, with the parameters in `file`, or without one with those that ship or that are trained.

    `sources` goes into the provenance of what is trained. Raises UserError with the member's name, for example where the runs are
    too few to train it.
    """
    try:
        entry = source.entry(name)
        if file is None and entry.calibrate is not None and entry.suffix != SETTINGS_SUFFIX:
            return _trained(entry, runs, source, sources)
        text = None if file is None else _text(file)
        scores = [_scores(lambda corridor: source.build(name, corridor, file, MEMBER_AIM), run) for run in runs]
        return ScoredMember(name, scores, text, source.fingerprint(name, file, MEMBER_AIM))
    except UserError as error:
        raise at(f"member {name!r}", error) from error


def _trained(entry: Entry, runs: Sequence[CalibrationRun], source: MemberSource, sources: str) -> ScoredMember:
    with TemporaryDirectory(prefix="laneblock-member-") as folder:

        def train(numbers: Sequence[int], fold: object) -> Path:
            path = Path(folder) / f"{fold}{entry.suffix}"
            assert entry.calibrate is not None
            try:
                entry.calibrate([runs[number] for number in numbers], path, sources, MEMBER_AIM)
            except MissingExtraError:
                raise
            except UserError as error:
                where = f"trained on {len(numbers)} of {len(runs)} recordings"
                raise UserError(f"{error} ({where}; to take a file of it as it is: {entry.name}=FILE)") from error
            return path

        def score(path: Path, number: int) -> Array:
            return _scores(lambda corridor: source.build(entry.name, corridor, path, MEMBER_AIM), runs[number])

        scores = out_of_fold(len(runs), train, score)
        path = train(range(len(runs)), "all")
        text, fingerprint = _text(path), source.fingerprint(entry.name, path, MEMBER_AIM)
    ships = _ships(entry) and fingerprint == source.fingerprint(entry.name, None, MEMBER_AIM)
    return ScoredMember(entry.name, scores, None if ships else text, fingerprint)


def _ships(entry: Entry) -> bool:
    return entry.shipped is not None and entry.shipped(MEMBER_AIM).is_file()


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise UserError(f"{file}: wanted a parameter file of text, which the ensemble's file can hold") from None


def _scores(build: Callable[[Corridor], Detector], run: CalibrationRun) -> Array:
    detector = build(run.corridor)
    return np.array([detector.step(frame).score for frame in run.frames]).reshape(-1, run.corridor.sections)
