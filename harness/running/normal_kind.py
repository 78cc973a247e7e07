"""The kinds of a site's normal, as options name them; on its own, because the command line is ready sooner without numpy."""

from enum import StrEnum


class NormalKind(StrEnum):
    """By hour of the day, of the week, as the recordings allow (`auto`), or none."""

    AUTO = "auto"
    DAY = "day"
    WEEK = "week"
    NONE = "none"
