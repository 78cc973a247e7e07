"""The command line: what it says, its exit codes, and that no slip of a user ends in a traceback."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from detectors.catalogue import fingerprint
from detectors.faults.fault_catalogue import fault_fingerprint
from harness.commands.progress_bar import lines
from harness.records.decisions import read_decisions
from harness.records.failure import Failure
from harness.records.run_folder import RunFolder
from harness.records.run_order import Job
from harness.reporting.evaluate_results import Evaluation
from harness.running import run_battery as battery_module
from harness.running.progress import Progress
from harness.running.run_battery import BatteryResult
from simulator.sumo.sumo_errors import SumoError
from tests.harness.command_line import Call, calling

ROOT = Path(__file__).parents[3]

NO = Failure("machine", "SUMO said no", "", Path("here/failed/quick.log.txt"))

QUICK = """
name = "quick"
seed = 3
site = "sr91"
warm_up_s = 60
end_s = 180
demand_vphpl = 400
"""


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    """Calls the command in this process; returns exit code, standard output and standard error."""
    return calling(capsys)


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what users have, good and bad; it is the working directory."""
    monkeypatch.chdir(tmp_path)
    good = QUICK.lstrip()
    blocked = good + "\n[[incidents]]\nonset_s = {}\nduration_s = {}\nposition_m = {}\nlanes = {}\n"
    texts = {
        "good.toml": good,
        "broken.toml": 'name = "x\nseed = 1\n',
        "no_seed.toml": good.replace("seed = 3\n", ""),
        "unknown_key.toml": good + "weather = 'fine'\n",
        "negative_period.toml": good + "period_s = -30\n",
        "no_site.toml": good.replace("sr91", "route66"),
        "end_before_start.toml": good.replace("end_s = 180", "end_s = 30"),
        "no_such_lane.toml": blocked.format(70, 60, 1000.0, "[9]"),
        "off_corridor.toml": blocked.format(70, 60, 1e6, "[0]"),
        "no_duration.toml": blocked.format(70, -60, 1000.0, "[0]"),
        "parameters.toml": "nonsense = 1\n",
        "battery.toml": 'name = "mine"\n\n[[scenarios]]\n' + good,
        "battery_without_runs.toml": 'name = "mine"\n',
        "broken.json": "{",
        "strange.json": "[]",
        "empty.json": "{}",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "binary.toml").write_bytes(b"\xff\xfe\x00\x01")
    stations = "".join(
        f'[[station]]\nname = "{name}"\nposition_m = {at}\nlanes = 1\n' for name, at in (("A", 0), ("B", 500))
    )
    (tmp_path / "recording").mkdir()
    (tmp_path / "recording" / "corridor.toml").write_text(f'name = "c"\nperiod_s = 30\n{stations}', encoding="utf-8")
    header = "time_s,station,lane,count,occupancy,speed_mps\n"
    (tmp_path / "recording" / "loops.csv").write_text(f"{header}30,A,0,9,0.1,25\n30,B,0,9,14,25\n", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "photo.jpg").write_bytes(b"")
    return tmp_path


SLIPS: dict[str, tuple[list[str], str]] = {
    "no such command": (["batery"], "No such command 'batery'"),
    "no such option": (["battery", "sr91", "--job", "2"], "No such option"),
    "no battery": (["battery"], "Missing argument"),
    "jobs in words": (["battery", "sr91", "--jobs", "two"], "--jobs"),
    "no jobs": (["battery", "sr91", "--jobs", "0"], "--jobs"),
    "unknown backend": (["battery", "sr91", "--backend", "matlab"], "--backend"),
    "no such battery": (["battery", "sr19"], "sr19"),
    "no such battery file": (["battery", "no/such.toml"], "no/such.toml"),
    "broken battery": (["battery", "broken.toml"], "line 1"),
    "battery without runs": (["battery", "battery_without_runs.toml"], "scenarios"),
    "scenario as battery": (["battery", "good.toml"], "good.toml"),
    "folder as battery": (["battery", "folder"], "folder"),
    "no time": (["battery", "battery.toml", "--time-limit", "0"], "--time-limit"),
    "unknown detector": (["battery", "battery.toml", "--detector", "sheu204"], "sheu2004"),
    "detector twice": (["battery", "battery.toml", "--detector", "coin", "--detector", "coin"], "twice"),
    "no such parameters": (["battery", "battery.toml", "--parameters", "none.toml"], "none.toml"),
    "wrong parameters": (
        ["battery", "battery.toml", "--detector", "sheu2004", "--parameters", "parameters.toml"],
        "nonsense",
    ),
    "parameters for none": (["battery", "battery.toml", "--detector", "coin", "--parameters", "good.toml"], "coin"),
    "parameters of one of two detectors": (
        ["battery", "battery.toml", "--detector", "coin", "--detector", "sheu2004", "--parameters", "good.toml"],
        "such as coin=good.toml",
    ),
    "out is a file": (["battery", "battery.toml", "--out", "good.toml"], "good.toml"),
    "out holds other files": (["battery", "battery.toml", "--out", "folder"], "photo.jpg"),
    "no such scenario": (["run", "sr91/incident-99"], "incident-99"),
    "battery as scenario": (["run", "battery.toml"], "battery"),
    "broken scenario": (["run", "broken.toml"], "line 1"),
    "not text": (["run", "binary.toml"], "binary.toml"),
    "no seed": (["run", "no_seed.toml"], "seed"),
    "seed in words": (["run", "good.toml", "--seed", "x"], "--seed"),
    "unknown key": (["run", "unknown_key.toml"], "weather"),
    "negative period": (["run", "negative_period.toml"], "period_s"),
    "no such site": (["run", "no_site.toml"], "route66"),
    "end before the warm-up's": (["run", "end_before_start.toml"], "end_s"),
    "no such lane": (["run", "no_such_lane.toml"], "9"),
    "position off the corridor": (["run", "off_corridor.toml"], "position_m"),
    "incident that ends before it starts": (["run", "no_duration.toml"], "duration_s"),
    "gui in process": (["run", "good.toml", "--gui", "--backend", "libsumo"], "traci"),
    "broken record": (["run", "broken.json"], "broken.json"),
    "record that is none": (["run", "strange.json"], "strange.json"),
    "record without scenario": (["run", "empty.json"], "without a scenario"),
    "no such record": (["run", "none.json"], "none.json"),
    "nothing to replay": (["replay"], "Missing argument"),
    "no such recording": (["replay", "nowhere"], "nowhere"),
    "not a recording": (["replay", "folder"], "corridor.toml"),
    "replay by nobody": (["replay", "recording", "--detector", "psychic"], "psychic"),
    "replay of percentages": (["replay", "recording", "--detector", "silent"], "loops.csv"),
    "calibrate on percentages": (["calibrate", "sheu2004", "--recordings", "recording"], "loops.csv"),
    "replay without parameters": (["replay", "folder", "--parameters", "none.toml"], "none.toml"),
    "calibrate nothing": (["calibrate", "coin", "--battery", "sr91"], "nothing to calibrate"),
    "calibrate nobody": (["calibrate", "psychic", "--battery", "sr91"], "no detector"),
    "calibrate on nothing": (["calibrate", "sheu2004"], "neither"),
    "calibrate on both": (["calibrate", "sheu2004", "--battery", "sr91", "--recordings", "folder"], "both"),
    "recordings without saying so": (["calibrate", "sheu2004", "folder"], "--recordings folder"),
    "calibrate on no such folder": (["calibrate", "sheu2004", "--recordings", "folder", "nowhere"], "nowhere"),
    "calibrate into a folder": (
        ["calibrate", "sheu2004", "--recordings", "folder", "--out", "folder"],
        "wanted a file",
    ),
    "calibrate on no recording": (["calibrate", "sheu2004", "--recordings", "folder"], "folder"),
    "report of nothing": (["report", "nowhere"], "nowhere"),
    "report of other files": (["report", "folder"], "battery.json"),
    "list of what": (["list", "detektors"], "detektors"),
}


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_ends_in_a_message_and_exit_code_2(slip: str, call: Call, files: Path) -> None:
    arguments, words = SLIPS[slip]
    code, _, err = call(*arguments)
    assert code == 2
    assert words in err
    assert "Traceback" not in err


def test_the_version_is_told(call: Call) -> None:
    code, out, _ = call("--version")
    assert code == 0
    assert out.startswith("laneblock ")
    assert "SUMO" in out


def test_lists_name_what_there_is(call: Call) -> None:
    everything = call("list")[1]
    assert all(name in everything for name in ("sr91-smoke", "sheu2004", "coin", "laneblock list scenarios"))
    assert "incident-01" in call("list", "scenarios")[1].split()
    assert "silent" in call("list", "detectors")[1].split()
    assert "sr91" in call("list", "batteries")[1].split()


def test_help_replay_and_report_import_no_sumo() -> None:
    code = (
        "import sys\n"
        "for name in ('libsumo', 'traci', 'sumo', 'sumolib'): sys.modules[name] = None\n"
        "from harness.cli import main\n"
        "import harness.reporting.replay_results, harness.reporting.write_report\n"
        "import harness.reporting.evaluate_results, harness.commands.detector_choices\n"
        "main(['list'])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_help_and_list_work_without_the_modules_of_posix_systems() -> None:
    blocked = (
        "import sys\n"
        "for name in ('fcntl', 'resource', 'pwd', 'grp', 'termios'): sys.modules[name] = None\n"
        "from harness.cli import main\n"
        "import harness.running.worker, harness.running.run_battery, harness.running.run_interactive\n"
    )
    for arguments in (["--help"], ["list"]):
        command = [sys.executable, "-c", f"{blocked}main({arguments})"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom harness.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "sys.exit(bool({'numpy', 'pydantic', 'matplotlib', 'scipy', 'rich'} & set(sys.modules)))\n"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False).returncode == 0


def test_sumos_own_words_reach_the_user(call: Call, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(job: Job, run: Path, work: Path, *rest: object) -> None:
        log = work / "run.errors.txt"
        log.write_text("Error: The network has no edges", encoding="utf-8")
        raise SumoError("SUMO refused to start: Error: The network has no edges", log)

    monkeypatch.setattr("harness.running.run_interactive.simulate_run", refuse)
    code, _, err = call("run", "good.toml", "--out", "here")
    assert code == 3
    kept = Path("here/failed/quick.log.txt")
    assert err == f"laneblock: SUMO refused to start: Error: The network has no edges (log: {kept})\n"
    assert kept.read_text(encoding="utf-8").endswith("run.errors.txt:\nError: The network has no edges\n")


def test_a_full_disk_is_one_message(call: Call, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device", "results")

    monkeypatch.setattr("harness.running.run_interactive.simulate_run", full)
    code, _, err = call("run", "good.toml", "--out", "here")
    assert (code, err) == (3, "laneblock: results: No space left on device (log: here/failed/quick.log.txt)\n")


def test_a_bug_in_a_run_is_one_line_and_its_traceback_is_in_the_runs_folder(
    call: Call, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object) -> None:
        raise ValueError("operands could not be broadcast\ntogether")

    monkeypatch.setattr("harness.running.run_interactive.simulate_run", broken)
    code, _, err = call("run", "good.toml", "--out", "here")
    assert (code, err) == (
        1,
        "laneblock: this is a bug in laneblock: ValueError: operands could not be broadcast together "
        "(log: here/failed/quick.log.txt; please report it)\n",
    )
    assert "in broken" in Path("here/failed/quick.log.txt").read_text(encoding="utf-8")
    assert json.loads(Path("here/failed/quick.json").read_text(encoding="utf-8"))["fault"] == "laneblock"


def test_a_bug_elsewhere_leaves_its_traceback_in_the_temporary_folder(
    call: Call, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(name: str) -> None:
        raise KeyError("lane")

    monkeypatch.setattr("scenarios.files.battery_file.load_battery", broken)
    monkeypatch.setattr("tempfile.tempdir", str(files))
    code, _, err = call("battery", "battery.toml")
    (log,) = files.glob("laneblock-*.log.txt")
    assert (code, err) == (
        1,
        f"laneblock: this is a bug in laneblock: KeyError: 'lane' (log: {log}; please report it)\n",
    )
    assert log.read_text(encoding="utf-8").endswith("KeyError: 'lane'\n")


def test_debug_shows_the_traceback_of_a_slip_too(call: Call, files: Path) -> None:
    code, _, err = call("--debug", "battery", "sr19")
    assert code == 2
    assert err.startswith("Traceback (most recent call last):")
    assert "\nlaneblock: no battery or file 'sr19'" in err
    assert "Traceback" not in call("battery", "sr19")[2]


def test_the_gui_wants_a_display(call: Call, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    code, _, err = call("run", "good.toml", "--gui")
    assert code == 2
    assert "display" in err


def test_failed_runs_decide_the_exit_code_and_say_how_to_repeat(
    call: Call, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(battery_module, "run_battery", lambda *arguments: BatteryResult((), {"quick": NO}))
    code, _, err = call("battery", "battery.toml", "--out", "here")
    assert code == 3
    assert "quick: SUMO said no (log: here/failed/quick.log.txt)" in err
    assert "laneblock run here/failed/quick.json" in err


def test_finished_runs_are_scored_even_beside_failed_ones(
    call: Call, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = (files / "battery.toml").read_text() + "\n[[scenarios]]\n" + QUICK.replace("quick", "other")
    (files / "battery.toml").write_text(two, encoding="utf-8")
    monkeypatch.setattr(battery_module, "run_battery", lambda *arguments: BatteryResult(("other",), {"quick": NO}))
    monkeypatch.setattr(
        "harness.reporting.evaluate_results.evaluate", lambda path, report: Evaluation("the table", (), None)
    )
    code, out, _ = call("battery", "battery.toml", "--no-report")
    assert (code, out) == (3, "the table\n")


@pytest.mark.parametrize(("command", "where"), [("battery", "run_battery"), ("run", "run_interactively")])
def test_ctrl_c_says_how_it_stands_and_exits_with_130(
    command: str, where: str, call: Call, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*arguments: object) -> None:
        raise KeyboardInterrupt

    module = "run_battery" if where == "run_battery" else "run_interactive"
    monkeypatch.setattr(f"harness.running.{module}.{where}", interrupted)
    code, _, err = call(command, "battery.toml" if command == "battery" else "good.toml")
    assert code == 130
    assert "stopped" in err
    assert "Traceback" not in err


def test_what_goes_on_after_ctrl_c_does_not_start_anew(
    call: Call, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(battery_module, "run_battery", stop)
    monkeypatch.setattr("sys.argv", ["laneblock", "battery", "good_battery.toml", "--fresh"])
    assert call("battery", "sr91-smoke", "--fresh")[2].endswith("To continue: laneblock battery good_battery.toml\n")


def test_without_sumo_a_battery_is_refused_at_once(call: Call, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harness.records.provenance.versions", lambda: {"libsumo": None})
    code, _, err = call("battery", "battery.toml")
    assert code == 3
    assert "laneblock doctor" in err


def test_progress_is_a_line_per_run_and_one_for_those_finished_before() -> None:
    written: list[str] = []
    with lines(written.append) as show:
        show(Progress("a", "kept", "", 0.0, 1, 0, 4, float("nan")))
        show(Progress("b", "kept", "", 0.0, 2, 0, 4, float("nan")))
        show(Progress("c", "done", "", 65.0, 3, 0, 4, 30.0))
        show(Progress("d", "failed", "SUMO said no", 2.0, 3, 1, 4, 0.0))
    assert written == [
        "2 of 4 runs were finished before",
        "[3/4] done    c in 1 min 05 s; about 30 s left",
        "[4/4] FAILED  d after 2 s: SUMO said no",
    ]


@pytest.mark.sumo
def test_a_battery_run_and_replayed_says_the_same(call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)  # so that the worker's Python finds this very code
    file, out = tmp_path / "tiny.toml", tmp_path / "out"
    file.write_text('name = "tiny"\n\n[[scenarios]]\n' + QUICK, encoding="utf-8")
    code, text, err = call("battery", file, "--out", out, "--detector", "coin", "--detector", "sheu2004")
    assert code == 0, err
    assert "coin on tiny" in text
    assert "[1/1] done    quick" in err
    assert (out / "report.html").stat().st_size > 10_000
    code, text, err = call("battery", file, "--out", out, "--detector", "coin", "--detector", "sheu2004", "--no-report")
    assert code == 0
    assert "[1/1]" not in err, "a finished run was run again"
    assert call("replay", out / "runs" / "quick", "--detector", "coin", "--out", tmp_path / "again")[0] == 0
    live = read_decisions(RunFolder(out / "runs" / "quick").decisions("coin"))
    again = read_decisions(RunFolder(tmp_path / "again" / "runs" / "quick").decisions("coin"))
    assert (live.alarm == again.alarm).all()
    assert live.times_s.tolist() == [90.0, 120.0, 150.0, 180.0]
    assert call("report", out)[0] == 0
    code, text, _ = call("run", out / "runs" / "quick" / "run.json", "--out", tmp_path / "repeated")
    assert code == 0
    assert "00:01:30" in text
    repeated = tmp_path / "repeated" / "runs" / "quick" / "loops.csv.gz"
    assert repeated.read_bytes() == (out / "runs" / "quick" / "loops.csv.gz").read_bytes()


@pytest.mark.sumo
def test_fingerprints_of_detector_and_mask_stand_in_every_record_and_on_the_page(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)  # so that the worker's Python finds this very code
    file, out = tmp_path / "tiny.toml", tmp_path / "out"
    file.write_text('name = "tiny"\n\n[[scenarios]]\n' + QUICK, encoding="utf-8")
    code, _, err = call("battery", file, "--out", out, "--detector", "snd", "--mask-faults", "iris")
    assert code == 0, err
    snd, iris = fingerprint("snd"), fault_fingerprint("iris")
    for place in ("battery.json", "runs/quick/run.json"):
        record = json.loads((out / place).read_text(encoding="utf-8"))
        assert (record["fingerprints"], record["mask_fingerprint"]) == ({"snd": snd}, iris), place
    score = json.loads((out / "score.json").read_text(encoding="utf-8"))
    assert (score["fingerprint"], score["mask_fingerprint"]) == (snd, iris)
    assert f"snd {snd[:12]}, mask {iris[:12]}" in (out / "report.html").read_text(encoding="utf-8")


@pytest.mark.sumo
def test_a_battery_behind_a_mask_says_what_a_replay_and_a_repetition_say(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)  # so that the worker's Python finds this very code
    file, out, mask = tmp_path / "tiny.toml", tmp_path / "out", ("--mask-faults", "iris")
    fault = '\n[[scenarios.faults]]\nstation = "S3"\nlane = 1\nkind = "locked_on"\nonset_s = 0\n'
    file.write_text('name = "tiny"\n\n[[scenarios]]\n' + QUICK.replace("180", "360") + fault, encoding="utf-8")
    code, text, err = call("battery", file, "--out", out, "--detector", "coin", *mask)
    assert code == 0, err
    assert "coin on tiny, faulty loops masked by iris" in text
    told = (out / "causes.csv").read_text(encoding="utf-8")
    assert "\nquick,faulty loop,,,,S3,1,180,360," in told  # locked on from 60 s on: IRIS waits for two minutes
    code, _, err = call("battery", file, "--out", out, "--detector", "coin")
    assert code == 2
    assert "another mask (iris -> none): laneblock battery NAME --fresh --out" in err
    code, text, err = call("run", out / "runs" / "quick" / "run.json", "--out", tmp_path / "repeated")
    assert code == 0, err
    assert "00:03:00  iris  FAULTY LOOP S3 lane 1: incident " in text
    assert (tmp_path / "repeated" / "causes.csv").read_text(encoding="utf-8") == told
    assert call("replay", out / "runs" / "quick", "--detector", "coin", "--out", tmp_path / "again", *mask)[0] == 0
    assert (tmp_path / "again" / "causes.csv").read_text(encoding="utf-8") == told
