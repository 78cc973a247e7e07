"""Values that no file should hold, written into the place of good ones, and which of them are impossible there.

*Impossible* is a value that no reader may take for the one it stands for: not a number, infinite, beyond 1e300, of
another type, or negative where the field's name says that it cannot be. Such a file must be refused. Other values here may be
right or wrong; of them a command need only make no mess.
"""

import random
import re
from dataclasses import dataclass

NOT_NUMBERS = ("nan", "inf", "-inf", "1e308", "-1e308", "1e400")
HUGE_WHOLE = "1" + "0" * 400
EXTREME = ("-1", "0", "1e-300", "2147483648", "9223372036854775808", "-0.0", "0.5", "1e9", "-1e9")
TEXTS = (
    "",
    "x" * 100_000,
    "=cmd|' /C calc'!A0",
    "../../x",
    "/etc/passwd",
    "a\tb",
    "a\nb",
    "\x1b[31mred",
    "\u202egnp",
    "a,b",
    '"',
    "CON",
    "<script>alert(1)</script>",
    "{number}",
    "nan",
    " ",
)
OTHER_TYPES = ("true", "null", "[]", "{}", "[1, 2]", '"1"')
NEVER_NEGATIVE = re.compile(
    r"(?:^|(?<!from)(?<!to)[._])(?:lanes?|section|count|occupancy|speed_mps|seeds?|share|place|period_s|duration_s|end_s|warm_up_s|"
    r"persistence_s|memory_s|memory_frames|settle_frames|draws|stations|money|price|dead_share|every_m|apart_m|record_m|"
    r"feeder_m|run_out_m|loop_length_m|speed_limit_mps|demand_vphpl|ramp_s|level_vph|features|depth|roots|queries_per_hour|"
    r"train_days|test_days|points|restarts|closest|length_m|limit_mps|trips_per_day|collisions|teleports|index|of|"
    r"variance|width|step_s|dispersion|longest_frames|scale|frames|incidents|false_alarms|grace_s|persistence|factor|planned|departed|arrived|on_road|waiting|rounding)$"
)
"""Ends of the paths of fields that cannot be negative; a lane that vehicles change from or to is -1 where it is no through lane."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """A text in place of a value, as the file's language writes it; `impossible`: it must be refused where it is read."""

    text: str
    impossible: bool


def number_instead(choose: random.Random, path: str, nan: str = "nan", infinite: str = "inf") -> Replacement:
    """Return a number, or what should be one, for the numeric field at `path`."""
    text = choose.choice((*NOT_NUMBERS, HUGE_WHOLE, *EXTREME))
    impossible = text in NOT_NUMBERS or text == HUGE_WHOLE
    if text.startswith("-") and float(text) < 0 and NEVER_NEGATIVE.search(path):
        impossible = True
    return Replacement(text.replace("nan", nan).replace("inf", infinite), impossible)


def text_instead(choose: random.Random) -> str:
    """Return a text that is awkward somewhere: for a shell, a spreadsheet, a page, a path."""
    return choose.choice(TEXTS)
