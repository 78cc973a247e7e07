from pathlib import Path

import pytest

from harness.cli import main
from harness.service.feeding.http_target import HttpTarget
from harness.service.sources.push_receipt import PushReceipt
from tests.harness.service.feeding.taking_server import taking_server
from tests.harness.service.sources.played_recordings import made_recording


def told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main(["feed", *arguments])
    printed = capsys.readouterr()
    return int(ended.value.code or 0), printed.out + printed.err


def test_a_recording_is_fed_in_disorder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made_recording(tmp_path)
    with taking_server() as server:
        disorder = ["--shuffle-within", "60", "--duplicate", "1", "--seed", "3"]
        code, printed = told([str(tmp_path), "--to", server.address, "--corridor", "mine", *disorder], capsys)
    assert code == 0
    assert "30 readings: 30 accepted, 0 refused" in printed
    assert {batch.corridor for batch in server.taken} == {"mine"}


def test_an_interrupted_one_says_what_was_acknowledged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made_recording(tmp_path)
    taken: list[int] = []

    def send(target: HttpTarget, message: bytes, readings: int) -> PushReceipt:
        if len(taken) == 2:
            raise KeyboardInterrupt
        taken.append(readings)
        return PushReceipt(readings, ())

    monkeypatch.setattr(HttpTarget, "send", send)
    code, printed = told([str(tmp_path), "--to", "http://127.0.0.1:9"], capsys)
    assert code == 130
    assert "stopped; acknowledged so far: 2 messages, 6 readings: 6 accepted, 0 refused" in printed


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (
            ["--to", "ftp://host"],
            "laneblock: --to: wanted http://HOST[:PORT] or mqtt://HOST[:PORT]/TOPIC, got 'ftp://host'",
        ),
        (["--to", "http://h", "--pace", "x"], "laneblock: pace: wanted a number of data seconds per second over 0"),
        (["--to", "http://h", "--drop", "5"], "laneblock: drop: wanted a share, 0 to 1, got 5.0 (is it a percentage?)"),
        (
            ["--to", "mqtt://host"],
            "laneblock: wanted mqtt://HOST[:PORT]/TOPIC, got 'mqtt://host' (is the topic missing?)",
        ),
    ],
)
def test_wrong_use_is_told_in_a_line(
    options: list[str], line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made_recording(tmp_path)
    code, printed = told([str(tmp_path), *options], capsys)
    assert code == 2
    assert printed.startswith(line)
