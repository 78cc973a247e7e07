from hypothesis import given
from hypothesis import strategies as st

from harness.service.response.gsm_text import BASIC, EXTENDED, LONGEST, as_gsm, fitted, septets


def test_a_text_that_fits_stays() -> None:
    assert fitted("x" * 160) == "x" * 160


def test_a_longer_one_is_cut_after_a_word() -> None:
    text = fitted("word " * 40)
    assert text == "word " * 30 + "word..."
    assert septets(text) <= LONGEST


def test_a_single_long_word_is_cut_anyway() -> None:
    assert fitted("x" * 161) == "x" * 157 + "..."


def test_extended_signs_take_two_septets() -> None:
    assert septets("a[b]") == 6
    assert fitted("[" * 100) == "[" * 78 + "..."


def test_signs_that_gsm_lacks_are_written_otherwise() -> None:
    assert as_gsm("Łódź – café … ß 中") == "?ódz - café ... ß ?".replace("ó", "o")


@given(st.text(max_size=400))
def test_whatever_is_given_fits_into_one_sms(text: str) -> None:
    made = fitted(text)
    assert septets(made) <= LONGEST
    assert set(made) <= BASIC | EXTENDED
