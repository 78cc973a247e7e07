"""The top of the command line: help that lists the commands by task, Ctrl-C, and old names that still work."""

from typing import Any

from typer.core import TyperGroup

from harness.commands.console import resumable, say
from harness.commands.old_names import with_new_name

TASKS = {
    "Run and score": ("battery", "run", "adopt", "merge", "report"),
    "Recordings": ("replay", "convert", "explore", "plant", "realism"),
    "Compare and regressions": ("compare", "anomalies", "baseline"),
    "Live service": ("serve", "work", "watch", "feed", "token", "drill", "store", "notify"),
    "Faulty loops": ("faults",),
    "Placement of loops": ("placement",),
    "Detectors": ("calibrate", "check"),
    "Set-up": ("doctor", "list"),
}
"""Every command, by what a user wants to do, in the order of --help."""


class TaskGroups(TyperGroup):
    """The group of all commands, `laneblock` itself."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the commands task by task, a line each."""
        widest = max(len(name) for names in TASKS.values() for name in names)
        for task, names in TASKS.items():
            with formatter.section(task):
                rows = [(name.ljust(widest), self.commands[name].get_short_help_str()) for name in names]
                formatter.write_dl(rows)

    def invoke(self, ctx: Any) -> Any:
        """Do the command; one that does not say itself what Ctrl-C leaves ends in a line and with exit code 130, too."""
        with resumable("what was not finished begins anew", "To begin"):
            return super().invoke(ctx)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command; an old name leads to the new one, with a notice."""
        renamed, notice = with_new_name(args)
        if notice:
            say(notice)
        return super().resolve_command(ctx, renamed)
