"""The choice of a user: what is done with a reading of a loop and a period that have one already."""

from enum import StrEnum


class Keep(StrEnum):
    """Which of several readings is taken, in the order of the files and their rows; or that there must be one."""

    FIRST = "first"
    LAST = "last"
    REFUSE = "refuse"
