"""A process that is killed while it writes: what it was told to be stored is there, and nothing by halves."""

import os
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from harness.service.store.sql_store import SqlStore
from tests.harness.service.store.made_events import frame

WRITER = """
import sys
from harness.service.store.sql_store import SqlStore
from tests.harness.service.store.made_events import changed, frame, opened
store, time_s = SqlStore(sys.argv[1]), 30.0
store.commit_frame("north", frame(time_s), [opened("i")], b"30")
while True:
    time_s += 30.0
    store.commit_frame("north", frame(time_s), [changed("i", time_s, queue_veh=time_s)], b"%d" % time_s)
    print(time_s, flush=True)
"""


def test_what_a_killed_writer_was_told_to_be_stored_is_there(store: SqlStore, url: str) -> None:
    root = Path(__file__).parents[4]
    line = [sys.executable, "-c", WRITER, url]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True, cwd=root) as writer:
        assert writer.stdout is not None
        told = [float(writer.stdout.readline()) for _ in range(5)]
        os.kill(writer.pid, signal.SIGKILL)
        told += [float(rest) for rest in writer.stdout.read().split()]
    with closing(SqlStore(url)) as again:
        times_s = [each.time_s for each in again.frames("north")]
        last_s = times_s[-1]
        assert last_s >= told[-1]
        assert times_s == [30.0 * number for number in range(1, len(times_s) + 1)]
        assert [each.number for each in again.events_after(0)] == list(range(1, len(times_s) + 1))
        checkpoint, incident = again.checkpoint("north"), again.incident("i")
        assert checkpoint is not None
        assert incident is not None
        assert (checkpoint.time_s, checkpoint.state) == (last_s, b"%d" % last_s)
        assert (incident.version, incident.queue_veh) == (len(times_s), last_s)
        again.commit_frame("north", frame(last_s + 30.0), [])
        assert again.last_frame_s("north") == last_s + 30.0
