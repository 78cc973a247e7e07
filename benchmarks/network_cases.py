"""Cases of users' own SUMO networks: does the installed laneblock do with each what is right?

    python -m benchmarks.network_cases FOLDER [--only 10 115] [--out cases.json]
    python -m benchmarks.network_cases FOLDER --against cases.json       what has changed since

FOLDER holds a folder for each case: the input, and an `expected.toml` with its `command` (which begins with `laneblock` and writes
to `results`) and what is `right`, in words. No case is shipped. Each is copied to a scratch folder, its command run there, one
after the other. Prints exit code, last line, and of each run truth, arrivals by lane, stations, counts, notes
and alarms, then what is right: to be read by a person. With `--against` only what differs from an earlier file is printed, and
the exit code is 1 where anything does.
"""

import argparse
import json
import shlex
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.network_case_result import result_lines

LONGEST_S = 600.0
"""Time that a command may take [s]. Chosen: twenty times what the longest run of these short cases takes."""
Lines = dict[str, str]


def cases_in(folder: Path, only: Sequence[str] = ()) -> list[Path]:
    """Return the folders of cases, in the order of their numbers; `only` are beginnings of names up to an underscore.

    Raises SystemExit where there are none.
    """
    found = [path.parent for path in folder.glob("*/expected.toml")]
    found = [case for case in found if not only or case.name.partition("_")[0] in only or case.name in only]
    if not found:
        raise SystemExit(
            f"{folder}: wanted folders of cases, each with an expected.toml; found none{' of these' if only else ''}"
        )
    return sorted(found, key=lambda case: (case.name.partition("_")[0].zfill(6), case.name))


def outcome(case: Path, scratch: Path) -> Lines:
    """Return what a case's command does in a copy of its folder, by label."""
    command = shlex.split(tomllib.loads((case / "expected.toml").read_text(encoding="utf-8"))["command"])
    if command[0] != "laneblock":
        raise SystemExit(f"{case / 'expected.toml'}: wanted a command that begins with laneblock, got {command[0]!r}")
    copy = scratch / case.name
    shutil.copytree(case, copy, copy_function=shutil.copyfile)
    for path in (copy, *copy.rglob("*/")):
        path.chmod(0o755)
    program = shutil.which("laneblock", path=str(Path(sys.executable).parent)) or "laneblock"
    try:
        ended = subprocess.run(
            [program, *command[1:]], cwd=copy, capture_output=True, text=True, timeout=LONGEST_S, check=False
        )
    except subprocess.TimeoutExpired:
        return {"exit code": f"none within {LONGEST_S:.0f} s"}
    said = [line for line in (ended.stdout + ended.stderr).splitlines() if line.strip()]
    last = said[-1].replace(str(copy), "CASE") if said else ""
    return {"exit code": str(ended.returncode), "last line": last} | result_lines(copy / "results")


def differences(now: Mapping[str, str], before: Mapping[str, str]) -> list[str]:
    """Return what differs, a label at a time.

    >>> differences({"exit code": "0", "new": "a"}, {"exit code": "2"})
    ['exit code: was 2', 'exit code: now 0', 'new: now a']
    """
    told = []
    for label in [*before, *(label for label in now if label not in before)]:
        if now.get(label) != before.get(label):
            told += [
                f"{label}: {when} {side[label]}" for when, side in (("was", before), ("now", now)) if label in side
            ]
    return told


def main() -> None:
    """Play the cases and print what they do."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.network_cases", description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="folder of cases")
    parser.add_argument("--only", nargs="+", default=[], metavar="NUMBER", help="cases by number or name")
    parser.add_argument("--out", type=Path, help="JSON file for the outcomes, written after every case")
    parser.add_argument("--against", type=Path, help="JSON file of an earlier sweep: print what has changed")
    given = parser.parse_args()
    earlier = json.loads(given.against.read_text(encoding="utf-8")) if given.against else None
    outcomes: dict[str, Lines] = {}
    changed = 0
    for case in cases_in(given.folder, given.only):
        with tempfile.TemporaryDirectory(prefix="laneblock-") as scratch:
            outcomes[case.name] = outcome(case, Path(scratch).resolve())
        if given.out:
            given.out.write_text(json.dumps(outcomes, indent=1), encoding="utf-8")
        if earlier is None:
            lines = [f"{label}: {line}" for label, line in outcomes[case.name].items()]
            lines.append(f"right: {tomllib.loads((case / 'expected.toml').read_text(encoding='utf-8'))['right']}")
        else:
            lines = differences(outcomes[case.name], earlier.get(case.name, {}))
            changed += bool(lines)
        print(case.name, *(f"    {line}" for line in lines or ["as before"]), sep="\n", flush=True)
    if earlier is not None:
        print(f"{changed} of {len(outcomes)} cases differ")
        raise SystemExit(1 if changed else 0)


if __name__ == "__main__":
    main()
