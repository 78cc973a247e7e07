"""A command that refuses an option given twice where it takes one value, and any value that is an empty text.

Of a wrong value it says in one line what was wanted and what came, as every other mistake is told.
"""

import re
from typing import Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperOption

from scenarios.errors import UserError

_TOLD = (
    (re.compile(r"Input should be greater than or equal to (\S+)"), r"wanted at least \1"),
    (re.compile(r"Input should be less than or equal to (\S+)"), r"wanted at most \1"),
    (re.compile(r"Input should be a valid integer.*"), "wanted a whole number"),
    (re.compile(r"Input should be a valid number.*"), "wanted a number"),
    (re.compile(r"(?:Value error, )?.* is not one of (.*?)\.?"), r"wanted one of \1"),
)
"""What the parser says of a value, and what is told."""


class SingleValueCommand(TyperCommand):
    """A command that refuses `--out a --out b`, instead of silently dropping one, and `--out ""`, which would be this folder."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse as any command does; an option that takes one value must be given once, and no value is empty."""
        values, _, given = self.make_parser(ctx).parse_args(args=list(args))
        for parameter in (one for one in given if isinstance(one, TyperOption | TyperArgument)):
            value = values.get(parameter.name)
            if value == "" or (isinstance(value, list | tuple) and "" in value):
                message = "wanted a value, got an empty text (is a variable of the shell not set?)"
                raise typer.BadParameter(message, ctx=ctx, param=parameter)
        single = [one for one in given if isinstance(one, TyperOption) and not one.multiple and not one.is_flag]
        for option in single:
            if single.count(option) > 1:
                raise typer.BadParameter("given twice, and takes one value", ctx=ctx, param=option)
        try:
            return super().parse_args(ctx, args)
        except typer.BadParameter as error:
            told = _wrong_value(error, values)
            if told is None:
                raise
            raise UserError(told) from None


def _wrong_value(error: typer.BadParameter, values: dict[str, Any]) -> str | None:
    """Return what is told of a wrong value of an option; None for what is told as it is."""
    parameter = error.param
    if not isinstance(parameter, TyperOption):
        return None
    for said, told in _TOLD:
        if match := said.fullmatch(error.message):
            value = values.get(parameter.name)
            got = ", ".join(map(str, value)) if isinstance(value, list | tuple) else value
            return f"{parameter.opts[0]}: {match.expand(told)}, got {got!r:.60}"
    return None
