"""Workers of a live service killed at random instants: how soon is each replaced, and is the table of events the same?

    python -m benchmarks.worker_kills [N] [--seed S] [--front M]
    python -m benchmarks.worker_kills 10              wanted: each replaced within 10 s, nothing lost, nothing twice, no difference
    python -m benchmarks.worker_kills 10 --front 3    the front end is killed too, at M more instants

`laneblock serve SITE --workers` plays five corridors from recordings, three `laneblock work` decide on them, over the PostgreSQL
and the Redis of this machine (a database and a prefix of its own). At instants drawn with the seed one of the workers is killed
with SIGKILL; printed is the time until all its corridors have another holder, and until the first frame of each is committed by
it. Then a new worker is started in its place. At the end events (key, corridor, time, kind, incident, actor, note, data) and frames
are compared with those of a service that decides in one process and is not killed. Exit code 1 where anything differs, or a
replacement took longer than 10 s.
"""

import argparse
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from harness.service.site.service_file import read_service_file
from harness.service.store.sql_store import SqlStore
from simulator.recording.recording_folder import Recording, read_recording, write_recording
from tests.harness.service.store.database_servers import postgresql_database, postgresql_url
from tests.harness.service.workers.redis_servers import redis_url
from tests.harness.service.workers.worker_processes import (
    CORRIDORS,
    GOLDEN,
    ROOT,
    Workers,
    embedded,
    events_of,
    frames_of,
    holders,
    wait_until,
    write_site,
)

NAMES = ("a", "b", "c")
BETWEEN_S = 12.0
"""Mean time between two kills, s: longer than a replacement takes, so that at most one is dead."""
PATIENCE_S = 600.0
SERVE = (sys.executable, "-P", "-c", "import laneblock; laneblock.main()", "serve")


class Front:
    """The front end's process."""

    def __init__(self, site: Path, redis: str) -> None:
        self._line, self._log = [*SERVE, str(site), "--workers", redis], site.parent / "front.log"
        self._process = self._started()

    def kill(self) -> None:
        """Kill it and start it again."""
        self._process.kill()
        self._process.wait()
        self._process = self._started()

    def end(self) -> int:
        """Tell it to end; return its exit code."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(60)

    def _started(self) -> "subprocess.Popen[bytes]":
        with self._log.open("ab") as log:
            return subprocess.Popen(self._line, stdout=log, stderr=log, cwd=ROOT)


def main() -> None:
    """Run both services, print each kill and what differs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.worker_kills", description=__doc__.splitlines()[0])
    parser.add_argument("kills", type=int, nargs="?", default=10, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--front", type=int, default=0, metavar="M")
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="laneblock-workers-")))
        url = stack.enter_context(postgresql_url(stack.enter_context(postgresql_database())))
        redis = stack.enter_context(redis_url())
        raise SystemExit(_compared(folder, url, redis, given))


def _compared(folder: Path, url: str, redis: str, given: argparse.Namespace) -> int:
    rng, length_s = random.Random(given.seed), 1.5 * BETWEEN_S * (given.kills + given.front) + 30.0
    last_s = _write_recordings(folder, pace := 60.0, length_s)
    site = write_site(folder, url, "sequential")
    described, mistakes = read_service_file(site)
    assert described is not None, mistakes
    expected_events, expected_frames = embedded(folder, described.corridors, PATIENCE_S)
    sources = "".join(f'[[source]]\nkind = "recording"\nfolder = "{name}"\npace = {pace}\n' for name in CORRIDORS)
    site.write_text(f"{site.read_text(encoding='utf-8')}{sources}", encoding="utf-8")
    store, workers = SqlStore(url), Workers(site, redis)
    try:
        for name in NAMES:
            workers.start(name)
        wait_until(lambda: sorted(map(list(holders(store).values()).count, NAMES)) == [1, 2, 2], "workers", PATIENCE_S)
        front, began_s = Front(site, redis), time.monotonic()
        wait_until(lambda: all(store.last_frame_s(name) for name in CORRIDORS), "frames", PATIENCE_S)
        took: list[float] = []
        kinds = ["worker"] * given.kills + ["front"] * given.front
        rng.shuffle(kinds)
        for number, kind in enumerate(kinds, start=1):
            time.sleep(rng.uniform(0.0, 2 * BETWEEN_S - 10.0))
            if kind == "front":
                front.kill()
                print(f"{number:3d} the front end is killed", flush=True)
                continue
            done_s = _killed(store, workers, rng.choice(sorted(workers.processes)), number)
            took += [] if done_s is None else [done_s]
            workers.start(f"n{number}")
        wait_until(lambda: all(store.last_frame_s(name) == last_s for name in CORRIDORS), "the end", PATIENCE_S)
        played_s, code = time.monotonic() - began_s, front.end()
        events, frames = events_of(store), frames_of(store)
    finally:
        workers.kill_all()
        store.close()
    keys = [event.key for found in events.values() for event in found]
    wanted = {event.key for found in expected_events.values() for event in found}
    differ = sum(events[name] != expected_events[name] for name in CORRIDORS)
    frames_differ = sum(frames[name] != expected_frames[name] for name in CORRIDORS)
    print(
        f"{given.kills} kills of workers, {given.front} of the front end, seed {given.seed}: {len(keys)} events, "
        f"{sum(map(len, frames.values()))} frames, played in {played_s:.0f} s; {len(wanted - set(keys))} events lost, "
        f"{len(keys) - len(set(keys))} twice, {differ} corridors whose events differ, {frames_differ} whose frames differ"
    )
    if took:
        print(f"replaced after {min(took):.1f} to {max(took):.1f} s, mean {sum(took) / len(took):.1f} s")
    return int(bool(differ or frames_differ or code or (took and max(took) > 10.0)))


def _killed(store: SqlStore, workers: Workers, name: str, number: int) -> float | None:
    """Kill a worker; return the time until all its corridors have another holder that has committed a frame.

    None for one that held none.
    """
    held = [corridor for corridor, worker in holders(store).items() if worker == name]
    process = workers.processes.pop(name)
    process.kill()
    process.wait()
    before = {corridor: store.last_frame_s(corridor) for corridor in held}
    began_s = time.monotonic()
    taken_s = wait_until(lambda: all(holders(store).get(each, name) != name for each in held), "holders", PATIENCE_S)
    wait_until(lambda: all(store.last_frame_s(each) != before[each] for each in held), "frames", PATIENCE_S)
    done_s = time.monotonic() - began_s
    print(
        f"{number:3d} worker {name} with {', '.join(held) or 'nothing'}: taken over after {taken_s:.1f} s, first frames after "
        f"{done_s:.1f} s",
        flush=True,
    )
    return done_s if held else None


def _write_recordings(folder: Path, pace: float, length_s: float) -> float:
    """Write a recording for each corridor, the golden one again and again; return the end of their last frame."""
    golden = read_recording(GOLDEN)
    frames = tuple(golden.frames)
    period_s = golden.corridor.period_s
    count = round(length_s * pace / period_s)
    for k, name in enumerate(CORRIDORS):
        again = tuple(
            replace(frames[(number + 3 * k) % len(frames)], time_s=period_s * (number + 1)) for number in range(count)
        )
        write_recording(folder / name, Recording(replace(golden.corridor, name=name), again, None))
    return period_s * count


if __name__ == "__main__":
    main()
