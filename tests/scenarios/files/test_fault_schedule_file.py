"""Faults in TOML: schedules, and rates that schedules are drawn from."""

from importlib.resources import files
from pathlib import Path

import pytest

from scenarios.corridor import Corridor, Station
from scenarios.fault import KINDS
from scenarios.files.fault_schedule_file import read_fault_plan

CORRIDOR = Corridor("ten", 30.0, tuple(Station(f"s{k}", 500.0 * k, 4) for k in range(10)))
SHIPPED = Path(str(files("scenarios"))) / "fault_schedules" / "mixed.toml"


def written(folder: Path, text: str) -> Path:
    path = folder / "faults.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_schedule_is_read_as_written(tmp_path: Path) -> None:
    path = written(tmp_path, 'seed = 3\n[[faults]]\nstation = "s1"\nlane = 2\nkind = "missed"\nonset_s = 60\n')
    plan = read_fault_plan(path)
    (fault,) = plan.schedule(CORRIDOR, 0.0, 3600.0, "any")
    assert (plan.seed, fault.station, fault.lane, fault.kind, fault.onset_s) == (3, "s1", 2, "missed", 60.0)
    assert fault.end_s is None
    assert fault.strength == KINDS["missed"].usual


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[faults]]\nstation='s1'\nlane=0\nkind='dead'\nonset_s=0", "seed: wanted, but missing"),
        ("seed = 1", "one of them"),
        ("seed = 1\n[[fault]]\n", "fault: unknown key; did you mean 'faults'"),
        ("seed = 1\n[[faults]]\nstation='s1'\nlane=0\nkind='ded'\nonset_s=0", "did you mean 'dead'"),
        (
            "seed = 1\n[[faults]]\nstation='s1'\nlane=0\nkind='dead'\nonset=0",
            "onset: unknown key; did you mean 'onset_s'",
        ),
        ("seed = 1\n[[faults]]\nstation=1\nlane=0\nkind='dead'\nonset_s=0", "station"),
        ("seed = 1\n[[random]]\nkind='dead'", "dead: wanted per_loop_day or share"),
        ("seed = 1\n[[random]]\nkind='dead'\nshare=0.1\nduration_s=[9, 3]", r"wanted \[least, most\]"),
        ("seed = 1\n[[random]]\nkind='missed'\nshare=0.1\nmagnitude=[0.3, 3]", "is it a percentage"),
        ("seed = 1\nfaults = []", r"faults: wanted at least one \[\[faults\]\] table"),
        ("seed = 1\n[[random]]\nkind='dead'\nper_loop_day=1e9", "less than or equal to 100"),
        ("seed = 1\nrandom = 3", r"wanted \[\[random\]\] tables"),
    ],
)
def test_what_is_no_file_of_faults_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(ValueError, match=message) as caught:
        read_fault_plan(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_a_slip_is_reported_once_with_its_place_and_the_value(tmp_path: Path) -> None:
    good = "[[faults]]\nstation='s1'\nlane=0\nkind='dead'\nonset_s=60\n"
    for text, message_start in (
        (good + good + "end_s=10\n", "faults[1]: wanted end_s after onset_s 60, got 10 (is it a duration?)"),
        (good.replace("dead", "ded"), "faults[0].kind: wanted one of "),
        (good + "ramp_s=-1\n", "faults[0].ramp_s: wanted greater than or equal to 0, got -1"),
        (good + "end=1\n", "faults[0].end: unknown key; did you mean 'end_s'?"),
        ("[[random]]\nkind='dead'\n", "random[0]: dead: wanted per_loop_day or share, one of them"),
    ):
        with pytest.raises(ValueError, match=r"faults|random") as caught:
            read_fault_plan(written(tmp_path, f"seed = 1\n{text}"))
        message = str(caught.value).removeprefix(f"{tmp_path / 'faults.toml'}: ")
        assert message.startswith(message_start)
        assert "Value error" not in message
        assert message.count("got ") <= 1


@pytest.mark.parametrize("when", ["onset_s=3600", "onset_s=-900\nend_s=0"])
def test_a_fault_that_no_frame_would_show_is_refused(tmp_path: Path, when: str) -> None:
    path = written(tmp_path, f"seed = 1\n[[faults]]\nstation='s1'\nlane=0\nkind='dead'\n{when}")
    with pytest.raises(ValueError, match=r"faults\[0\]: it lasts from .* no frame would show it"):
        read_fault_plan(path).schedule(CORRIDOR, 0.0, 3600.0, "any")


def test_a_schedule_for_another_corridor_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "seed = 1\n[[faults]]\nstation='s11'\nlane=0\nkind='dead'\nonset_s=0")
    with pytest.raises(ValueError, match=r"\.toml: .*no station 's11' on 'ten'"):
        read_fault_plan(path).schedule(CORRIDOR, 0.0, 3600.0, "any")
