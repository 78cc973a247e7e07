"""A kind of file that a command reads, as the tables of them list it."""

from dataclasses import dataclass

Arguments = tuple[str, ...]

RECORDS_ARE_FREE_TO_HOLD = (
    r"(^|\.)(versions|provenance|platform|system|machine|command|status|sources|description|made_with)"
)
"""Fields of records that say where they come from; no command computes with them."""

READ_OF_OWN_FILES = r"^(pos|length|index|fromLane|toLane|depart|speed)$"
"""Attributes of SUMO's files that laneblock or SUMO computes with; SUMO judges all others."""
NOTHING = "^$"
"""Pattern of the fields of a file that is written anew, or else not needed."""


@dataclass(frozen=True, slots=True)
class InputKind:
    """A kind of file. Names are those of `good_inputs`.

    `files`, one of which is damaged, of the format `form`; `needs`: further files and folders that the `commands` read, of which
    one is drawn. `reads`: a pattern of the fields that the commands need (all where it is empty), `ignores` of those that they
    do not; `may_be_absent`: the commands may do without the file. `sumo`: they simulate, for a few seconds.
    """

    name: str
    files: tuple[str, ...]
    form: str
    commands: tuple[Arguments, ...]
    needs: tuple[str, ...] = ()
    reads: str = ""
    ignores: str = RECORDS_ARE_FREE_TO_HOLD
    may_be_absent: bool = False
    sumo: bool = False


SILENT = ("--detector", "silent", "--out", "out", "--jobs", "1")
"""Options of commands that need a detector, and no particular one."""
