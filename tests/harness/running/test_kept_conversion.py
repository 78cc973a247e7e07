"""A conversion that is ended at any moment goes on, and gives what one that was not ended gives, byte for byte."""

import os
import pathlib
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from harness.running.kept_conversion import DONE, UNDER_WAY, KeptConversion
from scenarios.errors import UserError
from simulator.formats.conversion_work import READ, WRITTEN, ConversionWork
from simulator.formats.duplicate_choice import Keep
from simulator.formats.estimated_speeds import SpeedAssumption
from simulator.formats.rows_on_disk import RowFile
from simulator.recording.recording_folder import read_recording

HEADER = "Geographic Address,Date,Time,Number of Lanes,Speed(Lane 1),Flow(Lane 1),Occupancy(Lane 1)\n"


def midas(folder: Path, files: int = 3) -> Path:
    """A folder with tables of two sites around midnight; each file has a minute that the one before has, with other values."""
    folder.mkdir()
    for k in range(files):
        write_table(folder, k)
    return folder


def write_table(folder: Path, k: int, count: int = 10) -> None:
    rows = [
        f"M42/{6000 + 50 * site}A,{day:02d}-05-24,{clock},1,{90 + k},{count + site},5\n"
        for day, clock in ((1 + k, "23:59"), (2 + k, "00:00"), (2 + k, "23:59"))
        for site in range(2)
    ]
    (folder / f"day{k}.csv").write_text(HEADER + "".join(rows))


class Conversion:
    """A conversion that keeps what it has after each file; what it tells is noted."""

    def __init__(self, name: str, sources: Sequence[Path], out: Path, most_rows: int = 0, every_s: float = 0) -> None:
        self.assumed: SpeedAssumption | None = None
        self.name, self.sources, self.out, self.told = name, sources, out, list[str]()
        self._work = partial(ConversionWork, most_rows=most_rows, every_s=every_s)

    def run(self, keep: Keep = Keep.FIRST) -> str:
        """Convert, and return the summary."""
        found = KeptConversion(
            self.out, keep, self.assumed, lambda *progress: None, self.told.append, lambda stack: None, self._work
        )
        return found.convert([(self.name, self.sources)]).text


def content(out: Path) -> Mapping[str, bytes]:
    """The files of all recordings."""
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.glob("[!.]*/*"))}


def killed(run: Callable[[], Any], at: int) -> bool:
    """Run in a process that ends, as if killed, at its so many-th change on the disk; return whether it came so far."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    left = at

    def dying(function: Callable[..., Any]) -> Callable[..., Any]:
        def changed(*given: Any, **named: Any) -> Any:
            nonlocal left
            left -= 1
            if not left:
                os._exit(9)
            return function(*given, **named)

        return changed

    code = 1
    try:
        for owner, names in (
            (os, ("fsync",)),
            (shutil, ("rmtree",)),
            (pathlib.Path, ("replace", "rename", "unlink", "mkdir", "write_bytes")),
            (RowFile, ("add",)),
        ):
            for name in names:
                setattr(owner, name, dying(getattr(owner, name)))
        run()
        code = 0
    finally:
        os._exit(code)


def kills(conversion: Callable[[Path], Conversion], folder: Path, steps: Iterator[int]) -> int:
    """Kill conversions into new folders at these steps, end each, and compare it; return how many were killed."""
    whole = conversion(folder / "whole")
    text, wanted = whole.run(), content(whole.out)
    assert wanted
    done = 0
    for at in steps:
        ended = conversion(folder / f"ended-{at}")
        if not killed(ended.run, at):
            break
        done += 1
        assert (ended.run(), content(ended.out)) == (text, wanted), f"killed at the {at}th change"
        assert not (ended.out / UNDER_WAY).exists()
    return done


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Tables of three days."""
    return midas(tmp_path / "source")


def interrupted(source: Path, out: Path, bad: int) -> None:
    """Convert until the table of that number, which cannot be read."""
    good = (source / f"day{bad}.csv").read_text()
    (source / f"day{bad}.csv").write_text(good + "cut")
    with pytest.raises(UserError, match=rf"is the file cut off\?\) \({bad} files or lines are read, and kept\)"):
        Conversion("midas", [source], out).run()
    (source / f"day{bad}.csv").write_text(good)


def plain(source: Path, out: Path) -> Mapping[str, bytes]:
    """The files of a conversion in one go, all in memory."""
    Conversion("midas", [source], out, most_rows=10**6, every_s=1000).run()
    return content(out)


def test_a_killed_conversion_goes_on_to_the_same_bytes(source: Path, tmp_path: Path) -> None:
    assert kills(lambda out: Conversion("midas", [source], out), tmp_path, iter(range(3, 90, 11))) >= 6


def test_what_is_kept_on_disk_gives_the_bytes_of_what_is_kept_in_memory(source: Path, tmp_path: Path) -> None:
    kept = Conversion("midas", [source], tmp_path / "kept")
    assert "4 readings that came twice, 4 of them with other values" in kept.run()
    assert content(kept.out) == plain(source, tmp_path / "plain")
    (recording,) = kept.out.glob("[!.]*")
    # Ends of minutes: 00:00, 00:01 and so on, of three nights; the first file's speed is taken where two have a minute.
    frames = read_recording(recording).frames
    assert [frame.time_s / 60 for frame in frames] == [1440, 1441, 2880, 2881, 4320, 4321, 5760]
    assert [round(frame.speed[0, 0] * 3.6) for frame in frames] == [90, 90, 90, 91, 91, 92, 92]


def test_the_same_command_again_does_nothing_and_says_so(source: Path, tmp_path: Path) -> None:
    conversion = Conversion("midas", [source], tmp_path / "out")
    text, before = conversion.run(), content(conversion.out)
    (recording,) = conversion.out.glob("[!.]*")
    stamp = recording.stat().st_mtime_ns
    assert conversion.run() == text
    assert conversion.told == ["1 recording kept as they were: their files have not changed"]
    assert (content(conversion.out), recording.stat().st_mtime_ns) == (before, stamp)


def test_files_that_are_read_are_not_read_again(source: Path, tmp_path: Path) -> None:
    interrupted(source, tmp_path / "out", bad=2)
    write_table(source, 3)
    again = Conversion("midas", [source], tmp_path / "out")
    again.run()
    assert again.told == ["2 of 4 files are read already"]
    assert content(again.out) == plain(source, tmp_path / "plain")


def test_a_file_that_changed_after_it_was_read_is_read_again(source: Path, tmp_path: Path) -> None:
    interrupted(source, tmp_path / "out", bad=2)
    write_table(source, 0, count=30)
    os.utime(source / "day0.csv", ns=(0, 5))
    again = Conversion("midas", [source], tmp_path / "out")
    again.run()
    assert again.told == [f"begun anew, because {source / 'day0.csv'} has changed"]
    assert content(again.out) == plain(source, tmp_path / "plain")


def test_a_file_that_comes_before_those_that_are_read_is_told(source: Path, tmp_path: Path) -> None:
    interrupted(source, tmp_path / "out", bad=2)
    (source / "day0.csv").rename(source / "day00.csv")
    again = Conversion("midas", [source], tmp_path / "out")
    again.run()
    assert again.told == [f"begun anew, because {source / 'day0.csv'} is gone"]


@pytest.mark.parametrize("finished", [False, True])
def test_another_choice_of_duplicates_begins_anew(finished: bool, source: Path, tmp_path: Path) -> None:
    if finished:
        Conversion("midas", [source], tmp_path / "out").run()
    else:
        interrupted(source, tmp_path / "out", bad=1)
    again = Conversion("midas", [source], tmp_path / "out")
    assert "(the last is taken)" in again.run(Keep.LAST)
    why = "converted anew, because --duplicates is last, and was first"
    assert again.told == [why if finished else "begun anew, because --duplicates changed"]


def test_a_recording_that_another_conversion_replaces_is_told_and_made_anew_later(source: Path, tmp_path: Path) -> None:
    first = Conversion("midas", [source], tmp_path / "out")
    first.run()
    made = content(tmp_path / "out")
    other = midas(tmp_path / "other", files=1)
    second = Conversion("midas", [other], tmp_path / "out")
    second.run()
    assert second.told == [f"replaced, as made earlier of {', '.join(f'{source}/day{k}.csv' for k in range(3))}: M42-A"]
    first.told.clear()
    first.run()
    assert first.told == [f"replaced, as made earlier of {other / 'day0.csv'}: M42-A"]
    assert content(tmp_path / "out") == made


def test_a_recording_that_is_no_longer_made_is_told_and_left(source: Path, tmp_path: Path) -> None:
    conversion = Conversion("midas", [source], tmp_path / "out")
    conversion.run()
    for table in source.glob("*.csv"):
        table.write_text(table.read_text().replace("M42/", "M6/"))
    conversion.run()
    assert conversion.told[-1] == "no longer made of these files, and left as it was: M42-A"
    assert read_recording(tmp_path / "out" / "M42-A").frames


def test_a_choice_of_duplicates_that_has_no_effect_begins_nothing_anew(tmp_path: Path) -> None:
    np.savez(tmp_path / "pems04.npz", data=np.full((4, 2, 3), 1.0))
    (tmp_path / "distance.csv").write_text("from,to,cost\n0,1,500\n")
    conversion = Conversion("research_h5", [tmp_path / "pems04.npz"], tmp_path / "out")
    conversion.run()
    conversion.run(Keep.LAST)
    assert conversion.told == ["1 recording kept as they were: their files have not changed"]


def test_a_finished_conversion_begins_anew_where_a_file_is_new_or_a_recording_is_gone(
    source: Path, tmp_path: Path
) -> None:
    conversion = Conversion("midas", [source], tmp_path / "out")
    conversion.run()
    write_table(source, 3)
    conversion.run()
    assert conversion.told == [f"converted anew, because {source / 'day3.csv'} is new"]
    shutil.rmtree(tmp_path / "out" / "M42-A")
    conversion.run()
    assert conversion.told[1] == f"converted anew, because {tmp_path / 'out' / 'M42-A'} is no recording any more"
    assert content(conversion.out) == plain(source, tmp_path / "plain")


def test_nothing_is_left_of_what_was_under_way(source: Path, tmp_path: Path) -> None:
    Conversion("midas", [source], tmp_path / "out").run()
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [DONE, "M42-A"]


def test_progress_is_told_by_files_that_are_read_and_then_by_days_that_are_written(
    source: Path, tmp_path: Path
) -> None:
    told: list[tuple[int, int, str]] = []
    found = KeptConversion(
        tmp_path / "out", Keep.FIRST, None, lambda *progress: told.append(progress), print, lambda stack: None
    )
    found.convert([("midas", [source])])
    read, days = ([(done, of) for done, of, each in told if each == what] for what in (READ, WRITTEN))
    assert read == [(done, 3) for done in range(4)]
    assert days == [(done, len(days)) for done in range(len(days))]
    assert len(days) > 1


def test_two_conversions_of_one_name_are_refused(source: Path, tmp_path: Path) -> None:
    other = shutil.copytree(source, tmp_path / "other")
    sorted(other.iterdir())[-1].unlink()
    conversion = Conversion("midas", [source], tmp_path / "out")
    found = KeptConversion(conversion.out, Keep.FIRST, None, lambda *told: None, print, lambda stack: None)
    with pytest.raises(UserError, match="recording M42-A: two of the files hold one of this name"):
        found.convert([("midas", [source]), ("midas", [other])])
    assert content(conversion.out) == plain(source, tmp_path / "plain")


def export(folder: Path, newest_first: bool = False) -> Path:
    """A long CSV of two stations, a minute every six hours of three days, one row twice with other values."""
    folder.mkdir()
    rows = [
        f"2024-05-{day:02d} {hour:02d}:{minute:02d},S{station},{900 * station},{day + hour},{60 + station},{4 + minute}\n"
        for day in (1, 2, 3)
        for hour in (0, 6, 12, 18)
        for minute in (0, 1)
        for station in (0, 1)
    ]
    rows.insert(20, rows[18].rpartition(",")[0] + ",9\n")
    lines = ["time,station,position_m,count,speed [km/h],occupancy [%]\n", *(rows[::-1] if newest_first else rows)]
    (folder / "loops.csv").write_text("".join(lines))
    return folder / "loops.csv"


@pytest.mark.parametrize("newest_first", [False, True])
def test_a_table_is_read_on_from_the_line_it_was_ended_at(
    newest_first: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulator.formats.generic_csv_rows._LINES", 7)
    file = export(tmp_path / "source", newest_first)
    assert kills(lambda out: Conversion("generic_csv", [file], out), tmp_path, iter(range(2, 150, 23))) >= 4
    ended = Conversion("generic_csv", [file], tmp_path / "out")
    assert killed(ended.run, 60)
    ended.run()
    (told,) = ended.told
    assert told.endswith(" lines are read already")
    assert content(ended.out) == content(tmp_path / "whole")
    Conversion("generic_csv", [file], tmp_path / "plain", most_rows=10**6, every_s=1000).run()
    assert content(ended.out) == content(tmp_path / "plain")


def test_a_free_speed_that_does_not_fit_is_refused_and_another_needs_no_new_reading(tmp_path: Path) -> None:
    source = midas(tmp_path / "source")
    for path in source.iterdir():  # single loops
        lines = path.read_text().splitlines()
        path.write_text("\n".join([lines[0], *(",".join([*row.split(",")[:4], "-1,9,20"]) for row in lines[1:]), ""]))
    conversion = Conversion("midas", [source], tmp_path / "out")
    conversion.assumed = SpeedAssumption(free_mps=(30.0,))
    with pytest.raises(UserError, match=r"wanted a lane with 200 vehicles .* \(3 files or lines are read, and kept\)"):
        conversion.run()
    conversion.assumed = SpeedAssumption(length_m=6.5)
    assert "speeds estimated from count and occupancy in 2 of 2 lanes" in conversion.run()
    assert conversion.told == ["3 of 3 files are read already"]
    one = Conversion("midas", [source], tmp_path / "plain", most_rows=10**6, every_s=1000)
    one.assumed = conversion.assumed
    one.run()
    assert content(conversion.out) == content(one.out)
    conversion.assumed = None
    conversion.run()
    assert conversion.told[1].startswith("converted anew, because assumed speeds is none, and was length 6.5 m")
