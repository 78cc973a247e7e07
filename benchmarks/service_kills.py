"""The live service killed at random instants of a drill: does its table of events equal that of a service that was not?

    python -m benchmarks.service_kills [N] [--seed S] [--mode recording|push|sumo] [--scenario NAME | --recording FOLDER] [--pace P]
    python -m benchmarks.service_kills 50                    wanted: equal tables, 0 incidents lost, 0 twice
    python -m benchmarks.service_kills 50 --mode push        readings pushed over HTTP, again where no answer came
    python -m benchmarks.service_kills 50 --mode sumo --response    and no change of a person or notification lost or twice

`laneblock serve` runs with one corridor on a SQLite file, and is killed with SIGKILL at N instants drawn with the seed, some of
them while it starts, each time at once started again; then it runs to the end of the data. Mode `recording` plays a recording
of the scenario, which SUMO makes first, or the one given; `push` has a feeder that pushes its frames; `sumo` plays the scenario
itself (by default a small one, `kills_drill.toml`), which is simulated again from its beginning after each kill.

Compared are events (key, corridor, time, kind, incident, actor, note, data) and incidents, all but wall times, and stored
frames. Events of silence on the wall's clock are left out and counted.

With `--response` an operator changes incidents through the API, timers escalate those that nobody takes in time, and two gateways
on this machine are told of everything: of all calls they refuse 20 %, leave 5 % without an answer, and take 5 % but answer late.
Then events of the service alone are compared, incidents by `laneblock store check`; the operator's changes with what the
operator knows; timers and notifications with what the table of events asks for. Exit code 1 where anything differs.
"""

import argparse
import os
import random
import shutil
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks.killed_service import KilledService, free_port
from benchmarks.kills_operator import Ledger, operator_at_work
from benchmarks.kills_site import SECRET, copied, pushed, recorded, response_tables, write_site
from benchmarks.kills_tables import Tables, differences, read_tables, wrong_notices
from scenarios.corridor import Corridor
from simulator.frame import LoopFrame
from tests.harness.service.response.gateway_server import Gateway, serving

DRILL = Path(__file__).with_name("kills_drill.toml")
FAILS, HANGS, LATE = 0.2, 0.05, 0.05
"""Shares of the gateways' calls that are refused, never answered, and taken without an answer: 30 % fail."""


@dataclass(frozen=True, slots=True)
class Played:
    """What a service that was run to its end left behind."""

    tables: Tables
    ledger: Ledger
    gateways: dict[str, Gateway]


def main() -> None:
    """Run both services, print each kill and what differs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.service_kills", description=__doc__.splitlines()[0])
    parser.add_argument("kills", type=int, nargs="?", default=50, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mode", choices=("recording", "push", "sumo"), default="recording")
    parser.add_argument("--scenario", help="a scenario's name or file [default: sr91-drill; sumo: kills_drill.toml]")
    parser.add_argument("--recording", type=Path)
    parser.add_argument("--pace", type=float, default=60.0)
    parser.add_argument("--response", action="store_true")
    given = parser.parse_args()
    given.scenario = given.scenario or (str(DRILL) if given.mode == "sumo" else "sr91-drill")
    os.environ[SECRET] = "secret of a benchmark"
    folder = Path(tempfile.mkdtemp(prefix="laneblock-kills-"))
    try:
        raise SystemExit(_compare(folder, given))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _compare(folder: Path, given: argparse.Namespace) -> int:
    if given.recording is None:
        corridor, frames = recorded(given.scenario, folder)
    else:
        corridor, frames = copied(given.recording, folder)
    started = time.monotonic()
    whole = _play(folder / "whole", 0, corridor, frames, given).tables
    played = _play(folder / "killed", given.kills, corridor, frames, given)
    killed = played.tables
    differ = differences(whole, killed)
    twice = sum(count - 1 for count in Counter(each.event.key for each in killed.stored).values())
    lost = set(whole.incidents) - set(killed.incidents)
    print(
        f"{given.mode}, {Path(given.recording or given.scenario).name}, {len(frames)} frames, {given.kills} kills, "
        f"seed {given.seed}"
    )
    print(
        f"{len(killed.events)} events, {len(killed.incidents)} incidents, {len(killed.frames)} frames stored; {killed.left_out} "
        f"events of silence left out\n{len(lost)} incidents lost, {twice} events twice, {len(differ)} differences; "
        f"{time.monotonic() - started:.0f} s"
    )
    if given.response:
        differ += _told_of_response(played)
    for line in differ[:20]:
        print(f"    {line}")
    return int(bool(differ))


def _play(
    where: Path, kills: int, corridor: Corridor, frames: tuple[LoopFrame, ...], given: argparse.Namespace
) -> Played:
    """Run one service to the end of the data."""
    where.mkdir()
    port, recording = free_port(), where.parent / "recording"
    source = {
        "recording": f'[[source]]\nkind = "recording"\nfolder = "{recording}"\npace = {given.pace}\n',
        "sumo": f'[[source]]\nkind = "sumo"\nscenario = "{given.scenario}"\npace = {given.pace}\n',
        "push": f'[[corridor]]\nfolder = "{recording}"\nexercise = true\n',
    }[given.mode]
    with ExitStack() as stack:
        ledger, gateways, channels = Ledger(), {}, ""
        if given.response:
            gateways = {name: stack.enter_context(serving(Gateway(FAILS, HANGS, LATE))) for name in ("gateway", "hook")}
            channels = response_tables(*(gateway.address for gateway in gateways.values()))
        write_site(where, source, port, channels)
        service = KilledService(where, port, frames[-1].time_s, corridor.name)
        if given.response:
            ledger = stack.enter_context(operator_at_work(service.address, corridor.name))
        if given.mode == "push":
            stack.enter_context(pushed(corridor, frames, port))
        service.run(random.Random(given.seed), kills, len(frames) * corridor.period_s / given.pace)
    return Played(read_tables(where / "laneblock.db", corridor.name, given.response), ledger, gateways)


def _told_of_response(played: Played) -> list[str]:
    """Print how changes and notifications fared; return what is wrong."""
    tables, ledger = played.tables, played.ledger
    lost, twice = ledger.wrong(tables.changes)
    print(
        f"{len(ledger.done)} changes by the operator, {ledger.repeated} calls repeated: {lost} lost, {twice} twice; "
        f"{len(ledger.refused)} that the incident's state no longer allowed"
    )
    wrong = [f"changes: {lost} lost, {twice} twice"] if lost or twice else []
    told, wrong_told = wrong_notices(tables, played.gateways)
    print("\n".join(told))
    return wrong + wrong_told


if __name__ == "__main__":
    main()
