"""Files of a feed are taken apart into fixed text and values, and a parser sees each kind of record once."""

from collections.abc import Mapping

import numpy as np
import pytest

from simulator.formats.feed_document import FeedDocument, take_apart
from simulator.formats.feed_layouts import FeedLayouts, OtherLayoutError, Parts, value_of
from simulator.formats.xml_events import event_parser

Layout = list[int | None]


def values(document: FeedDocument | None) -> list[str]:
    assert document is not None
    return document.texts(np.arange(len(document.starts)))


def test_values_are_whole_texts_of_elements_and_times() -> None:
    document = take_apart(b"<a b='3'><c>12,5</c> <c>-1</c><d>2024-06-11T07:00:00.5+02:00</d><e>x7</e><f> 8 </f></a>")
    assert values(document) == ["12,5", "-1", "2024-06-11T07:00:00.5+02:00"]
    assert document is not None
    assert document.fixed == b"<a b='3'><c>\x7f</c> <c>\x7f</c><d>\x7f</d><e>x7</e><f> 8 </f></a>\n"


def test_times_may_be_of_several_lengths() -> None:
    times = [
        "2024-06-11T05:00:30.123Z",
        "2024-06-11T07:00:00+02:00",
        "2024-06-11T05:00:00Z",
        "2024-06-11T07:01:00+02:00",
    ]
    document = take_apart(("<a>" + "".join(f"<d>{time}</d>" for time in ["2024-06-11Tnoon", *times]) + "</a>").encode())
    assert values(document) == times


@pytest.mark.parametrize("time", ["2024-06-11Tmidday", "2024-06-11T07:00:é"])
def test_a_date_with_other_signs_is_no_value(time: str) -> None:
    document = take_apart(f"<a><d>{time}</d></a>".encode())
    assert document is not None
    assert not len(document.starts)


def test_numbers_of_one_attribute_are_values() -> None:
    text = b'<a index="3" valuesUsed="12"><b valuesUsed="1">4</b></a>'
    assert values(take_apart(text, b"Used=")) == ["12", "1", "4"]
    assert values(take_apart(text)) == ["4"]


def test_files_that_differ_in_values_have_one_fixed_text() -> None:
    one, other = (take_apart(b"<a><b>%b</b><b>%b</b></a>" % pair) for pair in ((b"1", b"20"), (b"300", b"-1")))
    assert one is not None
    assert other is not None
    assert one.fixed == other.fixed


def test_an_empty_text_is_another_fixed_text_than_a_value() -> None:
    one, other = take_apart(b"<a><b>5</b><b></b></a>"), take_apart(b"<a><b></b><b>5</b></a>")
    assert one is not None
    assert other is not None
    assert one.fixed != other.fixed


@pytest.mark.parametrize("text", ["1.2.3", "--1", "1-2", ".", "1,2"])
def test_a_text_that_is_no_number_is_none(text: str) -> None:
    document = take_apart(f"<a><b>1</b><b>{text}</b></a>".encode())
    assert document is not None
    assert document.numbers(np.arange(2)) is None


def test_numbers_may_have_a_comma_where_that_is_said() -> None:
    document = take_apart(b"<a><b>1,25</b><b>-1</b><b>007</b></a>")
    assert document is not None
    numbers = document.numbers(np.arange(3), comma=True)
    assert numbers is not None
    assert numbers.tolist() == [1.25, -1, 7]


@pytest.mark.parametrize("data", [b"", b"7", b" <a/>", b"\xef\xbb\xbf<a/>", "<a/>".encode("utf-16")])
def test_what_does_not_begin_as_xml_is_not_taken_apart(data: bytes) -> None:
    assert take_apart(data) is None


class Numbers:
    """A feed whose records `r` hold numbers `n`; counts how often a parser was asked."""

    def __init__(self) -> None:
        self.learned = 0
        self.layouts: FeedLayouts[list[int | None], Layout] = FeedLayouts(
            "r",
            ({"r": lambda _: None}, {"n": lambda _: None, "at": lambda _: None}),
            self._learn,
            self._compose,
            heads=("at",),
        )

    def _learn(self, content: bytes) -> list[int | None]:
        self.learned += 1
        found: list[int | None] = []

        def add(text: str) -> None:
            found.append(value_of(text))

        event_parser({}, {"n": add}).Parse(content, True)
        return found

    def _compose(self, parts: Parts[list[int | None]]) -> Layout:
        head: Mapping[str, int] = parts.head
        every = [None if each is None else first + each for first, record in parts.records for each in record]
        return [*head.values(), *every]

    def read(self, text: str) -> list[str | None] | None:
        found = self.layouts.read(text.encode())
        if found is None:
            return None
        layout, document = found
        return [None if each is None else document.texts(np.array([each]))[0] for each in layout]


def test_records_of_one_fixed_text_are_parsed_once_and_read_wherever_they_stand() -> None:
    feed = Numbers()
    assert feed.read("<a><at>1</at><r><n>2</n></r><r><n>3</n><x>0</x></r></a>") == ["1", "2", "3"]
    assert feed.read("<a><at>4</at><r><n>5</n><x>0</x></r><r><n>6</n></r><r><n>7</n></r></a>") == ["4", "5", "6", "7"]
    assert feed.learned == 2


def test_names_that_begin_as_a_record_does_are_others() -> None:
    assert Numbers().read("<rs><rest/><r><n>1</n></r><r><n>2</n></r><rest/></rs>") == ["1", "2"]


def test_a_text_without_a_value_is_told_apart() -> None:
    assert Numbers().read("<a><r><n/></r><r><n>1</n></r></a>") == [None, "1"]


@pytest.mark.parametrize(
    "text",
    [
        "<a><r><n>1</n></r><r><n>2</r></n></a>",
        "<a><r><n>1</n></r></a><a><r><n>2</n></r></a>",
        "<a><r><n>1</n></r></b>",
        "<a/><r><n>1</n></r>",
        "<r><n>1</n></r>",
        "<r><n>1</n></r><r><n>2</n></r>",
        "<a><r><n>1</n></r><!-- <r><n>2</n></r> --></a>",
        "<a><![CDATA[<r><n>1</n></r>]]></a>",
        "<a>&amp;<r><n>1</n></r></a>",
        "<a><r><n>1</n></r><at>2</at></a>",
        "<a><n>7</n><r><n>1</n></r></a>",
        "<a><at>1</at><at>2</at><r><n>1</n></r></a>",
        "<a><r><n>\x7f</n></r></a>",
        "<a><r/><r><n>1</n></r></a>",
        "<a></a>",
    ],
)
def test_other_files_are_left_to_the_parser(text: str) -> None:
    assert Numbers().read(text) is None


def test_a_text_that_is_a_value_only_in_part_is_refused() -> None:
    with pytest.raises(OtherLayoutError):
        value_of("km \x7f3\x7f")
