"""Commands in forked processes end as they would on their own, and within their limits."""

import sys
from pathlib import Path

import pytest

from tests.robustness.command_server import NO_SUMO
from tests.robustness.forked_command import CommandServer


def test_a_command_gives_its_exit_code_and_what_it_printed(server: CommandServer, tmp_path: Path) -> None:
    ended = server.run(["list", "batteries"], tmp_path)
    assert (ended.code, ended.err, ended.stopped_by) == (0, "", "")
    assert "sr91-smoke" in ended.out


def test_wrong_use_is_exit_code_2(server: CommandServer, tmp_path: Path) -> None:
    assert server.run(["report", "nowhere"], tmp_path).code == 2


def test_no_simulation_starts_where_it_is_not_asked_for(server: CommandServer, tmp_path: Path) -> None:
    ended = server.run(["run", "sr91-free", "--detector", "silent", "--out", "out"], tmp_path)
    assert ended.accepted
    assert NO_SUMO in ended.err


@pytest.mark.sumo
def test_a_command_is_ended_at_its_limit(server: CommandServer, tmp_path: Path) -> None:
    ended = server.run(["run", "sr91-free", "--out", "out"], tmp_path, sumo=True, limit_s=0.2)
    assert ended.stopped_by == "time"
    assert ended.wall_s < 10


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read in /proc")
def test_a_command_is_ended_at_its_memory(server: CommandServer, tmp_path: Path) -> None:
    ended = server.run(["check", "coin"], tmp_path, limit_mb=1.0)
    assert ended.stopped_by == "memory"
