"""Records read by the places of their values: as a parser reads them, or not at all."""

from xml.parsers import expat

import pytest

from simulator.formats.record_shapes import Place, RecordShapes


def shapes() -> tuple[RecordShapes[tuple[int, int]], list[bytes]]:
    """Shapes of records <site id="..."><speed>...</speed></site>, and the records that were parsed to learn them."""
    parsed: list[bytes] = []

    def learn(record: bytes, place: Place) -> tuple[int, int] | None:
        parsed.append(record)
        names: list[str] = []
        texts = [""]
        parser = expat.ParserCreate()
        parser.StartElementHandler = lambda tag, attributes: names.append(attributes.get("id", ""))
        parser.CharacterDataHandler = texts.append
        parser.Parse(record, True)
        return place(names[0]), place("".join(texts))

    return RecordShapes(learn), parsed


def test_values_of_a_known_shape_are_read_without_a_parser() -> None:
    known, parsed = shapes()
    read = []
    learned = []
    for record in (b'<site id="a"><speed>90</speed></site>', b'<site id="b"><speed>-1.5</speed></site>'):
        found = known.read(record)
        assert found is not None
        (name, speed), values = found
        read.append((values[name], values[speed]))
        learned.append(len(parsed))
    assert read == [("a", "90"), ("b", "-1.5")]
    assert learned[0] == learned[1] > 0


def test_shapes_in_turn_are_each_known_again() -> None:
    known, parsed = shapes()
    records = [b'<site id="a"><speed>90</speed></site>', b'<site id="b"><speed/></site>', b'<site id="c"><x/></site>']
    for record in records:
        known.read(record)
    learned = len(parsed)
    read = []
    for record in [*records, *reversed(records)]:
        found = known.read(record)
        assert found is not None
        (name, speed), values = found
        read.append((values[name], values[speed]))
    assert read == [("a", "90"), ("b", ""), ("c", ""), ("c", ""), ("b", ""), ("a", "90")]
    assert len(parsed) == learned


@pytest.mark.parametrize(
    ("record", "read"),
    [
        (b'<site id="a"><speed/></site>', ("a", "")),
        (b'<site id="a"><speed> 9 </speed></site>', ("a", " 9 ")),
        (b'<site id=""><speed>9</speed></site>', ("", "9")),
        (b"<site><speed>9</speed></site>", ("", "9")),
    ],
)
def test_what_is_no_value_is_part_of_the_shape(record: bytes, read: tuple[str, str]) -> None:
    found = shapes()[0].read(record)
    assert found is not None
    (name, speed), values = found
    assert (values[name], values[speed]) == read


@pytest.mark.parametrize(
    "record",
    [
        b'<site id="a"><speed>9</speed>',
        b'<site id="a"><speed>9</site></speed>',
        b'<site id="a&amp;b"><speed>9</speed></site>',
        b"<site id='a'><speed>9</speed></site>",
        b'<site id="a<b"><speed>9</speed></site>',
        b'<site id="a>b"><speed>9</speed></site>',
        b'<site id="a\nb"><speed>9</speed></site>',
        '<site id="Nørrebro"><speed>9</speed></site>'.encode(),
        b'<site id="a"><speed>9</speed>\x01</site>',
        b'<site id="a">says "9"<speed/></site>',
    ],
)
def test_what_only_a_parser_can_read_is_not_read(record: bytes) -> None:
    assert shapes()[0].read(record) is None
