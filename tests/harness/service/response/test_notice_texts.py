import re
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from harness.service.incidents.incident import IncidentKind, Severity
from harness.service.response.gsm_text import LONGEST, septets
from harness.service.response.language_file import FOLDER, STYLES, Style, read_language
from harness.service.response.notice import Notice, Reason
from harness.service.response.notice_texts import NoticeTexts, Units
from scenarios.errors import UserError
from tests.harness.service.response.response_cases import ROAD, opened_incident

NOTICE = Notice(opened_incident(severity="high"), Reason.OPENED, 7 * 3600.0 + 120)
LANGUAGES = sorted(path.stem for path in FOLDER.glob("*.toml"))


def texts(language: str = "en", units: Units = "metric") -> NoticeTexts:
    return NoticeTexts(read_language(language), units, {"A4": ROAD})


def test_an_sms_tells_what_where_and_when() -> None:
    assert (
        texts().text(NOTICE, "short")
        == "New: Lanes blocked, high, A4 2.8 km, 1 of 3 lanes blocked (no. 1; 0 is rightmost), 07:02. A4/1"
    )


def test_a_severity_may_have_a_template_of_its_own_on_a_kind_of_channel() -> None:
    critical = replace(NOTICE, incident=opened_incident(severity="critical"))
    assert texts().text(critical, "short").startswith("CRITICAL Lanes blocked, A4 2.8 km")
    assert texts().text(critical, "subject") == "CRITICAL: Lanes blocked, A4 2.8 km (New)"


def test_german_has_its_words_and_its_comma() -> None:
    wanted = (
        "Neu: Fahrstreifen gesperrt, hoch, A4 2,8 km, 1 von 3 Fahrstreifen gesperrt (Nr. 1; 0 ist rechts), 07:02. A4/1"
    )
    assert texts("de").text(NOTICE, "short") == wanted


def test_miles_are_told_where_the_operator_counts_in_them() -> None:
    assert texts(units="imperial").text(NOTICE, "subject") == "high: Lanes blocked, A4 1.7 mi (New)"


def test_what_is_read_out_is_sentences_and_says_what_is_not_known() -> None:
    bare = replace(opened_incident(severity="high", exercise=True), lanes=(), queue_veh=float("nan"))
    told = texts().text(Notice(bare, Reason.OPENED, 60.0), "spoken")
    assert told.endswith("between s3 and s4, at 2.8 km. Lanes not known. Queue not known. 00:01.")
    assert told.startswith("[EXERCISE] New. Lanes blocked, high.")


def test_a_mail_names_stations_evidence_and_what_to_do() -> None:
    text = texts().text(NOTICE, "long")
    assert "Place: A4, between s3 and s4, at 2.8 km" in text
    assert "Evidence: speed fell" in text
    assert text.endswith("Recommended:\n- Look at a camera")


def test_a_time_of_day_is_that_of_the_road() -> None:
    told = NoticeTexts(read_language("en"), zones={"A4": ZoneInfo("Europe/Berlin")})
    assert "01:30" in told.text(Notice(NOTICE.incident, Reason.OPENED, 1767225600.0 + 1800), "short")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("severity", Severity)
def test_an_exercise_and_a_test_are_marked_first_in_every_text(language: str, style: Style, severity: Severity) -> None:
    incident = replace(opened_incident(exercise=True), severity=severity)
    told = texts(language)
    for reason, mark in ((Reason.OPENED, told.language.exercise), (Reason.TEST, told.language.test)):
        assert told.text(Notice(incident, reason, 60.0), style).startswith(f"[{mark}] ")


def test_a_template_without_the_mark_is_marked_too() -> None:
    bare = read_language("en").model_copy(update={"short": {"default": "{kind}"}})
    incident = opened_incident(exercise=True)
    assert NoticeTexts(bare).text(Notice(incident, Reason.OPENED, 60.0), "short") == "[EXERCISE] Lanes blocked"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("reason", Reason)
@pytest.mark.parametrize("kind", IncidentKind)
def test_every_sms_fits(language: str, reason: Reason, kind: IncidentKind) -> None:
    incident = replace(opened_incident(exercise=True), kind=kind, severity=Severity.CRITICAL, corridor="A" * 200)
    text = texts(language).text(Notice(incident, reason, 60.0, ("police",)), "short")
    assert septets(text) <= LONGEST
    assert "[" in text


def test_what_is_not_known_is_said() -> None:
    incident = replace(NOTICE.incident, position_m=float("nan"), queue_veh=float("nan"), lanes=())
    assert "A4 not known, lanes not known" in texts().text(Notice(incident, Reason.OPENED, 60.0), "short")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("{reason}: {kind}", "{reson}: {kind}", "reson} is not known here"),
        ("{reason}: {kind}", "{reason.x}: {kind}", "is not known here"),
        ('name = "English"\n', "", "name: wanted, but missing"),
        ("[blind]", "[blnid]", "blnid: unknown key; did you mean 'blind'"),
        ("[spoken]\ndefault", "[spoken]\nother", "spoken: wanted default"),
    ],
)
def test_a_wrong_language_file_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    text = (FOLDER / "en.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "mine.toml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(UserError, match=told):
        read_language("mine.toml", tmp_path)


def test_what_a_language_file_of_an_older_version_lacks_is_told_in_english(tmp_path: Path) -> None:
    text = (FOLDER / "de.toml").read_text(encoding="utf-8").split("# Eine Strecke ohne")[0]
    for key in ("no_queue", "team_called", "team_released", "no_team"):
        text = re.sub(rf"^{key} = .*\n", "", text, flags=re.MULTILINE)
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    language, english = read_language("mine.toml", tmp_path), read_language("en")
    reasons = ("reason.team_called", "reason.team_released", "reason.no_team")
    assert language.lacks == ("place.no_queue", *reasons, "blind", "seeing", "failed", "detecting")
    assert (language.failed, language.place.no_queue) == (english.failed, english.place.no_queue)
    assert language.reason[Reason.NO_TEAM] == english.reason[Reason.NO_TEAM]
    assert language.severity == read_language("de").severity


@pytest.mark.parametrize("name", ["de", "en"])
def test_a_language_that_ships_lacks_nothing(name: str) -> None:
    assert read_language(name).lacks == ()


def test_an_unknown_language_is_told_with_those_that_ship() -> None:
    with pytest.raises(UserError, match="wanted one of de, en, or a file"):
        read_language("fr")


@pytest.mark.parametrize(("language", "words"), [("en", "(no. 1; 0 is leftmost)"), ("de", "(Nr. 1; 0 ist links)")])
def test_where_traffic_keeps_left_lane_0_is_the_leftmost(language: str, words: str) -> None:
    told = NoticeTexts(read_language(language), corridors={"A4": replace(ROAD, keeps_left=True)})
    assert words in told.text(NOTICE, "short")
