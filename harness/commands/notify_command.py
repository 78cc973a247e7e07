"""The commands `laneblock notify`: the channels and pushes of a service's file, tried."""

from itertools import chain
from pathlib import Path
from typing import Annotated

import typer

from harness.commands.serve_command import read_site
from harness.commands.serve_extra import need_serve
from harness.commands.single_value_command import SingleValueCommand
from scenarios.errors import UserError

notify = typer.Typer(no_args_is_help=True)


@notify.callback()
def notified() -> None:
    """How the live service tells people of incidents.

    \b
    Which one?
      test   Send a marked test through every channel and push.

    \b
    Examples:
      laneblock notify test site.toml
    """


def test(site: Annotated[Path, typer.Argument(metavar="SITE", help="A service's TOML file.")]) -> None:
    """Send a test through every channel of SITE, to everybody who has an address for it; each is marked as a test.

    A receiver of pushes gets an exercise called a test, and at once its end. Nothing is written to the store.

    Exit code 0 where all were delivered, 1 where one was not.

    \b
    Examples:
      laneblock notify test site.toml
    """
    need_serve("notify")
    described = read_site(site)
    channels = None if described.response is None or not described.response.channels else described.response
    if channels is None and not described.pushes:
        raise UserError(f"{site}: wanted a [[channel]] or a [[push]] to try, got none")
    from harness.service.pushing.push_follower import Pushed
    from harness.service.pushing.push_trial import try_pushes
    from harness.service.response.channel_trial import try_channels

    roads = {setup.corridor.name: setup.corridor for setup in described.corridors}
    failed = False
    for tried in chain(
        () if channels is None else try_channels(channels),
        try_pushes(Pushed(described.pushes, described.web.feeds, roads)),
    ):
        failed = failed or bool(tried.error)
        print(f"{tried.channel}  {tried.receiver}  {tried.error or 'delivered'}", flush=True)
    if failed:
        raise typer.Exit(1)


notify.command(cls=SingleValueCommand, short_help="Send a marked test through every channel and push.")(test)
