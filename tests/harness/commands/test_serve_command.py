"""`laneblock serve` and `watch` as processes: what they print, how they end."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from harness.cli import main
from harness.commands import serve_extra
from harness.service.store.sql_store import SqlStore

GOLDEN = Path(__file__).parents[2] / "golden" / "smoke-incident-2"
LANEBLOCK = (sys.executable, "-P", "-c", "import laneblock; laneblock.main()")
DEADLINE_S = 120


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A service of a recording, with a quick detector."""
    path = tmp_path / "site.toml"
    path.write_text(
        f'[web]\nport = 0\n[[corridor]]\nname = "sr91"\ndetectors = ["california7"]\n'
        f'[[source]]\nkind = "recording"\nfolder = "{GOLDEN}"\npace = 100000\n',
        encoding="utf-8",
    )
    return path


@contextmanager
def started(*arguments: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [*LANEBLOCK, *arguments],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def line_with(process: subprocess.Popen[str], words: str) -> str:
    """The first line of standard output that holds the words."""
    assert process.stdout is not None
    for line in process.stdout:
        if words in line:
            return line
    assert process.stderr is not None
    raise AssertionError(f"no line with {words!r}: {process.stderr.read()}")


def address(process: subprocess.Popen[str]) -> str:
    found = re.search(r"http://127\.0\.0\.1:\d+", line_with(process, "Page:"))
    assert found is not None
    return found[0]


def test_a_site_is_served_and_ends_cleanly_with_nothing_lost(site: Path) -> None:
    with started("serve", str(site), folder=site.parent) as service:
        address(service)
        service.send_signal(signal.SIGTERM)
        _, told = service.communicate(timeout=DEADLINE_S)
    assert service.returncode == 0, told
    assert told.splitlines()[-1] == "ended; nothing is lost"
    store = SqlStore(str(site.parent / "laneblock.db"))
    last_s, kept = store.last_frame_s("sr91"), store.checkpoint("sr91")
    store.close()
    assert last_s == (None if kept is None else kept.time_s)


def test_watch_tells_each_event_in_a_line(site: Path) -> None:
    site.write_text(site.read_text().replace("california7", "sequential").replace("100000", "150"))
    with started("serve", str(site), folder=site.parent) as service:
        page = address(service)
        with started("watch", page, folder=site.parent) as watching:
            line = line_with(watching, "lanes blocked")
    assert re.match(r"00:1\d:[03]0  sr91  (opened|changed)  ", line)


def test_a_port_that_is_taken_is_told_in_one_line(site: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        site.write_text(site.read_text().replace("port = 0", f"port = {port}"))
        done = subprocess.run(
            [*LANEBLOCK, "serve", str(site)], capture_output=True, text=True, timeout=DEADLINE_S, check=False
        )
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"laneblock: host 127.0.0.1, port {port}: cannot be listened on")


def test_check_says_every_mistake_with_its_line(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site.write_text(site.read_text().replace("100000", "-1").replace("port = 0", "prot = 0"))
    with pytest.raises(SystemExit) as ended:
        main(["serve", "--check", str(site)])
    assert ended.value.code == 2
    assert capsys.readouterr().out.splitlines() == [
        f"{site}:2: web.prot: unknown key; did you mean 'port'?",
        f"{site}:9: source[0].pace: wanted greater than 0, got -1",
    ]


def test_check_says_that_nothing_is_wrong(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["serve", "--check", str(site)])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"{site}: 1 corridors, 1 sources; nothing is wrong\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["serve", "--check"], "--check: wanted the file to check"),
        (["serve", "SITE", "--pace", "3"], "--pace is of a drill"),
        (["serve", "no.toml"], "no such file: no.toml"),
        (["serve", "--scenario", "sr91-dril"], "did you mean 'sr91-drill'?"),
        (["serve", "--pace", "-1"], "pace: wanted a number of data seconds per second over 0, got -1"),
        (["serve", "--resume", "--out", "OUT"], "--resume: there is no drill in"),
        (["watch", "no.toml"], "wanted a service's TOML file or its address"),
    ],
)
def test_a_slip_is_told_in_one_line(
    arguments: list[str], message: str, site: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(site.parent)
    replaced = [
        str(site) if each == "SITE" else str(site.parent / "out") if each == "OUT" else each for each in arguments
    ]
    with pytest.raises(SystemExit) as ended:
        main(replaced)
    assert ended.value.code == 2
    assert message in capsys.readouterr().err


def test_watching_no_service_is_told_as_the_machine_s_failure(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(SystemExit) as ended:
        main(["watch", f"http://127.0.0.1:{port}"])
    assert ended.value.code == 3
    assert "no service answers" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["serve", "watch"])
def test_without_the_extra_the_commands_name_it(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(serve_extra, "find_spec", lambda name: None if name == "fastapi" else object())
    with pytest.raises(SystemExit) as ended:
        main([command])
    assert ended.value.code == 2
    assert f'{command} needs fastapi: pip install "laneblock[serve]"' in capsys.readouterr().err
