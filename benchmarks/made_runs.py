"""Made files for `convert_speed`, SUMO's runs and IRIS's archives: each function writes days and returns what to convert."""

from collections.abc import Iterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np

from benchmarks.made_days import DAY_S, LANES, SPACING_M, STATIONS, days_of, made_day

_NAMES = (
    "begin",
    "end",
    "id",
    "nVehContrib",
    "flow",
    "occupancy",
    "speed",
    "harmonicMeanSpeed",
    "length",
    "nVehEntered",
)


def _network(folder: Path, output: str) -> None:
    lanes = "".join(
        f'<lane id="e_{n}" index="{n}" speed="31" length="{SPACING_M * STATIONS:.2f}"/>' for n in range(LANES)
    )
    (folder / "road.net.xml").write_text(f'<net><edge id="e" from="a" to="b">{lanes}</edge></net>')
    loops = "".join(
        f'<inductionLoop id="S{s}_{n}" lane="e_{n}" pos="{100 + SPACING_M * s:.0f}" period="30" file="{output}"/>'
        for s in range(STATIONS)
        for n in range(LANES)
    )
    (folder / "loops.add.xml").write_text(f"<additional>{loops}</additional>")


def _intervals(days: int) -> Iterator[tuple[str, ...]]:
    """Yield each loop's values in each interval as SUMO writes them, by `_NAMES`."""
    made = made_day(30)
    for day in range(days):
        for end_s, s, lanes in made.rows():
            at = day * DAY_S + end_s
            for n, (count, kmh, percent) in enumerate(lanes):
                mps = f"{kmh / 3.6 or -1:.2f}"
                times = f"{at - 30}.00", f"{at}.00"
                yield (
                    *times,
                    f"S{s}_{n}",
                    f"{count}",
                    f"{120 * count}.00",
                    f"{percent}.00",
                    mps,
                    mps,
                    "4.60",
                    f"{count}",
                )


def sumo_xml(folder: Path, days: int) -> Path:
    """A run's E1 output as XML (30 s)."""
    _network(folder, "e1.xml")
    with (folder / "e1.xml").open("w") as file:
        file.write("<detector>\n")
        for texts in _intervals(days):
            values = " ".join(f'{name}="{text}"' for name, text in zip(_NAMES, texts, strict=True))
            file.write(f"    <interval {values}/>\n")
        file.write("</detector>\n")
    return folder


def sumo_csv(folder: Path, days: int) -> Path:
    """A run's E1 output as CSV (30 s)."""
    _network(folder, "e1.csv")
    with (folder / "e1.csv").open("w") as file:
        file.write(";".join(f"interval_{name}" for name in _NAMES) + "\n")
        file.writelines(f"{';'.join(texts)}\n" for texts in _intervals(days))
    return folder


def sumo_parquet(folder: Path, days: int) -> Path:
    """A run's E1 output as parquet (30 s)."""
    import pyarrow
    from pyarrow.parquet import ParquetWriter

    _network(folder, "e1.parquet")
    made = made_day(30)
    periods = len(made.count)
    loops = [f"S{s}_{n}" for s in range(STATIONS) for n in range(LANES)] * periods
    end_s = np.repeat(np.arange(1, periods + 1) * 30.0, STATIONS * LANES)
    mps = np.where(made.kmh > 0, made.kmh / 3.6, -1).ravel().astype(np.float32)
    writer = None
    for day in range(days):
        count = made.count.ravel().astype(np.float32)
        columns = [end_s - 30 + day * DAY_S, end_s + day * DAY_S, loops, count, 120 * count]
        columns += [made.percent.ravel().astype(np.float32), mps, mps, np.full(len(mps), 4.6, np.float32), count]
        table = pyarrow.table({f"interval_{name}": each for name, each in zip(_NAMES, columns, strict=True)})
        writer = writer or ParquetWriter(folder / "e1.parquet", table.schema)
        writer.write_table(table)
    if writer is not None:
        writer.close()
    return folder


def iris(folder: Path, days: int) -> Path:
    """Archives of MnDOT's IRIS (30 s), one a day."""
    made = made_day(30)
    stations = "".join(
        f"<r_node name='r{s}' station_id='S{s}' lon='{-93.5 + s * 0.0101:.6f}' lat='44.97' lanes='{LANES}'>"
        + "".join(f"<detector name='{10 * s + n}' lane='{n + 1}' field='23.5'/>" for n in range(LANES))
        + "</r_node>"
        for s in range(STATIONS)
    )
    (folder / "metro_config.xml").write_text(
        f"<tms_config time_stamp='Sat Jun 01 03:30:00 CDT 2024'><corridor route='I-394' dir='EB'>{stations}</corridor></tms_config>"
    )
    for day in days_of(days):
        with ZipFile(folder / f"{day:%Y%m%d}.traffic", "w", ZIP_DEFLATED) as archive:
            for s in range(STATIONS):
                for n in range(LANES):
                    name = 10 * s + n
                    archive.writestr(f"{name}.v30", made.count[:, s, n].astype(np.int8).tobytes())
                    archive.writestr(f"{name}.s30", (made.kmh[:, s, n] * 0.621 // 1).astype(np.int8).tobytes())
                    archive.writestr(f"{name}.c30", (made.percent[:, s, n] * 18).astype(">i2").tobytes())
    return folder
