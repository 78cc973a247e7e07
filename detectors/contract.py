"""The promises of every detector: facts that can be tried on any of them.

Used by the tests of the project's own detectors, by `laneblock check` and, if you like, by the tests of your own package:

    @pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.name)
    def test_my_detector_keeps(promise):
        promise.keep(MyDetector)

A broken promise raises `BrokenPromiseError`, with a message for the author of the detector.
"""

from collections.abc import Callable
from dataclasses import dataclass

from detectors import contract_checks as checks
from detectors.contract_checks import BrokenPromiseError, Make
from detectors.memory_check import begins_with_its_memory
from detectors.plugin_notes import may_be_ctrl_c
from scenarios.errors import in_one_line


@dataclass(frozen=True, slots=True)
class Promise:
    """A fact about every detector: `name` is the fact, `check` raises `BrokenPromiseError` where it does not hold."""

    name: str
    check: Callable[[Make], None]

    def keep(self, make: Make) -> None:
        """Run the check. Raises BrokenPromiseError, also where the detector raises another error."""
        try:
            self.check(make)
        except BrokenPromiseError:
            raise
        except BaseException as error:  # whatever the detector does wrong
            if may_be_ctrl_c(error):
                raise
            raise BrokenPromiseError(f"it raises {in_one_line(error)}") from error


PROMISES = (
    Promise("every decision is about every section of its frame", checks.decides_about_every_section),
    Promise("the same frames give the same decisions", checks.repeats_decisions),
    Promise("no decision depends on a later frame", checks.ignores_later_frames),
    Promise("a decision stays as it was returned", checks.leaves_decisions),
    Promise("two detectors share nothing", checks.shares_nothing),
    Promise("a detector that says why says it in words, and decides the same when asked", checks.explains_in_words),
    Promise("what it remembers of a site, a new one begins with", begins_with_its_memory),
    Promise("a frame is left as it was", checks.leaves_frames),
    Promise("where nothing is known, there is no alarm", checks.is_silent_without_data),
    Promise("missing frames, missing loops and unequal lanes are handled", checks.handles_gaps),
    Promise("nonsense counts are handled", checks.handles_nonsense),
    Promise("corridors of other shapes are handled", checks.handles_other_corridors),
    Promise("a frame of another shape is refused", checks.refuses_other_shapes),
    Promise("frames out of order are refused", checks.refuses_wrong_order),
    Promise("a frame is decided on in time", checks.decides_in_time),
)
