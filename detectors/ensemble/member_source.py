"""Members from the catalogue. The catalogue holds the ensemble, so it passes in what an ensemble needs of it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from detectors.catalogue_entry import Entry
from detectors.detector import Detector
from detectors.ensemble.ensemble_parameters import Member
from scenarios.corridor import Corridor
from scenarios.errors import PluginError, UserError, at

MEMBER_AIM = 1.0
"""False alarms per corridor-day that members are built for. Only a member that decides by rules of its own, such as `sheu2004`,
has a score that depends on it."""
SHOWN_DIGITS = 12
"""Digits of a fingerprint in a message, as in records."""


@dataclass(frozen=True, slots=True)
class MemberSource:
    """The catalogue as an ensemble sees it: `entry(name)`, `build(name, corridor, file, aim)`, `fingerprint(name, file, aim)`."""

    entry: Callable[[str], Entry]
    build: Callable[[str, Corridor, Path | None, float], Detector]
    fingerprint: Callable[[str, Path | bytes | None, float], str]


def build_member(member: Member, corridor: Corridor, source: MemberSource, where: str) -> Detector:
    """Return the detector of a member; `where` names the ensemble's file.

    Raises UserError for an unknown member, for a file of it that does not fit, and where its parameters or its code have changed
    since the ensemble was calibrated; PluginError where another package's code fails. All name the member.
    """
    place = f"{where}: member {member.name!r}"
    try:
        now = source.fingerprint(member.name, None if member.file is None else member.file.encode(), MEMBER_AIM)
        if now != member.fingerprint:
            raise UserError(
                f"wanted the parameters that the ensemble was calibrated with, {member.fingerprint[:SHOWN_DIGITS]}, "
                f"got {now[:SHOWN_DIGITS]} (calibrate the ensemble again: its margins are those of the old ones)"
            )
        return _built(member, corridor, source)
    except (UserError, PluginError) as error:
        raise at(place, error) from error


def _built(member: Member, corridor: Corridor, source: MemberSource) -> Detector:
    if member.file is None:
        return source.build(member.name, corridor, None, MEMBER_AIM)
    with TemporaryDirectory(prefix="laneblock-member-") as folder:
        path = Path(folder) / f"{member.name}{source.entry(member.name).suffix}"
        path.write_text(member.file, encoding="utf-8")
        try:
            return source.build(member.name, corridor, path, MEMBER_AIM)
        except UserError as error:
            raise type(error)(str(error).replace(f"{path}: ", "")) from None
