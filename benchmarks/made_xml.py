"""Made files for `convert_speed`, XML files: each function writes days into a folder and returns what to convert."""

import gzip
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.made_days import LANES, SPACING_M, STATIONS, days_of, made_day

_FAULT = "<roa:dataError>true</roa:dataError>"
_START, _END = "@START@", "@END@"
Lanes = list[tuple[int, int, int]]
_XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
_D3 = " ".join(
    f'xmlns:{short}="http://datex2.eu/schema/3/{name}"'
    for short, name in (
        ("mc", "messageContainer"),
        ("roa", "roadTrafficData"),
        ("loc", "locationReferencing"),
        ("com", "common"),
    )
)


def _minutes(folder: Path, days: int, name: str, offset_h: int, text: Callable[[list[Lanes]], str]) -> None:
    """Write a file of each minute; the stamps' clock is `offset_h` ahead of UTC."""
    made = made_day(60)
    stations: list[Lanes] = []
    zone = f"+{offset_h:02d}:00" if offset_h else "Z"
    for end_s, station, lanes in made.rows():
        stations.append(lanes)
        if station < STATIONS - 1:
            continue
        body = text(stations)
        stations = []
        for day in days_of(days):
            end = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=end_s)
            start = end - timedelta(seconds=60)
            stamped = body.replace(_START, f"{start:%Y-%m-%dT%H:%M:%S}{zone}").replace(
                _END, f"{end:%Y-%m-%dT%H:%M:%S}{zone}"
            )
            with gzip.open(folder / f"{name}_{start:%Y%m%dT%H%M}.xml.gz", "wb", 1) as file:
                file.write(stamped.encode())


def _datex(folder: Path, days: int, ndw: bool, faulty: float = 0.0) -> Path:
    rng = random.Random(5)
    who = "NLNDW" if ndw else "SAMPLE"
    quantities = ("trafficFlow", "trafficSpeed") if ndw else ("trafficFlow", "trafficSpeed", "trafficConcentration")
    vehicles = "<com:vehicleType>anyVehicle</com:vehicleType>"
    head = f"<mc:messageContainer {_D3} {_XSI}><mc:payload xsi:type='roa:%s'><com:nationalIdentifier>{who}</com:nationalIdentifier>"
    sites = []
    for k in range(STATIONS):
        meant = "".join(
            f'<roa:measurementSpecificCharacteristics index="{3 * lane + n}"><roa:measurementSpecificCharacteristics>'
            f"<roa:period>60</roa:period><roa:specificLane><loc:laneNumber>{lane + 1}</loc:laneNumber></roa:specificLane>"
            f"<roa:specificMeasurementValueType>{quantity}</roa:specificMeasurementValueType>"
            f"<roa:specificVehicleCharacteristics>{vehicles}</roa:specificVehicleCharacteristics>"
            "</roa:measurementSpecificCharacteristics></roa:measurementSpecificCharacteristics>"
            for lane in range(LANES)
            for n, quantity in enumerate(quantities)
        )
        km = f"{10 + k * SPACING_M / 1000:.1f}"
        name = f"A27 hmp {km} Re" if ndw else f"A9 km {km} ascending"
        sites.append(
            f'<roa:measurementSite id="S{k}" version="1"><roa:measurementSiteName><com:values><com:value>{name}</com:value>'
            f"</com:values></roa:measurementSiteName><roa:measurementSiteNumberOfLanes>{LANES}</roa:measurementSiteNumberOfLanes>"
            f"{meant}</roa:measurementSite>"
        )
    table = "".join(sites)
    tail = "</mc:payload></mc:messageContainer>"
    (folder / "0_sites.xml").write_text(
        head % "MeasurementSiteTablePublication" + f"<roa:measurementSiteTable>{table}</roa:measurementSiteTable>{tail}"
    )
    meaning, stamp = ("beginTime", _START) if ndw else ("endTime", _END)
    elements = ("vehicleFlow", "vehicleFlowRate"), ("averageVehicleSpeed", "speed"), ("occupancy", "percentage")

    def value(n: int, number: int) -> str:
        quantity, unit = elements[n]
        fault = _FAULT if n == 1 and faulty and rng.random() < faulty else ""
        return f"{fault}<com:{unit}>{number}</com:{unit}></roa:{quantity}>"

    def values(lane: int, triple: tuple[int, int, int]) -> str:
        numbers = (triple[0] * 60, triple[1], triple[2])
        return "".join(
            f'<roa:physicalQuantity index="{3 * lane + n}"><roa:physicalQuantity xsi:type="roa:SinglePhysicalQuantity">'
            f'<roa:basicData xsi:type="roa:T"><roa:{elements[n][0]} numberOfInputValuesUsed="{triple[0]}">'
            f"{value(n, numbers[n])}</roa:basicData></roa:physicalQuantity></roa:physicalQuantity>"
            for n in range(len(quantities))
        )

    def minute(stations: list[Lanes]) -> str:
        sites = "".join(
            f'<roa:siteMeasurements><roa:measurementSiteReference id="S{k}" version="1"/><roa:measurementTimeDefault>'
            f"<roa:timeMeaning>{meaning}</roa:timeMeaning><roa:timeValue>{stamp}</roa:timeValue></roa:measurementTimeDefault>"
            + "".join(values(lane, triple) for lane, triple in enumerate(lanes))
            + "</roa:siteMeasurements>"
            for k, lanes in enumerate(stations)
        )
        return head % "MeasuredDataPublication" + sites + tail

    _minutes(folder, days, "values", 0 if ndw else 2, minute)
    return folder


def ndw(folder: Path, days: int) -> Path:
    """NDW's minutes in DATEX II version 3, with a site table."""
    return _datex(folder, days, ndw=True)


def datex3(folder: Path, days: int) -> Path:
    """Another publisher's minutes in DATEX II version 3, with a site table and occupancies."""
    return _datex(folder, days, ndw=False)


def datex3_faults(folder: Path, days: int) -> Path:
    """The same, 1 % of speeds marked as errors: not two minutes of a day are alike."""
    return _datex(folder, days, ndw=False, faulty=0.01)


def taiwan_vd(folder: Path, days: int) -> Path:
    """Minutes of Taiwan's detectors, standard 2.0, three types of vehicles a lane."""
    space = 'xmlns="http://traffic.transportdata.tw/standard/traffic/schema/"'
    ids = [f"VD-N1-S-{100 + k * SPACING_M / 1000:.3f}-M-LOOP" for k in range(STATIONS)]
    places = "".join(
        f"<VD><VDID>{name}</VDID><RoadDirection>S</RoadDirection><LaneNum>{LANES}</LaneNum><RoadName>國道1號</RoadName>"
        f"<LocationMile>{100 + k * 4 // 5}K+{k * 800 % 1000:03d}</LocationMile></VD>"
        for k, name in enumerate(ids)
    )
    (folder / "VD.xml").write_text(f"<VDList {space}><VDs>{places}</VDs></VDList>", encoding="utf-8")

    def lane(number: int, count: int, kmh: int, percent: int) -> str:
        types = "".join(
            f"<Vehicle><VehicleType>{kind}</VehicleType><Volume>{part}</Volume><Speed>{kmh}</Speed></Vehicle>"
            for kind, part in (("S", count), ("L", 0), ("T", 0))
        )
        return (
            f"<Lane><LaneID>{number}</LaneID><LaneType>1</LaneType><Speed>{kmh}</Speed><Occupancy>{percent}</Occupancy>"
            f"<Vehicles>{types}</Vehicles></Lane>"
        )

    def minute(stations: list[Lanes]) -> str:
        lives = "".join(
            f"<VDLive><VDID>{name}</VDID><LinkFlows><LinkFlow><LinkID>1</LinkID><Lanes>"
            + "".join(lane(n, *each) for n, each in enumerate(lanes))
            + f"</Lanes></LinkFlow></LinkFlows><Status>0</Status><DataCollectTime>{_END}</DataCollectTime></VDLive>"
            for name, lanes in zip(ids, stations, strict=True)
        )
        return f"<VDLiveList {space}><VDLives>{lives}</VDLives></VDLiveList>"

    _minutes(folder, days, "VDLive", 8, minute)
    return folder


def miv(folder: Path, days: int) -> Path:
    """Minutes of Meten in Vlaanderen, five classes of vehicles a lane."""
    points = "".join(
        f'<meetpunt unieke_id="{10 * k + lane}"><Ident_8>A0140001</Ident_8><Kmp_Rsys>{90 + k * SPACING_M / 1000:.3f}</Kmp_Rsys>'
        f"<Rijstrook>R{10 + lane}</Rijstrook></meetpunt>"
        for k in range(STATIONS)
        for lane in range(LANES)
    )
    (folder / "config.xml").write_text(f"<mivconfig>{points}</mivconfig>")

    def point(number: int, count: int, kmh: int, percent: int) -> str:
        classes = "".join(
            f'<meetdata klasse_id="{n}"><verkeersintensiteit>{count if n == 2 else 0}</verkeersintensiteit>'
            f"<voertuigsnelheid_rekenkundig>{kmh if n == 2 else 0}</voertuigsnelheid_rekenkundig>"
            f"<voertuigsnelheid_harmonisch>{kmh if n == 2 else 252}</voertuigsnelheid_harmonisch></meetdata>"
            for n in range(1, 6)
        )
        return (
            f'<meetpunt unieke_id="{number}"><tijd_waarneming>{_START}</tijd_waarneming><actueel_publicatie>1</actueel_publicatie>'
            f"<beschikbaar>1</beschikbaar><defect>0</defect><geldig>0</geldig>{classes}<rekendata><bezettingsgraad>{percent}"
            "</bezettingsgraad></rekendata></meetpunt>"
        )

    def minute(stations: list[Lanes]) -> str:
        every = "".join(point(10 * k + n, *each) for k, lanes in enumerate(stations) for n, each in enumerate(lanes))
        return f'<miv schemaVersion="1.0.0"><tijd_publicatie>{_END}</tijd_publicatie>{every}</miv>'

    _minutes(folder, days, "miv-verkeersdata", 1, minute)
    return folder
