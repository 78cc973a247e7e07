import gc
import sys

from harness.service.site.shared_interpreter import SWITCH_S, shared_interpreter


def test_threads_take_turns_quickly_and_what_is_loaded_is_not_looked_through_until_the_end() -> None:
    before_s, frozen = sys.getswitchinterval(), gc.get_freeze_count()
    with shared_interpreter() as loaded:
        assert sys.getswitchinterval() == SWITCH_S
        loaded()
        assert gc.get_freeze_count() > frozen
    assert (sys.getswitchinterval(), gc.get_freeze_count()) == (before_s, 0)
