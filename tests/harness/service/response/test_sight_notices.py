"""Corridors without readings call people: once when they go blind, once when they see again."""

import json
from random import Random
from zoneinfo import ZoneInfo

import pytest

from harness.service.incidents.incident import Severity
from harness.service.incidents.incident_event import Event, EventKind
from harness.service.response.channel_rule import ChannelRule
from harness.service.response.channel_sender import ChannelSender
from harness.service.response.escalation_policy import BlindRule, read_policy
from harness.service.response.language_file import FOLDER, STYLES, Style, read_language
from harness.service.response.notice_texts import NoticeTexts
from harness.service.response.responding import ResponseSettings
from harness.service.response.sight_notice import BEGUN_BY, Sight, SightNotice
from harness.service.response.weekly_hours import WeeklyHours
from harness.service.store.database import Database
from tests.harness.service.response.response_cases import MONDAY_S
from tests.harness.service.response.response_stores import ANN, HOOK, LOG, Desk, desk, settings_with

DAYS, RESTARTS, SILENCES = 30, 10, 40
LANGUAGES = sorted(path.stem for path in FOLDER.glob("*.toml"))


def silent(since_s: float, corridor: str = "A4", exercise: bool = False) -> Event:
    """A corridor's sources fall silent; the key is that of the service."""
    data = {"since_s": since_s, "exercise": exercise}
    return Event(f"{corridor}/source_silent/{since_s!r}", corridor, since_s, EventKind.SOURCE_SILENT, data=data)


def back(since_s: float, until_s: float, corridor: str = "A4", exercise: bool = False) -> Event:
    """They speak again."""
    data = {"since_s": since_s, "exercise": exercise}
    return Event(f"{corridor}/source_back/{since_s!r}", corridor, until_s, EventKind.SOURCE_BACK, data=data)


def told(one: Desk) -> list[tuple[str, str, str]]:
    """Channel, recipient and reason of all messages."""
    return sorted(one.messages())


def test_a_blind_corridor_is_told_as_the_policy_says_and_its_end_to_the_same(empty_url: str | None) -> None:
    with desk(url=empty_url) as one:
        one.store.append([silent(600.0)])
        hook = "https://example.org/hook"
        blind = [("hook", hook, "blind"), ("mail", "ann", "blind")]
        assert told(one) == blind
        assert {row.severity for row in one.rows()} == {"high"}
        one.store.append([back(600.0, 1200.0)])
        assert told(one) == sorted([*blind, ("hook", hook, "seeing"), ("mail", "ann", "seeing")])


def test_a_corridor_whose_detectors_all_failed_calls_as_a_blind_one_and_ends_for_itself(empty_url: str | None) -> None:
    failed = Event("failed", "A4", 720.0, EventKind.DETECTORS_FAILED, data={"since_s": 600.0, "exercise": True})
    again = Event("again", "A4", 1200.0, EventKind.DETECTORS_BACK, data={"since_s": 600.0, "exercise": True})
    with desk(url=empty_url) as one:
        one.store.append([failed])
        one.store.append([silent(660.0), back(660.0, 900.0)])
        one.store.append([again])
        mails = [row for row in one.rows() if row.channel == "mail"]
    assert [row.reason for row in mails] == ["failed", "blind", "seeing", "detecting"]
    assert "[EXERCISE] Blind: all detectors of A4 failed at 00:10" in mails[0].text
    assert "Blind from 00:10 to 00:20" in mails[-1].text


def test_a_month_with_silent_sources_calls_once_per_silence_across_restarts() -> None:
    rng = Random(7)
    acts: list[tuple[float, Event | None]] = []
    silences = []
    for corridor in ("A4", "B1"):
        at_s = MONDAY_S
        for _ in range(SILENCES):
            at_s += rng.uniform(600, 86400)
            until_s = at_s + rng.uniform(300, 7200)
            if until_s < MONDAY_S + DAYS * 86400:
                silences.append((corridor, at_s))
                # A service that restarts tells the same silence again; its event is the same one.
                again_s = rng.uniform(at_s, until_s)
                acts += [(at_s, silent(at_s, corridor)), (again_s, silent(at_s, corridor))]
                acts.append((until_s, back(at_s, until_s, corridor)))
            at_s = until_s
    acts += [(MONDAY_S + rng.uniform(0, DAYS * 86400), None) for _ in range(RESTARTS)]
    with desk() as one:
        for at_s, event in sorted(acts, key=lambda act: act[0]):
            one.wall_s = at_s
            if event is None:
                one.store.close()
                one.renew()
            else:
                one.store.append([event])
            assert one.fire() == []
        mails = [row.reason for row in one.rows() if row.channel == "mail"]
        assert one.response.passed_over == 0
    assert len(silences) > SILENCES // 2
    assert (mails.count("blind"), mails.count("seeing")) == (len(silences), len(silences))


def test_two_blind_corridors_end_each_for_itself(empty_url: str | None) -> None:
    with desk(url=empty_url) as one:
        one.store.append([silent(600.0)])
        one.store.append([silent(630.0, "B1")])
        one.store.append([back(600.0, 900.0)])
        ends = [row.text for row in one.rows() if row.reason == "seeing" and row.channel == "mail"]
        assert len(ends) == 1
        assert "A4" in ends[0]


def test_the_end_of_a_silence_that_nobody_was_told_of_is_told_to_nobody() -> None:
    with desk() as one:
        one.store.append([back(600.0, 900.0)])
        assert one.messages() == []


@pytest.mark.parametrize(
    ("severity", "channels"), [("never", set()), ("critical", {"gateway", "hook", "mail", "radio"})]
)
def test_the_policy_says_how_severe_blindness_is(severity: str, channels: set[str]) -> None:
    policy = read_policy().model_copy(update={"blind": BlindRule.model_validate({"severity": severity})})
    given = settings_with()
    with desk(ResponseSettings(given.texts, given.channels, given.people, policy)) as one:
        one.store.append([silent(600.0)])
        assert {channel for channel, _, _ in one.messages()} == channels


def test_programs_get_the_corridor_and_since_when_and_no_incident() -> None:
    with desk(settings_with((HOOK,))) as one:
        one.store.append([silent(600.0, exercise=True)])
        [row] = one.rows()
        content = json.loads(row.payload)
    assert (content["incident"], content["reason"], content["exercise"]) == (None, "blind", True)
    assert content["sight"] == {"corridor": "A4", "since_s": 600.0, "until_s": None}
    assert content["text"].startswith("[EXERCISE] Blind: no readings from A4 since 00:10")


def test_a_silence_that_was_over_before_quiet_hours_were_is_never_told() -> None:
    night = WeeklyHours(frozenset(range(7)), 0, 6 * 60, ZoneInfo("UTC"))
    quiet = ChannelRule("mail", "email", quiet=(night,))
    sent: list[str] = []

    class Kept:
        def send(self, message: object) -> None:
            sent.append(str(message))

        def close(self) -> None:
            """Nothing is open."""

    with desk(settings_with((quiet,), (ANN,))) as one:
        one.store.append([silent(600.0)])
        one.wall_s += 600
        one.store.append([back(600.0, 1200.0)])
        one.wall_s = MONDAY_S + 7 * 3600
        database: Database = one.store.database
        sender = ChannelSender(database, quiet, Kept(), lambda rule, held: {}, LOG, lambda: one.wall_s)
        while sender.step():
            continue
        assert sent == []
        assert {row.state for row in one.rows()} == {"dropped"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("sight", Sight)
def test_every_text_names_the_road_and_the_time_and_marks_an_exercise_first(
    language: str, style: Style, sight: Sight
) -> None:
    notice = SightNotice("A4", sight, Severity.HIGH, True, 8 * 3600 + 840.0, 8 * 3600 + 1800.0)
    texts = NoticeTexts(read_language(language))
    text = texts.sight_text(notice, style)
    assert text.startswith(f"[{texts.language.exercise}] ")
    assert "A4" in text
    assert "08:14" in text
    assert ("08:30" in text) == (sight in BEGUN_BY)
