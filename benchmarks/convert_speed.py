"""Time and peak memory of `laneblock convert`, by format.

    python -m benchmarks.convert_speed FORMAT [DAYS]
    python -m benchmarks.convert_speed all            wanted: a month under 120 s of CPU, 1,000 MB

Makes DAYS days of 40 stations with 4 lanes in the temporary folder, as the format has them (30 s; 60 s where agencies publish
minutes), and converts them in a process of its own. Prints readings (of one lane and period), CPU time, readings a second and
peak memory. DAYS is 30; fewer where the files of a month would take longer to make than to convert: their time for a month
is the same rate over 30 days.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

from benchmarks import made_runs, made_tables, made_xml
from benchmarks.made_days import DAY_S, LANES, STATIONS

Maker = Callable[[Path, int], Path]
MONTH = 30
MADE: dict[str, tuple[str, Maker, int, int]] = {
    "pems": ("pems", made_tables.pems, 30, MONTH),
    "iris": ("iris", made_runs.iris, 30, MONTH),
    "wavetronix": ("wavetronix", made_tables.wavetronix, 30, MONTH),
    "i24": ("i24", made_tables.i24, 30, 5),
    "long_csv": ("generic_csv", made_tables.long_csv, 30, MONTH),
    "wide_csv": ("generic_csv", made_tables.wide_csv, 30, MONTH),
    "sumo_xml": ("sumo_e1", made_runs.sumo_xml, 30, 10),
    "sumo_csv": ("sumo_e1", made_runs.sumo_csv, 30, MONTH),
    "sumo_parquet": ("sumo_e1", made_runs.sumo_parquet, 30, MONTH),
    "midas": ("midas", made_tables.midas, 60, MONTH),
    "ndw": ("ndw", made_xml.ndw, 60, MONTH),
    "datex3": ("datex3", made_xml.datex3, 60, 10),
    "datex3_faults": ("datex3", made_xml.datex3_faults, 60, 1),
    "taiwan_vd": ("taiwan_vd", made_xml.taiwan_vd, 60, 10),
    "miv": ("miv", made_xml.miv, 60, 10),
    "lam": ("lam", made_tables.lam, 30, 3),
}
"""By what is measured: the format, who makes its files, the period [s], and days."""


def convert_cost(name: str, source: Path, out: Path) -> tuple[float, float, float]:
    """Return CPU time [s], wall time [s] and peak memory [MB] of converting in a process of its own."""
    program = shutil.which("laneblock", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if program is None:
        raise SystemExit("no program laneblock beside this Python, nor on the PATH: install it (pip install -e .)")
    start = perf_counter()
    child = subprocess.Popen(
        [program, "convert", name, str(source), "--out", str(out)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(child.pid, 0)
    if status:
        raise SystemExit(f"converting {name} ended with exit code {os.waitstatus_to_exitcode(status)}")
    return used.ru_utime + used.ru_stime, perf_counter() - start, used.ru_maxrss * 1024 / 1e6


def main(arguments: list[str]) -> None:
    """Print time and memory of each format."""
    wanted = arguments[0] if arguments else "all"
    if wanted != "all" and wanted not in MADE:
        raise SystemExit(f"wanted all or one of {', '.join(MADE)}, got {wanted!r}")
    for what in MADE if wanted == "all" else [wanted]:
        name, make, period_s, days = MADE[what]
        days = int(arguments[1]) if len(arguments) > 1 else days
        with tempfile.TemporaryDirectory(prefix="laneblock-") as box:
            source = Path(box) / "source"
            source.mkdir()
            files = make(source, days)
            cpu_s, wall_s, memory_mb = convert_cost(name, files, Path(box) / "out")
        readings = days * DAY_S // period_s * STATIONS * LANES
        month = "" if days == MONTH else f", a month {cpu_s * MONTH / days:.0f} s"
        print(
            f"{what}: {days} days, {readings / 1e6:.2f} million readings: {cpu_s:.0f} s of CPU ({wall_s:.0f} s){month}, "
            f"{readings / cpu_s / 1e3:.0f} thousand readings/s, {memory_mb:.0f} MB",
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:])
