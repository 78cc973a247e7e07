"""The detectors after --detector, each with its file after --parameters: checked before anything starts."""

from collections.abc import Sequence
from pathlib import Path

from detectors.catalogue import DETECTORS, build
from harness.commands.file_options import existing_file
from harness.running.detector_names import check_given_once
from harness.running.run_defaults import DEFAULT_DETECTOR, shipped_text
from scenarios.corridor import Corridor
from scenarios.errors import UserError


def detector_parameters(detectors: Sequence[str], files: Sequence[str], corridor: Corridor) -> dict[str, str | None]:
    """Return each detector with the text of its parameters (None: the shipped ones), after a trial on `corridor`.

    Without a file, `sheu2004` gets the text of its shipped parameters, so that results show them. Raises
    UserError, MissingFileError.
    """
    paths = parameter_files(detectors, files)
    for name, path in paths.items():
        build(name, corridor, path)
    return {name: _text(path) if path else shipped_text(name) for name, path in paths.items()}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise UserError(f"--parameters {path}: wanted UTF-8 text (is it compressed?)") from None


def parameter_files(detectors: Sequence[str], files: Sequence[str]) -> dict[str, Path | None]:
    """Return each detector, or the default one, with the file given for it as FILE or DETECTOR=FILE; nothing is read.

    Raises UserError, MissingFileError.
    """
    names = list(detectors) or [DEFAULT_DETECTOR]
    check_given_once(names, "--detector")
    paths: dict[str, Path] = {}
    for given in files:
        name, file = _split(given, names)
        if name in paths:
            raise UserError(f"--parameters for {name} is given twice")
        paths[name] = existing_file(file, "--parameters")
    return {name: paths.get(name) for name in names}


def _split(given: str, names: list[str]) -> tuple[str, str]:
    name, sign, file = given.partition("=")
    if sign and (name in names or name in DETECTORS):
        if name not in names:
            raise UserError(f"--parameters {given}: {name} does not run (add --detector {name}?)")
        return name, file
    if len(names) > 1:
        raise UserError(f"--parameters {given}: with several detectors use NAME=FILE, such as {names[0]}={given}")
    return names[0], given
