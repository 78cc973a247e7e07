"""Words and templates of a language, from a TOML file; English ships, German too. Templates hold names in braces, nothing else.

What a file lacks, because it was written for an older version or on purpose, is told in English: `Language.lacks` says what.

>>> read_language("de").severity["high"]
'hoch'
"""

from collections.abc import Mapping
from pathlib import Path
from string import Formatter
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, Field

from harness.service.incidents.incident import IncidentKind, Severity
from harness.service.response.notice import Reason
from harness.service.response.sight_notice import Sight
from scenarios.errors import UserError, at
from scenarios.files.toml_file import read_toml
from scenarios.files.validation import validate
from scenarios.strict_model import StrictModel
from scenarios.suggestion import likely

FOLDER = Path(__file__).with_name("languages")
"""The languages that ship."""
NAMES = (
    "mark",
    "reason",
    "kind",
    "severity",
    "corridor",
    "place",
    "short_place",
    "lanes",
    "queue",
    "time",
    "confidence",
    "evidence",
    "actions",
    "id",
    "nobody",
)
"""What a template of a message may hold."""
SIGHT_NAMES = ("mark", "corridor", "severity", "since", "until", "nobody")
"""What a template about a blind corridor may hold; `until` is empty while it is blind."""
Style = Literal["short", "subject", "long", "spoken"]
STYLES: tuple[Style, ...] = get_args(Style)
"""How a message is written: an SMS, a subject, a mail, words that are read out."""


def _checked(*names: str) -> AfterValidator:
    def check(text: str) -> str:
        try:
            parts = list(Formatter().parse(text))
        except ValueError as error:
            raise ValueError(f"a template with braces in pairs: {error}") from None
        for _, name, form, conversion in parts:
            if name is not None and (name not in names or form or conversion):
                raise ValueError(f"{{{name}}} is not known here{likely(name, names)}; there are {', '.join(names)}")
        return text

    return AfterValidator(check)


Template = Annotated[str, Field(max_length=5000), _checked(*NAMES)]
SightTemplate = Annotated[str, Field(max_length=5000), _checked(*SIGHT_NAMES)]


class PlaceWords(StrictModel):
    """How a place, lanes and a queue are told."""

    named: Annotated[str, _checked("corridor", "upstream", "downstream", "position")]
    short: Annotated[str, _checked("corridor", "position")]
    lanes: Annotated[str, _checked("lanes", "there", "numbers", "outermost")]
    rightmost: str = "rightmost"
    leftmost: str = "leftmost"
    no_lanes: str
    queue: Annotated[str, _checked("vehicles")]
    no_queue: str


class SightWords(StrictModel):
    """How a corridor's sight is told, by style."""

    short: SightTemplate
    subject: SightTemplate
    long: SightTemplate
    spoken: SightTemplate

    def template(self, style: Style) -> str:
        """Return the template of a style."""
        found: str = getattr(self, style)
        return found


class Language(StrictModel):
    """Words and templates; each style has a `default`, and may have one for a severity.

    `lacks`: what the file lacks, by its keys; it stands here in English.
    """

    name: str
    decimal: Literal[".", ","]
    exercise: str = Field(min_length=1)
    test: str = Field(min_length=1)
    unknown: str
    nobody: Annotated[str, _checked("teams")]
    digest_subject: Annotated[str, _checked("count", "recipient")]
    digest_head: Annotated[str, _checked("cap")]
    place: PlaceWords
    severity: Mapping[Severity, str]
    kind: Mapping[IncidentKind, str]
    reason: Mapping[Reason, Annotated[str, _checked("team", "type", "minutes")]]
    short: Mapping[str, Template]
    subject: Mapping[str, Template]
    long: Mapping[str, Template]
    spoken: Mapping[str, Template]
    blind: SightWords
    seeing: SightWords
    failed: SightWords
    detecting: SightWords
    lacks: tuple[str, ...] = ()

    def sight(self, sight: Sight) -> SightWords:
        """Return how a corridor's sight is told."""
        found: SightWords = getattr(self, sight.value)
        return found

    def template(self, style: Style, severity: Severity) -> str:
        """Return the template of a style for a severity."""
        templates: Mapping[str, str] = getattr(self, style)
        return templates.get(severity.value, templates["default"])


def read_language(name: str, folder: Path = Path()) -> Language:
    """Return a language that ships, by its name, or one in a TOML file. Raises MissingFileError, UserError."""
    path = folder / name if name.endswith(".toml") else FOLDER / f"{name}.toml"
    shipped = sorted(each.stem for each in FOLDER.glob("*.toml"))
    if path.parent == FOLDER and name not in shipped:
        raise UserError(f"language: wanted one of {', '.join(shipped)}, or a file ending in .toml; got {name!r:.60}")
    try:
        given = read_toml(path)
        filled, lacks = _filled(given, read_toml(FOLDER / "en.toml"))
        language = validate(Language, filled).model_copy(update={"lacks": lacks})
    except UserError as error:
        raise error if str(path) in str(error) else at(str(path), error) from None
    for style in STYLES:
        known = ("default", *Severity)
        wrong = [each for each in getattr(language, style) if each not in known]
        if wrong or "default" not in getattr(language, style):
            raise UserError(
                f"{path}: {style}: wanted default, and {', '.join(Severity)} where they differ; got {wrong}"
            )
    return language


def _filled(given: Mapping[str, Any], english: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return a file's content, what it lacks taken from English, and the keys of that. Its name is never taken."""
    filled, lacks = dict(given), []
    for key, words in english.items():
        if key == "name":
            continue
        if key not in given:
            filled[key] = words
            lacks.append(key)
        elif isinstance(words, dict) and isinstance(given[key], dict) and key not in STYLES:
            missing = [each for each in words if each not in given[key]]
            filled[key] = {**given[key], **{each: words[each] for each in missing}}
            lacks += [f"{key}.{each}" for each in missing]
    return filled, tuple(lacks)
