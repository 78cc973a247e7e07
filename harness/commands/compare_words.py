"""`laneblock compare`, whose first word may name another command: `real-roads`."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from harness.commands.first_word_command import FirstWordCommand, command_of
from harness.commands.real_roads_command import real_roads

REAL_ROADS = "real-roads"


@cache
def _real_roads_command() -> Any:
    return command_of(REAL_ROADS, real_roads)


class CompareCommand(FirstWordCommand):
    """The comparison on a battery's runs; `compare real-roads ...` is the command of that name."""

    @property
    def named(self) -> Mapping[str, Any]:
        """The commands that a first word names."""
        return {REAL_ROADS: _real_roads_command()}
