"""Commands killed at random instants, or on a full disk: is nothing finished lost, and do the same commands finish afterwards?

    python -m benchmarks.killed_commands [--seed N] [--count N] [--full N] [--command NAME] [--keep FOLDER]
    python -m benchmarks.killed_commands --seed 7 --count 50        wanted: no finding
    python -m benchmarks.killed_commands --seed 7 --count 0 --full 16       as root: on full disks only

In turn `battery`, `placement`, `faults robustness`, `detect`, `inject`, `routes`, `compare`, `baseline save`,
`accept`, `run` over an older run, `merge`, `calibrate`, `replay` and `report` are started on small inputs and get
SIGKILL, SIGTERM or SIGINT (the process or its group) at an instant drawn with the seed; then the same command runs
to its end. With `--full`, on a disk in memory that is full after some bytes. A finding is: a traceback; another
exit code than 130 after SIGINT, or than 3 on a full disk, with a message that names a file; a second command that
fails; results that differ from those of an uninterrupted command; finished runs or replays made again; an old run
lost; processes or unfinished files left behind. Findings are kept in FOLDER, with the command in `finding.txt`.
Exit code 1 where there are any. About 10 s a kill on two cores.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.robustness import full_disk
from tests.robustness.forked_command import CommandServer
from tests.robustness.good_inputs import make_good_inputs
from tests.robustness.interrupted_commands import BY_NAME, COMMANDS
from tests.robustness.killed_commands import Killing


def main() -> None:
    """Do the kills, print each and a summary."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.killed_commands", description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=50, help="kills")
    parser.add_argument("--full", type=int, default=0, help="trials on full disks; needs root")
    parser.add_argument("--command", choices=BY_NAME, action="append", help="only this command; may be repeated")
    parser.add_argument("--keep", type=Path, default=Path("results/killed-commands"), help="folder of findings")
    given = parser.parse_args()
    chosen = [BY_NAME[name] for name in given.command or ()] or list(COMMANDS)
    started, broken, interrupted = time.monotonic(), 0, 0
    with tempfile.TemporaryDirectory(prefix="laneblock-") as folder:
        good, disk = Path(folder) / "good", Path(folder) / "disk"
        good.mkdir()
        with CommandServer() as server:
            make_good_inputs(good, lambda *arguments: server.run(arguments, good, sumo=True).code)
        killing = Killing(good, Path(folder) / "work", given.keep.resolve())
        for kill in killing.trials(given.seed, range(given.count), chosen):
            interrupted += kill.code != 0
            broken += bool(kill.findings)
            _show(
                f"{kill.number + 1:3d} {kill.command}: {kill.way} after {kill.after_s:.2f} s", kill.code, kill.findings
            )
        if given.full and not full_disk.can_mount(disk):
            raise SystemExit("--full needs root, and the right to mount a disk in memory")
        writing = [command for command in full_disk.WRITING if command in chosen]
        for filled in full_disk.trials(killing, disk, given.seed, range(given.full if writing else 0), writing):
            broken += bool(filled.findings)
            _show(
                f"{filled.number + 1:3d} {filled.command}: full after {filled.room_kb} kB", filled.code, filled.findings
            )
    print(
        f"seed {given.seed}: {given.count} kills ({interrupted} before the command's end), {given.full} full disks in "
        f"{time.monotonic() - started:.0f} s: {broken} with findings"
    )
    if broken:
        print(f"Findings: {given.keep}")
        raise SystemExit(1)


def _show(what: str, code: int, findings: Sequence[str]) -> None:
    print(f"{what}: exit code {code}{', fine' if not findings else ''}", flush=True)
    for finding in findings:
        print(f"      {finding}", flush=True)


if __name__ == "__main__":
    main()
