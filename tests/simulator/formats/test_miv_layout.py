"""Minutes of Meten in Vlaanderen become the same by their layout and by their parser; numbers are made here."""

import random
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from simulator.formats.miv import read
from tests.simulator.formats.read_alike import damaged, same_by_parser

NAMES = ("11", "12", "21", "22", "90", "unknown")
COUNTS = ("0", "0", "7", "12", "-1", "3.5", "2,5", "", "00", "+4")
SPEEDS = ("0", "88", "90.5", "101", "251", "252", "254", "-1", "", " 77 ")
SHARES = ("0", "4", "12,5", "100", "-1", "", "7.25")
STATES = ("", "0", "0", "0", "1", "2", "00", " 0")
WRONG = {COUNTS: "201", SPEEDS: "256", SHARES: "1.2.3"}


class Feed:
    """Files of one feed; each text is one of its kind, `wrong` of them in all wrong ones."""

    def __init__(self, seed: int, wrong: int = 0) -> None:
        self._rng = random.Random(seed)
        self._wrong = wrong

    def _text(self, name: str, among: tuple[str, ...], missing: float = 0.02) -> str:
        if self._rng.random() < missing:
            return ""
        text = self._rng.choice(among)
        if self._wrong and among in WRONG and self._rng.random() < 0.01:
            self._wrong -= 1
            text = WRONG[among]
        return f"<{name}>{text}</{name}>" if text or self._rng.random() < 0.5 else f"<{name}/>"

    def _point(self, name: str, stamp: str) -> str:
        states = "".join(self._text(state, STATES, 0.2) for state in ("beschikbaar", "defect", "geldig"))
        classes = "".join(
            f'<meetdata klasse_id="{k}">{self._text("verkeersintensiteit", COUNTS)}'
            f"{self._text('voertuigsnelheid_rekenkundig', SPEEDS)}<voertuigsnelheid_harmonisch>{k}</voertuigsnelheid_harmonisch>"
            "</meetdata>"
            for k in range(1, self._rng.choice((0, 1, 3, 3, 3)) + 1)
        )
        return (
            f'<meetpunt unieke_id="{name}">\n<tijd_waarneming>{stamp}</tijd_waarneming>{states}{classes}'
            f"<rekendata>{self._text('bezettingsgraad', SHARES)}</rekendata></meetpunt>\n"
        )

    def files(self, number: int) -> list[bytes]:
        """Return so many minutes; points are at another minute, or without their clock, now and then, and in another order."""
        files = []
        for minute in range(number):
            end = datetime(2025, 7, 1, 9, minute, tzinfo=timezone(timedelta(hours=1)))
            lost, late = "2001-01-01T00:00:00+01:00", (end - timedelta(minutes=1)).isoformat()
            names = self._rng.sample(NAMES, len(NAMES)) if self._rng.random() < 0.3 else list(NAMES)
            points = [
                self._point(name, self._rng.choice((lost, late, end.isoformat().replace("+01:00", ""))))
                if self._rng.random() < 0.1
                else self._point(name, end.isoformat())
                for name in names
            ]
            published = f"<tijd_publicatie>{end.isoformat()}</tijd_publicatie>" if self._rng.random() < 0.9 else ""
            declaration = self._rng.choice(('<?xml version="1.0" encoding="UTF-8"?>\n', ""))
            files.append(f'{declaration}<miv schemaVersion="1">{published}{"".join(points)}</miv>'.encode())
        return files


def same(where: Path, files: list[bytes]) -> str:
    config = where / "config.xml"
    places = zip(NAMES[:5], ("R10", "R11", "R10", "R11", "P00"), strict=True)
    config.write_text(
        "<mivconfig>"
        + "".join(
            f'<meetpunt unieke_id="{name}"><Ident_8>A0130001</Ident_8><Kmp_Rsys>{7 + k // 2}</Kmp_Rsys>'
            f"<Rijstrook>{lane}</Rijstrook></meetpunt>"
            for k, (name, lane) in enumerate(places)
        )
        + "</mivconfig>"
    )
    return same_by_parser(read, where, (config,), files)


@pytest.mark.parametrize("seed", range(4))
def test_a_feed_becomes_the_same_by_its_layouts(tmp_path: Path, seed: int) -> None:
    assert "E313" in same(tmp_path, Feed(seed).files(20))


@pytest.mark.parametrize("seed", range(6, 9))
def test_a_wrong_text_is_refused_in_the_same_words(tmp_path: Path, seed: int) -> None:
    assert same(tmp_path, Feed(seed, wrong=9).files(20)).startswith("refused: ")


@pytest.mark.parametrize("seed", range(12, 20))
def test_a_file_cut_or_changed_anywhere_is_judged_the_same(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    files = Feed(seed).files(4)
    files[2] = damaged(rng, files[2])
    assert same(tmp_path, files)
