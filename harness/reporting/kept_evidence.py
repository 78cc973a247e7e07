"""The evidence by part that a replay keeps for its page, as frames pass: of each section with an alarm, around its raise.

    steps of decisions -> EvidenceLog -> KeptEvidence -> runs/NAME/evidence-DETECTOR.npz

A page needs neither a second replay nor the recording. Parts are asked for in those frames alone: most detectors compute them then.
"""

from collections import deque
from dataclasses import dataclass
from math import nan
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detectors.explained_detector import by_part
from harness.records.decisions import Step
from harness.records.kept_arrays import read_kept, write_kept
from harness.reporting.evidence_rows import EvidenceRow, EvidenceTerms, path_of, row_of, terms_of
from harness.reporting.figures.evidence_path import EvidencePath
from harness.reporting.traffic_sketch import BESIDE_S
from simulator.frame import Array, Flags

MOST_ROWS = 20_000
"""Frames and sections kept of one recording at most. Chosen: 250 alarms of 30-s frames, some MB."""
KEY = "evidence of a replay, 1"
"""Version of the file: another one is not read."""


@dataclass(frozen=True, slots=True, eq=False)
class KeptEvidence:
    """R rows: their sections and ends [s] (R,), score (R,), parts (R, P), a chart's lines (R, 5) and thresholds (R,)."""

    terms: EvidenceTerms
    section: NDArray[np.int64]
    times_s: Array
    score: Array
    parts: Array
    lines: Array
    threshold: Array

    def of(self, section: int, from_s: float, to_s: float) -> EvidencePath | None:
        """Return the evidence of a section in the frames that end after `from_s`, until `to_s`; None where none was kept."""
        at = np.flatnonzero((self.section == section) & (self.times_s > from_s) & (self.times_s <= to_s))
        if not at.size:
            return None
        columns = (self.times_s, self.score, self.parts, self.lines)
        rows = [EvidenceRow(*(column[row] for column in columns)) for row in at]
        return path_of(rows, self.terms, section, float(self.threshold[at[-1]]))


class EvidenceLog:
    """Keeps the evidence of one detector on one recording near its alarms."""

    def __init__(self, sections: int, period_s: float) -> None:
        self._passing: deque[Step] = deque(maxlen=int(BESIDE_S / period_s) + 1)
        self._on: Flags = np.zeros(sections, dtype=np.bool_)
        self._until_s, self._last_s = np.full(sections, -np.inf), np.full(sections, -np.inf)
        self._terms: EvidenceTerms | None = None
        self._rows: list[tuple[int, float, EvidenceRow]] = []

    def add(self, step: Step) -> None:
        """Add one step; one without reasons by part leaves nothing."""
        if by_part(step.reasons) is None:
            return
        time_s = step.decision.time_s
        self._passing.append(step)
        raised = step.decision.alarm & ~self._on
        self._on = step.decision.alarm
        if raised.any() and len(self._rows) < MOST_ROWS:
            self._until_s[raised] = time_s + BESIDE_S
        for section in np.flatnonzero(self._until_s >= time_s).tolist():
            from_s = max(time_s - BESIDE_S, float(self._last_s[section]))
            for each in self._passing if raised[section] else (step,):
                if each.decision.time_s > from_s:
                    self._keep(each, section)
            self._last_s[section] = time_s

    def _keep(self, step: Step, section: int) -> None:
        reasons = by_part(step.reasons)
        if reasons is None:
            return
        self._terms = self._terms or terms_of(reasons)
        row = row_of(step.decision.time_s, float(step.decision.score[section]), reasons, section)
        stated = getattr(reasons, "threshold", nan)
        self._rows.append((section, float(np.broadcast_to(stated, len(self._on))[section]), row))

    def kept(self) -> KeptEvidence | None:
        """Return what was kept so far; None without any."""
        if self._terms is None:
            return None
        sections, thresholds, rows = zip(*self._rows, strict=True)
        times_s, score, parts, lines = (np.array(column) for column in zip(*rows, strict=True))
        return KeptEvidence(self._terms, np.array(sections), times_s, score, parts, lines, np.array(thresholds))


def write_evidence(path: Path, kept: KeptEvidence) -> None:
    """Write the evidence, complete or not at all."""
    halves = {name: getattr(kept, name).astype(np.float32) for name in ("score", "parts", "lines", "threshold")}
    terms = {**kept.terms._asdict(), "names": list(kept.terms.names)}
    write_kept(path, KEY, {**halves, **terms, "section": kept.section, "times_s": kept.times_s})


def read_evidence(path: Path) -> KeptEvidence | None:
    """Return the evidence; None where the file is missing, broken or of another version."""
    found = read_kept(path, KEY)
    if found is None:
        return None
    terms = EvidenceTerms(
        tuple(map(str, found["names"].tolist())),
        str(found["unit"]),
        str(found["limit"]),
        bool(found["logarithmic"]),
    )
    values = (found[name].astype(np.float64) for name in ("times_s", "score", "parts", "lines", "threshold"))
    return KeptEvidence(terms, found["section"], *values)
