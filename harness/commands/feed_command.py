"""The command `laneblock feed`: a recording played into a running service."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from harness.commands.console import INTERRUPTED, say
from scenarios.errors import UserError

if TYPE_CHECKING:
    from harness.service.feeding.feed_target import FeedTarget


def feed(
    recording: Annotated[Path, typer.Argument(metavar="RECORDING", help="A recording's folder.")],
    to: Annotated[str, typer.Option(metavar="ADDRESS", help="http://HOST[:PORT] or mqtt://HOST[:PORT]/TOPIC.")],
    pace: Annotated[str, typer.Option(metavar="N|max", help="Data seconds per second.")] = "max",
    corridor: Annotated[
        str, typer.Option(metavar="NAME", help="The corridor's name in the service. [default: the recording's]")
    ] = "",
    offset: Annotated[float, typer.Option(metavar="S", help="Seconds added to all times.")] = 0.0,
    shuffle_within: Annotated[
        float, typer.Option(metavar="S", help="Readings arrive up to S seconds of data time late, in any order.")
    ] = 0.0,
    duplicate: Annotated[
        float, typer.Option(metavar="SHARE", help="Share of readings that are sent twice, 0 to 1.")
    ] = 0.0,
    drop: Annotated[float, typer.Option(metavar="SHARE", help="Share of readings that are never sent, 0 to 1.")] = 0.0,
    seed: Annotated[int, typer.Option(metavar="N", help="Seed of the disorder.")] = 1,
    token: Annotated[
        str,
        typer.Option(
            metavar="TOKEN",
            envvar="LANEBLOCK_TOKEN",
            help="A token with the role feed or admin, where the service wants one.",
        ),
    ] = "",
    resume: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Note in FILE how far the service has taken the recording, and go on from there."
        ),
    ] = None,
    give_up_after: Annotated[
        float, typer.Option(metavar="S", help="End when the service has taken nothing for S seconds.")
    ] = 300.0,
) -> None:
    """Play a recording into a running service, as its loops would: over HTTP or MQTT, in order or in disorder.

    A message that the service does not take, because it is down, starting or overloaded, is sent again after longer and longer
    waits. The same seed gives the same disorder. MQTT with a password: mqtt://USER:PASSWORD@HOST/TOPIC.

    \b
    Examples:
      laneblock feed results/sr91/runs/incident-01 --to http://127.0.0.1:8000 --pace 20
      laneblock feed monday --to mqtt://127.0.0.1/laneblock/readings --corridor a4
      laneblock feed monday --to http://127.0.0.1:8000 --shuffle-within 60 --duplicate 0.1 --drop 0.01 --seed 7
    """
    from harness.service.feeding.disorder import Disorder
    from harness.service.feeding.feed_recording import FeedCounts
    from harness.service.feeding.feed_recording import feed as feed_all
    from harness.service.sources.pace import AS_FAST_AS_POSSIBLE, read_pace
    from harness.service.sources.recording_source import RecordingSource

    disorder = Disorder(shuffle_within, duplicate, drop, seed)
    chosen_pace = read_pace(pace)
    source = RecordingSource(recording, AS_FAST_AS_POSSIBLE, corridor, offset)
    target = _target(to, token)
    counts = FeedCounts()
    try:
        feed_all(source, target, disorder, chosen_pace, give_up_after, resume, say, counts)
    except KeyboardInterrupt:
        go_on = f" (kept in {resume}: the same command goes on from there)" if resume else ""
        say(f"stopped; acknowledged so far: {counts.text}{go_on}")
        raise typer.Exit(INTERRUPTED) from None
    finally:
        target.close()
    print(counts.text)


def _target(address: str, token: str) -> "FeedTarget":
    scheme = address.partition("://")[0]
    if scheme in ("http", "https"):
        from harness.service.feeding.http_target import HttpTarget

        return HttpTarget(address, token)
    if scheme in ("mqtt", "mqtts"):
        from harness.service.feeding.mqtt_target import MqttTarget

        return MqttTarget(address)
    raise UserError(f"--to: wanted http://HOST[:PORT] or mqtt://HOST[:PORT]/TOPIC, got {address[:80]!r}")
