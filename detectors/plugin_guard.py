"""A detector of another package behind a guard: its errors become `PluginError`, which names it and its package.

UserError and MachineError pass while it is built: a package may raise them as laneblock's own detectors do, for example for a
parameter file that makes no sense. SystemExit is the detector's error too, and a KeyboardInterrupt that is not Ctrl-C.
"""

import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from detectors.catalogue_entry import Entry
from detectors.detector import Decision, Detector, Estimate, Estimator
from detectors.explained_detector import Reasons
from detectors.plugin_notes import may_be_ctrl_c, note, noted
from detectors.plugin_offers import described
from detectors.site_memory import Memory, memory_of, recall_part
from scenarios.corridor import Corridor
from scenarios.errors import MachineError, PluginError, UserError, in_one_line
from simulator.frame import Array, LoopFrame


@contextmanager
def blaming(
    name: str, package: str, passing: tuple[type[Exception], ...] = (UserError, MachineError)
) -> Iterator[None]:
    """Raise what goes wrong in the block as a PluginError that names the detector and its package; `passing` errors pass."""
    try:
        yield
    except PluginError:
        raise
    except passing:
        raise
    except BaseException as error:
        if may_be_ctrl_c(error):
            raise
        raise PluginError(f"{described(name, package)} failed: {in_one_line(error)}") from error


def build_guarded(entry: Entry, package: str, corridor: Corridor, parameters: Path | None, aim: float) -> Detector:
    """Return the detector of an entry behind the guard. Raises PluginError, and UserError where the entry does."""
    with noted(described(entry.name, package)), blaming(entry.name, package):
        made = entry.build(corridor, parameters, aim)
    guard = _GuardedEstimator if isinstance(made, Estimator) else _Guarded
    return guard(made, entry.name, package, corridor.sections)


class _Guarded:
    def __init__(self, detector: Detector, name: str, package: str, sections: int) -> None:
        self._detector, self._name, self._package, self._sections = detector, name, package, sections
        weakref.finalize(self, note(described(name, package)))  # a detector lives for one stream of frames

    def step(self, frame: LoopFrame) -> Decision:
        """Return the detector's decision. Raises PluginError where it fails, or where it is no decision on this frame."""
        with blaming(self._name, self._package, (MachineError,)):  # the frame is checked, so no one used it wrongly
            decision = self._detector.step(frame)
            if not isinstance(decision, Decision):
                raise TypeError(f"step(frame) returned {decision!r:.60}, wanted a detectors.detector.Decision")
            if decision.score.shape != (self._sections,) or decision.time_s != frame.time_s:
                raise ValueError(
                    f"wanted a decision about {self._sections} sections at {frame.time_s} s, got one about "
                    f"{decision.score.shape[0]} at {decision.time_s} s"
                )
        return decision

    @property
    def evidence(self) -> object:
        """The detector's evidence after the last frame, its reasons behind the guard; None from one without."""
        with blaming(self._name, self._package):
            evidence: object = getattr(self._detector, "evidence", None)
        return _GuardedReasons(evidence, self._name, self._package) if isinstance(evidence, Reasons) else evidence

    def memory(self) -> dict[str, Array]:
        """Return what the detector has learned of its site. Raises PluginError where it fails, or where that is no arrays."""
        with blaming(self._name, self._package, (MachineError,)):
            memory = memory_of(self._detector)
            for key, values in memory.items():
                if not (isinstance(key, str) and isinstance(values, np.ndarray) and values.dtype == np.float64):
                    raise TypeError(f"memory() holds {key!r:.60} as {values!r:.60}, wanted arrays of float64 by name")
        return memory

    def recall(self, memory: Memory) -> None:
        """Let the detector begin with `memory`. Raises PluginError where it fails."""
        with blaming(self._name, self._package, (MachineError,)):
            recall_part(self._detector, memory)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._detector, name)


class _GuardedReasons:
    def __init__(self, reasons: Reasons, name: str, package: str) -> None:
        self._reasons, self._name, self._package = reasons, name, package

    def text(self, section: int) -> str:
        """Return the detector's reason. Raises PluginError where it fails, or where it is no text."""
        with blaming(self._name, self._package):
            text: object = self._reasons.text(section)
            if not isinstance(text, str):
                raise TypeError(f"evidence.text({section}) returned {text!r:.60}, wanted a text")
        return text


class _GuardedEstimator(_Guarded):
    _detector: Any

    @property
    def estimate(self) -> Estimate:
        """The detector's estimate after the last frame. Raises PluginError where it fails."""
        with blaming(self._name, self._package):
            estimate: Estimate = self._detector.estimate
        return estimate
