"""Lines of intervals that are like each other give what the parser gives, wherever something else stands between them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scenarios.errors import UserError
from simulator.formats import sumo_e1_xml
from simulator.formats.source_files import SourceFile
from simulator.formats.sumo_e1_rows import LoopCodes
from simulator.recording import plain_tables

LINES = [
    f'  <interval begin="{30 * (k // 4)}.00" end="{30 * (k // 4) + 30}.00" id="L{k % 4}" nVehContrib="{k % 7}" '
    f'flow="9" occupancy="{k % 50}.25" speed="{k % 30 - 1}.50"/>'
    for k in range(60)
]
Row = tuple[float, float, str, float, float, str]


def changed(*changes: tuple[int, str]) -> str:
    """A file in which some lines are replaced, by their place."""
    lines = list(LINES)
    for k, line in changes:
        lines[k] = line
    return "\n".join(["<?xml version='1.0'?>", "<detector>", *lines, "</detector>", ""])


def read(path: Path) -> list[Row]:
    return [
        (float(begin), float(end), rows.names[loop], float(count), float(occupancy), repr(speed))
        for rows in sumo_e1_xml.xml_rows(SourceFile(path), LoopCodes())
        for begin, end, loop, count, occupancy, speed in zip(
            rows.begin_s, rows.end_s, rows.loop.tolist(), rows.count, rows.occupancy, rows.speed_mps, strict=True
        )
    ]


def parser_alone(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(sumo_e1_xml, "plain_intervals", lambda *_: None)


@pytest.fixture
def blocks_of_five_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain_tables.line_blocks, "__defaults__", (5 * len(LINES[30]),))


def both(text: str, folder: Path) -> tuple[Callable[[], list[Row]], Callable[[], list[Row]]]:
    """What reads a file by lines, and what reads it by the parser alone."""
    path = folder / "e1.xml"
    path.write_bytes(text.encode())

    def alone() -> list[Row]:
        with pytest.MonkeyPatch.context() as patch:
            parser_alone(patch)
            return read(path)

    return lambda: read(path), alone


SAME = {
    "lines alike": changed(),
    "ends of lines of Windows": changed().replace("\n", "\r\n"),
    "a comment over lines": changed((20, "<!-- " + LINES[20]), (41, LINES[41] + " -->")),
    "text that is no markup": changed((20, "<![CDATA[\n" + LINES[20]), (41, LINES[41] + "\n]]>")),
    "an entity": changed((33, LINES[33].replace('"L', '"&#76;'))),
    "other quotation marks": changed((33, LINES[33].replace('"', "'"))),
    "an interval over two lines": changed((33, LINES[33].replace(" end", "\n end"))),
    "two intervals in a line": changed((33, LINES[33] + LINES[34])),
    "another order of attributes": changed((33, LINES[33].replace("flow", "aaaa"))),
    "another element": changed((33, "<note begin='0'/>"), (34, "")),
    "a name beyond ASCII": changed((33, LINES[33].replace('"L', '"Lé'))),
}


@pytest.mark.usefixtures("blocks_of_five_lines")
@pytest.mark.parametrize("name", SAME)
def test_rows_are_those_of_the_parser(name: str, tmp_path: Path) -> None:
    by_lines, alone = both(SAME[name], tmp_path)
    rows = by_lines()
    assert rows == alone()
    assert len(rows) >= 38


WRONG = {
    "cut off": changed()[:-300],
    "a line that is no markup": changed((44, "<interval begin=")),
    "an attribute twice": changed((44, LINES[44].replace("flow", "speed"))),
    "another end": changed().replace("</detector>", "</detectors>"),
    "intervals after the end": changed() + "\n".join(LINES) + "\n",
    "a word": changed((44, LINES[44].replace('nVehContrib="', 'nVehContrib="x'))),
    "a share over 1": changed((44, LINES[44].replace('occupancy="', 'occupancy="9'))),
    "an attribute missing": changed((44, LINES[44].replace("occupancy", "occ"))),
    "a control character": changed((44, LINES[44].replace('"L', '"\x01L'))),
}


@pytest.mark.usefixtures("blocks_of_five_lines")
@pytest.mark.parametrize("name", WRONG)
def test_refusals_are_those_of_the_parser_with_its_line(name: str, tmp_path: Path) -> None:
    by_lines, alone = both(WRONG[name], tmp_path)
    with pytest.raises(UserError, match=r"line \d+") as told:
        by_lines()
    with pytest.raises(UserError) as expected:
        alone()
    assert str(told.value) == str(expected.value)


@pytest.mark.usefixtures("blocks_of_five_lines")
def test_the_parser_is_spared_nearly_all_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = 0
    plain = sumo_e1_xml.plain_intervals

    def counting(block: bytes, line: sumo_e1_xml.IntervalLine, first_line: int) -> plain_tables.PlainTable | None:
        nonlocal taken
        rows = plain(block, line, first_line)
        taken += len(rows or ())
        return rows

    monkeypatch.setattr(sumo_e1_xml, "plain_intervals", counting)
    by_lines, _ = both(changed(), tmp_path)
    assert len(by_lines()) == 60
    assert taken > 50
