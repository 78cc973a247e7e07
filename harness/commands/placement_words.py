"""`laneblock placement`, whose first word may name another command: `recordings`."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from harness.commands.first_word_command import FirstWordCommand, command_of
from harness.commands.placement_recordings_command import placement_recordings

RECORDINGS = "recordings"


@cache
def _recordings_command() -> Any:
    return command_of(RECORDINGS, placement_recordings)


class PlacementCommand(FirstWordCommand):
    """The study of a battery's dense recordings; `placement recordings ...` is the command of that name."""

    @property
    def named(self) -> Mapping[str, Any]:
        """The commands that a first word names."""
        return {RECORDINGS: _recordings_command()}
