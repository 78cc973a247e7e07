"""The command `laneblock token`: a new token for the live service."""

from pathlib import Path
from typing import Annotated

import typer

from harness.commands.console import say
from harness.service.web.access_tokens import Role, new_token, read_tokens, token_entry
from scenarios.errors import UserError


def token(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Who uses it; timelines show this name.", show_default=False)
    ],
    role: Annotated[
        Role,
        typer.Option(
            "--role",
            help="What it allows: view: see; operate: see and change incidents; feed: push readings; admin: all.",
        ),
    ],
    file: Annotated[
        Path | None, typer.Option("--file", metavar="FILE", help="File of tokens that its entry is added to.")
    ] = None,
) -> None:
    """Make a token for the live service, and print it once.

    FILE holds a salted hash, so the token cannot be read from it. Name FILE in the site's file, as `tokens` in [web]; the service
    reads it when it starts. Without --file the entry is printed, to be copied.

    \b
    Examples:
      laneblock token "control room" --role operate --file tokens.toml
      laneblock token loops --role feed
    """
    secret, kept = new_token(name, role)
    entry = token_entry(kept)
    if file is None:
        say(f"Entry for the file of tokens:\n{entry}")
    else:
        known = read_tokens(file).known if file.exists() else ()
        if name in {each.name for each in known}:
            raise UserError(f"{file}: wanted a name that no other token has, got {name!r} (take its entry out first)")
        with file.open("a", encoding="utf-8") as target:
            target.write(("\n" if known else "") + entry)
        say(f"Added to {file}. This is the token; it is not kept anywhere else:")
    print(secret)
