"""Renamed commands: old names work for one version, and print the new one."""

from collections.abc import Sequence

_NEW_NAMES = {
    "corrupt": ("faults", "inject"),
    "detect-faults": ("faults", "detect"),
    "robustness": ("faults", "robustness"),
}


def with_new_name(arguments: Sequence[str]) -> tuple[list[str], str]:
    """Return the arguments with an old name replaced, and a notice; "" where the name is not old.

    >>> with_new_name(["corrupt", "monday"])
    (['faults', 'inject', 'monday'], 'laneblock corrupt is now laneblock faults inject; the old name ends with the next version')
    """
    name, *rest = arguments
    if name in _NEW_NAMES:
        return [*_NEW_NAMES[name], *rest], _notice(name, " ".join(_NEW_NAMES[name]))
    if name == "faults" and _is_study(rest):
        return ["faults", "routes", *rest], _notice("faults STUDY", "faults routes STUDY")
    return list(arguments), ""


def _notice(old: str, new: str) -> str:
    return f"laneblock {old} is now laneblock {new}; the old name ends with the next version"


def _is_study(rest: Sequence[str]) -> bool:
    """Whether a study follows `faults`, first or after options, instead of a command."""
    if not rest:
        return False
    word = rest[-1] if rest[0].startswith("--") else rest[0]
    if word.endswith(".toml"):
        return True
    if word.startswith("-") or word in ("inject", "detect", "robustness", "routes"):
        return False
    from scenarios.files.route_loss_study_file import route_loss_study_names  # here, because the import is slow

    return word in route_loss_study_names()
