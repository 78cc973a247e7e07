"""`laneblock baseline`, `check` and `merge` as they are typed: what they print and write, exit codes, one clear message."""

import html
import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
import typer

from detectors.calibration.stored_text import shipped_file
from detectors.catalogue import fingerprint
from detectors.plugin_notes import WATCH_FOLDER
from harness.commands import baseline_choices
from harness.records import provenance
from harness.records.failure import Failure
from harness.studies.baseline.baseline_file import read_baseline, write_baseline
from harness.studies.baseline.collect_baseline import SHIPPED_BASELINE
from tests.harness.command_line import Call, calling

GOLDEN = Path(__file__).parents[2] / "golden" / "smoke-incident-2"


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Call:
    """Calls the command in this process, in an empty folder; returns exit code, standard output and standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(WATCH_FOLDER, str(tmp_path))  # as in the watched process: laneblock check starts no other
    return calling(capsys)


def worse_than_shipped(path: Path) -> Path:
    """A baseline in which snd was better than it is: one incident that it misses had been found."""
    shipped = read_baseline(SHIPPED_BASELINE)
    content = shipped.model_dump(mode="json")
    content["detectors"] = {"snd": content["detectors"]["snd"]}
    for run in content["detectors"]["snd"]["runs"].values():
        for incident in run["incidents"]:
            if incident["counted"] and not incident["detected"]:
                incident.update(detected=True, located=True, ttd_s=60.0)
                write_baseline(path, shipped.model_validate(content))
                return path
    raise AssertionError("snd finds everything: take another detector")


def test_saved_and_compared_it_is_the_same(call: Call) -> None:
    code, out, err = call("baseline", "save", "shipped", "--detector", "snd", "--out", "b.json")
    assert (code, "1 of 6" in out) == (0, True)
    assert "Baseline: b.json" in err
    code, out, _ = call("baseline", "compare", "b.json", "shipped", "--json", "o.json", "--markdown", "o.md")
    assert (code, "the same" in out) == (0, True)
    assert json.loads(Path("o.json").read_text())["worse"] == []
    assert "| snd | same | 1 of 6" in Path("o.md").read_text()


def test_worse_is_exit_code_1_and_named_incident_by_incident(call: Call, tmp_path: Path) -> None:
    file = worse_than_shipped(tmp_path / "b.json")
    code, out, _ = call("baseline", "compare", file, "shipped", "--junit", "o.xml")
    assert code == 1
    assert "lost: detected 60 s after onset before" in out
    assert ElementTree.parse("o.xml").getroot()[0].get("failures") == "1"


def test_statistical_comparison_says_margins_and_lets_pass_what_it_is_told_to(call: Call, tmp_path: Path) -> None:
    file = worse_than_shipped(tmp_path / "b.json")
    code, out, _ = call("baseline", "compare", file, "shipped", "--statistical", "--margin-dr", "0.2")
    assert code == 1
    assert "  DR: not shown; 1 lost and 0 gained of 6 incidents" in out
    assert "(margin 20)" in out
    assert call("baseline", "compare", file, "shipped", "--statistical", "--let-undecided-pass")[0] == 0


def test_accepting_replaces_the_baseline_and_keeps_why(call: Call, tmp_path: Path) -> None:
    file = worse_than_shipped(tmp_path / "b.json")
    code, out, _ = call("baseline", "accept", file, "shipped", "--because", "stricter thresholds")
    assert (code, "WORSE: snd" in out) == (0, True)
    assert call("baseline", "compare", file, "shipped")[0] == 0
    (accepted,) = read_baseline(file).accepted
    assert accepted.because == "stricter thresholds"
    assert accepted.before["snd"][:2] == (2, 6)


def test_compared_and_accepted_with_another_shipped_model_it_is_said_in_every_form(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    call("baseline", "save", "shipped", "--detector", "snd", "--out", "b.json")
    before = fingerprint("snd")
    other = tmp_path / "other.toml"
    other.write_text(shipped_file("snd", ".toml").read_text().replace("= 30.0", "= 30.5"), encoding="utf-8")
    monkeypatch.setattr("detectors.grid_detectors.shipped_file", lambda detector, suffix: other)
    told = f"other model or parameters than the baseline's ({before[:12]} -> {fingerprint('snd')[:12]})"
    forms = ("--json", "o.json", "--markdown", "o.md", "--junit", "o.xml")
    _, out, _ = call("baseline", "compare", "b.json", "shipped", *forms)
    texts = [out, *(Path(file).read_text(encoding="utf-8") for file in forms[1::2])]
    assert [told in html.unescape(text) for text in texts] == [True] * 4
    assert f"snd: {told}." in call("baseline", "accept", "b.json", "shipped")[1]
    assert "other model" not in call("baseline", "compare", "b.json", "shipped")[1]


def test_another_battery_is_refused_before_anything_is_replayed(call: Call) -> None:
    code, _, err = call("baseline", "compare", "shipped", GOLDEN.parent)
    assert code == 2
    assert err == "laneblock: the baseline is of the battery 'shipped', this is 'golden'\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("baseline", "compare", "none.json", "shipped"), "none.json: no such file (laneblock baseline save"),
        (("baseline", "compare", ".", "shipped"), "are BASELINE and DIR swapped"),
        (("baseline", "compare", "shipped", "nowhere"), "nowhere: no such folder or battery"),
        (("baseline", "compare", "shipped", "--detector", "mine"), "--detector mine: the baseline holds apid,"),
        (("baseline", "compare", "shipped", "--margin-dr", "10"), "is it a percentage"),
        (("baseline", "compare", "here.json"), "wanted DIR or BATTERY after BASELINE"),
        (("baseline", "accept", "shipped", "shipped"), "the shipped baseline is laneblock's own"),
        (("baseline", "save", "shipped"), "wanted a detector to replay them with (--detector NAME)"),
        (("baseline", "save", "shipped", "--parameters", "x.toml"), "--parameters needs --detector"),
        (("baseline", "save", "shipped", "--detector", "snd", "--out", "here.json"), "here.json exists"),
        (("baseline", "save", "shipped", "--detector", "nope"), "no detector 'nope'"),
        (("baseline", "save", "shipped", "--detector", "snd", "--out", "folder"), "wanted a file, got a folder"),
        (("baseline", "save", "shipped", "--detector", "snd", "--out", "here.json/b.json"), "here.json is a file"),
        (("baseline", "compare", "shipped", "--junit", "folder"), "--junit folder: wanted a file, got a folder"),
        (("baseline", "compare", "shipped", "--markdown", "here.json/x"), "here.json is a file"),
        (("baseline", "compare", "shipped", "here.json"), "here.json: wanted a battery's results, recordings,"),
        (("battery", "sr91-smoke", "--shard", "5/4"), "--shard takes i/n"),
        (("merge", "nowhere", "--out", "merged"), "nowhere holds no battery's results"),
        (("check", "nope"), "no detector 'nope'"),
        (("check", "no_such_module:Mine"), "no_such_module:Mine: no module 'no_such_module', here or installed"),
        (("check", "snd", "--parameters", "none.toml"), "--parameters: no such file: none.toml"),
    ],
)
def test_a_slip_ends_in_one_line_and_exit_code_2(call: Call, arguments: tuple[str, ...], words: str) -> None:
    Path("here.json").write_text(SHIPPED_BASELINE.read_text(encoding="utf-8"), encoding="utf-8")
    Path("folder").mkdir()
    code, _, err = call(*arguments)
    assert code == 2
    assert words in err
    assert len(err.strip().splitlines()) == 1  # so nothing was replayed before


def test_sumo_missing_or_a_run_that_crashed_is_exit_code_3(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("b.json").write_text(SHIPPED_BASELINE.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(provenance, "versions", lambda: {"libsumo": None})
    code, _, err = call("baseline", "compare", "b.json", "sr91-smoke", "--detector", "silent")
    assert (code, "SUMO is not installed here" in err) == (3, True)
    assert call("placement", "tiny")[0] == 3
    failed = Failure("machine", "out of memory?")
    monkeypatch.setattr(baseline_choices, "run_recordings", lambda *arguments, **settings: {"smoke-free": failed})
    code, _, err = call("baseline", "compare", "b.json", "sr91-smoke", "--detector", "silent")
    assert (code, "1 of 4 runs failed, such as smoke-free: out of memory?" in err) == (3, True)


def test_ctrl_c_while_a_battery_runs_is_no_failure_of_the_machine(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*arguments: object, **settings: object) -> dict[str, str]:
        raise typer.Exit(130)

    monkeypatch.setattr(baseline_choices, "run_recordings", stopped)
    assert call("baseline", "save", "sr91-smoke", "--detector", "silent")[0] == 130


@pytest.mark.parametrize(
    "command", ["baseline", "baseline save", "baseline compare", "baseline accept", "check", "merge"]
)
def test_help_has_an_example(call: Call, command: str) -> None:
    code, out, _ = call(*command.split(), "--help")
    assert code == 0
    assert f"laneblock {command}" in out.partition("Example")[2]


def test_check_says_what_is_kept_and_what_is_broken(call: Call) -> None:
    code, out, _ = call("check", "silent")
    assert (code, out.count("kept    ")) == (0, 15)
    Path("own_broken.py").write_text(
        "import numpy as np\nfrom detectors.detector import Decision\n\n\nclass Mine:\n"
        "    def __init__(self, corridor):\n        self.n = corridor.sections\n\n"
        "    def step(self, frame):\n        return Decision(frame.time_s, np.zeros(self.n), np.ones(self.n, dtype=bool))\n",
        encoding="utf-8",
    )
    code, out, err = call("check", "own_broken:Mine")
    assert code == 1
    assert "BROKEN  where nothing is known, there is no alarm" in out
    assert "BROKEN  frames out of order are refused" in out
    assert "own_broken:Mine: 3 of 15 promises broken" in err
