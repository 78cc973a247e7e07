"""Minutes of DATEX II become the same by their layout and by their parser; numbers are made here."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from simulator.formats.datex3 import read
from simulator.formats.ndw import read as read_ndw
from tests.simulator.formats.datex_documents import FLOW, OCCUPANCY, SPEED, data, site, table
from tests.simulator.formats.read_alike import damaged, same_by_parser

NUMBERS = {
    FLOW: ("0", "60", "1230", "-1", "90.5", ""),
    SPEED: ("0", "0", "88", "101.5", "-1", ""),
    OCCUPANCY: ("0", "7.25", "100", ""),
}
ELEMENTS = {
    FLOW: ("vehicleFlow", "vehicleFlowRate"),
    SPEED: ("averageVehicleSpeed", "speed"),
    OCCUPANCY: ("occupancy", "percentage"),
}
WRONG = {FLOW: "30001", SPEED: "1.2.3", OCCUPANCY: "-2"}
INPUTS = (
    ' numberOfInputValuesUsed="0"',
    ' numberOfInputValuesUsed="12"',
    "",
    ' numberOfInputValuesUsed="00"',
    ' other="7"',
)
ERRORS = ("", "", "", "<p:dataError>0</p:dataError>", "<p:dataError>1</p:dataError>", "<p:dataError>true</p:dataError>")
LANES = ("laneNumber>1</p:laneNumber", "laneNumber>2</p:laneNumber")
MEANT = {
    3 * lane + n: (each, f"<p:{LANES[lane]}>") for lane in range(2) for n, each in enumerate((FLOW, SPEED, OCCUPANCY))
} | {6: (FLOW, f"<p:{LANES[0]}>")}
"""Indexes 0 and 6 mean the same."""
START = datetime(2024, 6, 11, 7, tzinfo=timezone(timedelta(hours=2)))


class Feed:
    """Files of one feed: parts of sites are missing, moved or in error now and then; some numbers of quantity `wrong` are none."""

    def __init__(self, seed: int, wrong: str = "") -> None:
        self._rng = random.Random(seed)
        self._wrong = wrong

    def _value(self, index: int) -> str:
        rng, quantity = self._rng, MEANT.get(index, (FLOW, ""))[0]
        if rng.random() < 0.03:
            quantity = rng.choice((FLOW, SPEED, OCCUPANCY))
        outer, inner = ELEMENTS[quantity]
        number = rng.choice(NUMBERS[quantity])
        if quantity == self._wrong and rng.random() < 0.05:
            number = WRONG[quantity]
        written = f"<p:{inner}>{number}</p:{inner}>" if number or rng.random() < 0.5 else ""
        own = "<p:measurementOrCalculationTime><p:endOfPeriod>2024-06-11T07:30:00Z</p:endOfPeriod></p:measurementOrCalculationTime>"
        return (
            f'<p:physicalQuantity index="{index}"><p:physicalQuantity><p:basicData>{own if rng.random() < 0.005 else ""}'
            f"<p:{outer}{rng.choice(INPUTS)}>{rng.choice(ERRORS)}{written}</p:{outer}></p:basicData></p:physicalQuantity>"
            "</p:physicalQuantity>\n"
        )

    def _site(self, name: str, time: datetime) -> str:
        rng = self._rng
        indexes = rng.sample(range(8), 7) if rng.random() < 0.3 else range(6)
        meaning = rng.choice(("beginTime", "endTime", "endTime", "endTime")) if rng.random() < 0.1 else "endTime"
        told = f"<p:timeMeaning>{meaning}</p:timeMeaning>" if rng.random() < 0.95 else ""
        values = "".join(self._value(index) for index in indexes if rng.random() < 0.98)
        return (
            f'<p:siteMeasurements><p:measurementSiteReference id="{name}" version="{rng.choice("1112")}"/>'
            f"<p:measurementTimeDefault>{told}<p:timeValue>{time.isoformat()}</p:timeValue></p:measurementTimeDefault>"
            f"{values}</p:siteMeasurements>"
        )

    def files(self, number: int, creator: str = "other") -> list[bytes]:
        """Return so many minutes; now and then a site comes twice, on another clock, or is none of the table."""
        files = []
        for minute in range(number):
            time = START + timedelta(minutes=minute)
            sites = ["A", "B", "C", *self._rng.choice(([], [], [], ["A"], ["elsewhere"], ["unplaced"]))]
            times = [time.astimezone(UTC) if self._rng.random() < 0.05 else time for _ in sites]
            if self._rng.random() < 0.1:
                times[-1] -= timedelta(minutes=1)
            files.append(data([self._site(*each) for each in zip(sites, times, strict=True)], creator))
        return files


def same(where: Path, files: Sequence[bytes], ndw: bool = False) -> str:
    titles = {"A": "A9 km 10.0", "B": "A9 km 10.8", "C": "A9 km 11.5"}
    if ndw:
        titles = {name: title.replace("km", "hmp") + " Re" for name, title in titles.items()}
    creator = "NLNDW" if ndw else "other"
    sites = table(
        *(site(name, title, MEANT, 2) for name, title in (titles | {"unplaced": "?"}).items()), creator=creator
    )
    (where / "sites.xml").write_bytes(sites)
    return same_by_parser(read_ndw if ndw else read, where, (where / "sites.xml",), files)


@pytest.mark.parametrize("seed", range(5))
def test_a_feed_becomes_the_same_by_its_layouts(tmp_path: Path, seed: int) -> None:
    assert "A9" in same(tmp_path, Feed(seed).files(20))


@pytest.mark.parametrize("seed", range(8, 9))
def test_ndws_minutes_become_the_same_by_their_layouts(tmp_path: Path, seed: int) -> None:
    assert "A9-right" in same(tmp_path, Feed(seed).files(20, "NLNDW"), ndw=True)


@pytest.mark.parametrize("quantity", WRONG)
def test_a_wrong_number_is_refused_in_the_same_words(tmp_path: Path, quantity: str) -> None:
    assert same(tmp_path, Feed(10, quantity).files(20)).startswith("refused: ")


@pytest.mark.parametrize("seed", range(15, 23))
def test_a_file_cut_or_changed_anywhere_is_judged_the_same(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    files = Feed(seed).files(4)
    files[2] = damaged(rng, files[2])
    assert same(tmp_path, files)


def test_a_site_that_comes_twice_in_files_keeps_the_order_of_its_readings(tmp_path: Path) -> None:
    def at(minute: int, flow: int) -> str:
        time = f"<p:timeValue>{(START + timedelta(minutes=minute)).isoformat()}</p:timeValue>"
        value = (
            f"<p:basicData><p:vehicleFlow><p:vehicleFlowRate>{flow}</p:vehicleFlowRate></p:vehicleFlow></p:basicData>"
        )
        return "".join(
            f'<p:siteMeasurements><p:measurementSiteReference id="{name}" version="1"/><p:measurementTimeDefault>{time}'
            f'</p:measurementTimeDefault><p:physicalQuantity index="0">{value}</p:physicalQuantity></p:siteMeasurements>'
            for name in "AB"
        )

    told = same(tmp_path, [data([at(0, 60), at(1, 120)], "other"), data([at(1, 180), at(2, 240)], "other")])
    assert "2 readings that came twice, 2 of them with other values (the first is taken)" in told
    assert [line.split()[2] for line in told.splitlines()[1:]] == ["[[1.0,", "[[2.0,", "[[4.0,"]
