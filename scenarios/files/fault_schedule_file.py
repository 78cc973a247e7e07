"""Faults of loops in TOML: a schedule, fault by fault, or rates from which a schedule is drawn.

seed = 1                          # everything random in the faults' readings

[[faults]]                        # a schedule: fields of `scenarios.fault.SensorFault`
station = "3"
lane = 1
kind = "overcount"
onset_s = 1800
end_s = 5400                      # or never
magnitude = 0.3

[[random]]                        # or rates, drawn for each loop of the corridor and each run (fields of
                                  # `scenarios.fault_plan.FaultRate`)
kind = "dead"
per_loop_day = 0.2                # or share = 0.05: that share of all loops, each faulty once
duration_s = [600, 7200]
magnitude = [0.3, 1.0]            # for kinds that have one
"""

import reprlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from scenarios.errors import UserError, at
from scenarios.fault import SensorFault
from scenarios.fault_plan import FaultPlan, FaultRate
from scenarios.files.toml_file import read_toml
from scenarios.files.validation import validate
from scenarios.suggestion import likely

_KEYS = ("seed", "faults", "random")
_LARGEST_SEED = 2**63 - 1


def read_fault_plan(path: Path) -> FaultPlan:
    """Return the schedule or the rates in a TOML file. Raises MissingFileError, UserError naming file and place."""
    raw = read_toml(path)
    try:
        return replace(_plan(raw), file=path)
    except UserError as error:
        raise at(path, error) from None


def _plan(raw: Mapping[str, object]) -> FaultPlan:
    for key in raw:
        if key not in _KEYS:
            raise UserError(f"{key}: unknown key{likely(key, _KEYS)}; a file of faults has {', '.join(_KEYS)}")
    if "seed" not in raw:
        raise UserError("seed: wanted, but missing (a whole number: everything random comes from it)")
    seed = raw["seed"]
    if not isinstance(seed, int) or isinstance(seed, bool) or not 0 <= seed <= _LARGEST_SEED:
        raise UserError(f"seed: wanted a whole number, 0 or more, got {reprlib.repr(seed)}")
    if ("faults" in raw) == ("random" in raw):
        raise UserError("wanted [[faults]] (a schedule) or [[random]] (rates), one of them")
    faults = tuple(validate(SensorFault, each, at=("faults", k)) for k, each in enumerate(_tables(raw, "faults")))
    rates = tuple(validate(FaultRate, each, at=("random", k)) for k, each in enumerate(_tables(raw, "random")))
    return FaultPlan(seed, faults, rates)


def _tables(raw: Mapping[str, object], key: str) -> list[Mapping[str, object]]:
    found = raw.get(key, [])
    if not isinstance(found, list) or not all(isinstance(each, Mapping) for each in found):
        raise UserError(f"{key}: wanted [[{key}]] tables, got {reprlib.repr(found)}")
    if key in raw and not found:
        raise UserError(f"{key}: wanted at least one [[{key}]] table, got an empty list")
    return found
