"""A recording of two stations of two lanes and four frames, and its files."""

from pathlib import Path

from scenarios.corridor import Corridor, Station

CORRIDOR = Corridor("short", 30.0, (Station("north", 0.0, 2), Station("south", 800.0, 2)))
HEADER = "time_s,station,lane,count,occupancy,speed_mps"
ROWS = [
    f"{time_s},{station},{lane},5,0.1,25.5"
    for time_s in (30, 60, 90, 120)
    for station in ("north", "south")
    for lane in (0, 1)
]
INCIDENTS = "onset_s,clearance_s,position_m,lanes\n"
TOML = """name = "short"
period_s = 30

[[station]]
name = "north"
position_m = 0
lanes = 2

[[station]]
name = "south"
position_m = 800
lanes = 2
"""


def write_rows(folder: Path, rows: list[str], header: str = HEADER) -> None:
    (folder / "loops.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
