"""The time limit of a run, and of another package's detector on a recording."""

from scenarios.errors import UserError

TIME_LIMIT_S = 1800.0
"""Time that a run may take, and another package's detector on a recording. Chosen: ten times what the longest of ours take."""
LONGEST_TIME_LIMIT_S = 7 * 86400.0
"""Longest time limit. Chosen: a week; a longer one is a slip."""


def check_time_limit(time_limit_s: float) -> None:
    """Refuse a time limit that is none. Raises UserError.

    >>> check_time_limit(float("nan"))
    Traceback (most recent call last):
    scenarios.errors.UserError: --time-limit takes a positive number of seconds, a week (604800) at most, got nan
    """
    if not 0 < time_limit_s <= LONGEST_TIME_LIMIT_S:
        raise UserError(
            f"--time-limit takes a positive number of seconds, a week ({LONGEST_TIME_LIMIT_S:g}) at most, "
            f"got {time_limit_s:g}"
        )
