"""What was done to an input of a command."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Damaged:
    """What was done to a file. `field` is the path of the value changed, or ""; `impossible`: no command may take the file."""

    what: str
    field: str = ""
    impossible: bool = False
