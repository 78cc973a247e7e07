"""`laneblock compare`, whose first word may name another command: `real-roads`."""

from collections.abc import Callable, Mapping
from typing import ClassVar

from harness.commands.first_word_command import FirstWordCommand
from harness.commands.real_roads_command import real_roads

REAL_ROADS = "real-roads"


class CompareCommand(FirstWordCommand):
    """The comparison on a battery's runs; `compare real-roads ...` is the command of that name."""

    others: ClassVar[Mapping[str, Callable[..., None]]] = {REAL_ROADS: real_roads}
