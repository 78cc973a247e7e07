from pathlib import Path

import pytest

from harness.cli import main
from harness.service.web.access_tokens import Role, read_tokens


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["token", *arguments])
    return int(ended.value.code or 0)


def test_the_printed_token_is_the_one_whose_entry_was_added(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "tokens.toml"
    for name, role in (("control room", "operate"), ("loops", "feed")):
        assert run(name, "--role", role, "--file", str(file)) == 0
    first, second = capsys.readouterr().out.split()
    tokens = read_tokens(file)
    assert [person and person.name for person in map(tokens.person, (first, second))] == ["control room", "loops"]
    assert tokens.known[1].role is Role.FEED
    assert first not in file.read_text(encoding="utf-8")


def test_a_name_that_is_taken_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(tmp_path / "tokens.toml")
    run("loops", "--role", "feed", "--file", file)
    assert run("loops", "--role", "admin", "--file", file) == 2
    assert "wanted a name that no other token has" in capsys.readouterr().err


def test_without_a_file_the_entry_is_shown_beside_the_token(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("loops", "--role", "feed") == 0
    told = capsys.readouterr()
    assert "[[token]]" in told.err
    assert told.out.strip() not in told.err


def test_a_role_that_there_is_not_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("loops", "--role", "vew") == 2
    told = capsys.readouterr().err
    assert told == "laneblock: --role: wanted one of 'view', 'operate', 'feed', 'admin', got 'vew'\n"
