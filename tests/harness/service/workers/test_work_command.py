"""What `laneblock work` and `laneblock serve --workers` refuse, in one line."""

from pathlib import Path

import pytest

from harness.cli import main
from scenarios.errors import USER_ERROR
from tests.harness.service.workers.worker_processes import made_recordings, write_site


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The line with which the command refuses."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == USER_ERROR
    return capsys.readouterr().err


@pytest.mark.parametrize("words", [("work", "--redis"), ("serve", "--workers")])
def test_a_store_in_a_file_is_refused(folder: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, str]) -> None:
    made_recordings(folder)
    site = write_site(folder, "live.db")
    told = refused(capsys, words[0], str(site), words[1], "redis://127.0.0.1:6379/0")
    assert "workers share a database: wanted database = " in told


@pytest.mark.parametrize("words", [("work", "--redis"), ("serve", "--workers")])
def test_what_is_no_url_of_redis_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, str]
) -> None:
    made_recordings(folder)
    site = write_site(folder, "postgresql://127.0.0.1:1/nothing")
    assert "Redis: wanted redis://HOST:6379/0" in refused(capsys, words[0], str(site), words[1], "10.0.0.7:6379")


def test_a_drill_has_no_workers(capsys: pytest.CaptureFixture[str]) -> None:
    assert "--workers: wanted the file that workers run with too" in refused(
        capsys, "serve", "--workers", "redis://h/0"
    )
