"""`laneblock placement`, whose first word may name another command: `recordings`."""

from collections.abc import Callable, Mapping
from typing import ClassVar

from harness.commands.first_word_command import FirstWordCommand
from harness.commands.placement_recordings_command import placement_recordings

RECORDINGS = "recordings"


class PlacementCommand(FirstWordCommand):
    """The study of a battery's dense recordings; `placement recordings ...` is the command of that name."""

    others: ClassVar[Mapping[str, Callable[..., None]]] = {RECORDINGS: placement_recordings}
