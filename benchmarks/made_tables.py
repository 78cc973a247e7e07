"""Made files for `convert_speed`, tables: each function writes days into a folder and returns what to convert."""

import gzip
from pathlib import Path

from benchmarks.made_days import DAY_S, LANES, SPACING_M, STATIONS, clock, days_of, made_day

_DATE = "@DATE@"
_MILE_M = 1609.344


def pems(folder: Path, days: int) -> Path:
    """PeMS raw rows (30 s), a `.txt.gz` file a day."""
    body = "".join(
        f"{_DATE} {clock(end_s - 26)},{700000 + station},"
        + ",".join(f"{count},{percent / 100},{kmh / 1.609:.1f}" for count, kmh, percent in lanes)
        + "," * 12
        + "\n"
        for end_s, station, lanes in made_day(30).rows()
    )
    for day in days_of(days):
        with gzip.open(folder / f"d07_text_station_raw_{day:%Y_%m_%d}.txt.gz", "wb", 1) as file:
            file.write(body.replace(_DATE, f"{day:%m/%d/%Y}").encode())
    rows = ["ID\tFwy\tDir\tAbs_PM\tType\tLanes"]
    rows += [f"{700000 + k}\t210\tE\t{10 + k * SPACING_M / _MILE_M:.3f}\tML\t{LANES}" for k in range(STATIONS)]
    (folder / "d07_text_meta_2024_05_01.txt").write_text("\n".join(rows) + "\n")
    return folder


def midas(folder: Path, days: int) -> Path:
    """MIDAS tables (60 s), a file a day."""
    kinds = [f"{kind}(Lane {n})" for kind in ("Speed", "Flow", "Occupancy") for n in range(1, 8)]
    header = ",".join(["Geographic Address", "Date", "Time", "Number of Lanes", *kinds])
    none = ",-1" * (7 - LANES)
    body = "".join(
        f"M42/{6000 + 80 * station}A,{_DATE},{clock(end_s - 60)[:5]},{LANES},"
        + ",".join(",".join(str(lane[k]) for lane in lanes) + none for k in (1, 0, 2))
        + "\n"
        for end_s, station, lanes in made_day(60).rows()
    )
    for day in days_of(days):
        text = header + "\n" + body.replace(_DATE, f"{day:%d-%m-%y}")
        (folder / f"M42 A Carriageway {day:%y%m%d}.tcd.csv").write_text(text)
    return folder


def wavetronix(folder: Path, days: int) -> Path:
    """Wavetronix exports (30 s), a file a unit."""
    header = "LANE/APPROACH NAME,VOLUME,OCCUPANCY(%),SPEED (mph),SENSOR TIME (MM/dd/yy  HH:mm:ss),INTERVAL (sec)\n"
    bodies: dict[int, list[str]] = {station: [] for station in range(STATIONS)}
    for end_s, station, lanes in made_day(30).rows():
        if end_s < DAY_S:
            bodies[station] += [
                f"LANE_{n:02d},{count},{percent},{kmh / 1.609:.0f},{_DATE}  {clock(end_s)},30\n"
                for n, (count, kmh, percent) in enumerate(lanes, 1)
            ]
    for station, rows in bodies.items():
        body = "".join(rows)
        with (folder / f"month-unit{station}.csv").open("w") as file:
            file.write(f"Sensor: unit{station}\nInterval data\n{header}")
            for day in days_of(days):
                file.write(body.replace(_DATE, f"{day:%m/%d/%y}"))
    places = [f"unit{k},I-70,EB,{30 + k * SPACING_M / _MILE_M:.3f}\n" for k in range(STATIONS)]
    (folder / "sensors.csv").write_text("unit,road,direction,milepost\n" + "".join(places))
    return folder


def i24(folder: Path, days: int) -> Path:
    """Lane files of the I-24 radar stations (30 s), twelve a day."""
    made, start_s = made_day(30), 1_717_218_000  # 2024-06-01 00:00 in Nashville
    values = {"speed": made.kmh // 2, "volume": made.count, "occ": made.percent}
    for day in range(days):
        for name, every in values.items():
            for lane in range(LANES):
                with (folder / f"day_{day}_lane{lane + 1}_{name}.csv").open("w") as file:
                    file.write(f",time_index,milemarker,{name},time,raw_{name},unix_time\n")
                    for station in range(STATIONS):
                        mile = 53.4 + 0.3 * station
                        file.writelines(
                            f"{k},{k}.0,{mile:.1f},{value}.5,{30 * k}.0,{value}.0,{start_s + day * DAY_S + 30 * k + 1}.0\n"
                            for k, value in enumerate(every[:, station, lane].tolist())
                        )
    return folder


def lam(folder: Path, days: int) -> Path:
    """Raw vehicles of Finland's stations, a file a station and day; four lanes of one direction."""
    made, features = made_day(30), []
    for station in range(STATIONS):
        rows = []
        for k in range(len(made.count)):
            for lane in range(LANES):
                count, kmh = int(made.count[k, station, lane]), int(made.kmh[k, station, lane])
                for n in range(count):
                    hundredths = 3000 * k + 3000 * n // count + lane
                    at = clock(hundredths // 100).replace(":", ";")
                    rows.append(
                        f"{_DATE};{at};{hundredths % 100};5.3;{lane + 1};1;1;{kmh};0;{hundredths};{3000 // count};0\n"
                    )
        body = "".join(rows)
        for day in days_of(days):
            text = body.replace(_DATE, f"{100 + station};{day:%y};{day.timetuple().tm_yday}")
            (folder / f"lamraw_{100 + station}_{day:%y}_{day.timetuple().tm_yday}.csv").write_text(text)
        place = f'{{"roadNumber":9,"roadSection":100,"distanceFromRoadSectionStart":{station * SPACING_M:.0f}}}'
        features.append(
            f'{{"geometry":{{"coordinates":[25,60]}},"properties":{{"tmsNumber":{100 + station},"roadAddress":{place}}}}}'
        )
    (folder / "tms_stations.geojson").write_text(f'{{"type":"FeatureCollection","features":[{",".join(features)}]}}')
    return folder


def long_csv(folder: Path, days: int) -> Path:
    """A CSV export with a row a station, lane and period (30 s)."""
    body = "".join(
        f"{_DATE} {clock(end_s - 30)},S{station},{station * SPACING_M:.0f},{n},{count},{percent},{kmh}\n"
        for end_s, station, lanes in made_day(30).rows()
        for n, (count, kmh, percent) in enumerate(lanes, 1)
    )
    return _table(folder, "time,station,position_m,lane,count,occupancy [%],speed [km/h]", body, days)


def wide_csv(folder: Path, days: int) -> Path:
    """A CSV export with a row a period (30 s) and a column a station, lane and quantity."""
    kinds = ("count", "speed [km/h]", "occupancy [%]")
    header = ",".join(f"S{s}_L{n}_{kind}" for s in range(STATIONS) for n in range(1, LANES + 1) for kind in kinds)
    rows: list[str] = []
    for end_s, station, lanes in made_day(30).rows():
        row = ",".join(f"{count},{kmh},{percent}" for count, kmh, percent in lanes)
        rows.append(
            ("" if station else f"{_DATE} {clock(end_s - 30)},") + row + ("\n" if station == STATIONS - 1 else ",")
        )
    places = ", ".join(f"S{k} = {k * SPACING_M:.0f}" for k in range(STATIONS))
    (folder / "generic_csv.toml").write_text(f"position_m = {{ {places} }}\n")
    return _table(folder, f"time,{header}", "".join(rows), days)


def _table(folder: Path, header: str, body: str, days: int) -> Path:
    with (folder / "export.csv").open("w") as file:
        file.write(header + "\n")
        for day in days_of(days):
            file.write(body.replace(_DATE, day.isoformat()))
    return folder / "export.csv"
