"""An option that takes one value is refused where it is given twice: nothing is dropped in silence."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main
from typer.core import TyperGroup, TyperOption

from harness.cli import app, main

GOLDEN = Path(__file__).parents[2] / "golden" / "smoke-incident-2"


def single_options(group: object, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every command with each of its options that take one value."""
    assert isinstance(group, TyperGroup)
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from single_options(command, (*path, name))
            continue
        for option in command.params:
            if isinstance(option, TyperOption) and not option.is_flag and not option.multiple:
                yield (*path, name), option.opts[0]


SINGLE = list(single_options(typer.main.get_command(app)))


@pytest.mark.parametrize(("command", "option"), SINGLE, ids=[f"{' '.join(path)} {option}" for path, option in SINGLE])
def test_every_option_of_one_value_is_refused_twice(
    command: tuple[str, ...], option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command, option, "1", option, "2"])
    assert ended.value.code == 2
    told = re.sub(r" \(env var: '\w+'\)", "", " ".join(capsys.readouterr().err.split()))
    assert f"'{option}': given twice, and takes one value" in told


def test_every_command_has_options_that_are_tried_here() -> None:
    assert {("replay",), ("battery",), ("baseline", "save"), ("faults", "inject"), ("convert", "portland")} <= {
        path for path, _ in SINGLE
    }


def test_an_option_of_several_values_and_a_flag_may_be_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["battery", "nowhere", "--detector", "coin", "--detector", "silent", "--no-report", "--no-report"])
    assert "given twice" not in capsys.readouterr().err


def test_a_name_given_twice_is_refused_by_the_fault_commands_too(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LANEBLOCK_TRACEBACK", raising=False)
    common = ("--out", str(tmp_path / "out"), "--detector", "coin", "--detector", "coin")
    with pytest.raises(SystemExit):
        main(["faults", "robustness", str(GOLDEN), "--mask-faults", "iris", *common])
    assert capsys.readouterr().err == "laneblock: --detector coin is given twice\n"


TEXTS = [(path, option) for path, option in SINGLE if option in ("--out", "--recordings", "--json", "--faults")]


@pytest.mark.parametrize(("command", "option"), TEXTS, ids=[f"{' '.join(path)} {option}" for path, option in TEXTS])
def test_an_empty_path_is_refused_and_is_not_the_working_folder(
    command: tuple[str, ...], option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command, option, ""])
    assert ended.value.code == 2
    assert f"'{option}': wanted a value, got an empty text" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize("given", [("report", ""), ("merge", "", "--out", "o"), ("replay", "a", "--parameters", "")])
def test_an_empty_argument_or_list_option_is_refused(
    given: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(given)
    assert ended.value.code == 2
    assert "wanted a value, got an empty text" in " ".join(capsys.readouterr().err.split())
