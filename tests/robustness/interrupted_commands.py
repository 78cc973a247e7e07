"""Commands that are worth killing, each small enough for many kills: what it needs, and what must be true afterwards."""

from dataclasses import dataclass

from tests.robustness.good_inputs import DAYS

Arguments = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A command by its `arguments`, on the inputs `needs` of `good_inputs`, after the commands `first`.

    `kept`: patterns of what is finished in one step and must not be made again. `survives`: a file or folder that is there before,
    and that must at every instant be the old or the new one. `once`: a file by which the command is done: it is not run again where
    that is complete after a kill.
    """

    name: str
    arguments: Arguments
    needs: tuple[str, ...]
    first: tuple[Arguments, ...] = ()
    kept: tuple[str, ...] = ()
    survives: str = ""
    once: str = ""


_TWO = ("--jobs", "2")
COMMANDS = (
    Interrupted(
        "battery",
        ("battery", "battery.toml", "--detector", "silent", "--detector", "coin", "--out", "out", *_TWO),
        ("battery.toml",),
        kept=("out/runs/*",),
    ),
    Interrupted(
        "placement",
        ("placement", "study.toml", "--out", "out", "--recordings", "dense", *_TWO),
        ("study.toml", "halves.toml", "road"),
        kept=("dense/*/halves/runs/*", "dense/*/halves-arrays/*"),
    ),
    Interrupted(
        "faults robustness",
        (
            *("faults", "robustness", *DAYS, "--mask-faults", "iris", "--share", "0", "--share", "0.1"),
            *("--detector", "apid", "--out", "out", *_TWO),
        ),
        DAYS,
        kept=("out/replays/*",),
    ),
    Interrupted(
        "faults detect",
        ("faults", "detect", *DAYS, "--faults", "rates.toml", "--out", "out", *_TWO),
        (*DAYS, "rates.toml"),
        kept=("out/replays/*",),
    ),
    Interrupted(
        "faults inject",
        ("faults", "inject", *DAYS, "--faults", "rates.toml", "--out", "out"),
        (*DAYS, "rates.toml"),
    ),
    Interrupted(
        "faults routes",
        ("faults", "routes", "routes.toml", "--out", "out"),
        ("routes.toml", "town.toml"),
        kept=("out/days/*",),
    ),
    Interrupted(
        "compare",
        ("compare", "battery.toml", "--detector", "apid", "--detector", "coin", *_TWO),
        ("battery.toml",),
        kept=("results/battery/runs/*", "results/battery/comparison/replays/*"),
    ),
    Interrupted(
        "baseline save",
        ("baseline", "save", "results", "--out", "saved.json"),
        ("results",),
        once="saved.json",
    ),
    Interrupted(
        "baseline accept",
        ("baseline", "accept", "baseline.json", "results", "--because", "a try"),
        ("results", "baseline.json"),
        survives="baseline.json",
        once="baseline.json",
    ),
    Interrupted(
        "run again",
        ("run", "scenario.toml", "--detector", "coin", "--seed", "7", "--out", "out"),
        ("scenario.toml", "road", "schedule.toml"),
        first=(("run", "scenario.toml", "--detector", "coin", "--out", "out"),),
        survives="out/runs/small",
    ),
    Interrupted(
        "merge",
        ("merge", "shard-1", "shard-2", "--out", "out"),
        ("shard-1", "shard-2"),
        kept=("out/runs/*",),
    ),
    Interrupted(
        "calibrate",
        ("calibrate", "conservation", "--recordings", *DAYS, "--out", "found.json"),
        DAYS,
    ),
    Interrupted(
        "replay",
        ("replay", *DAYS, "--detector", "apid", "--detector", "sheu2004", "--out", "out"),
        DAYS,
        kept=("out/replays/*",),
    ),
    Interrupted("report", ("report", "results"), ("results",), kept=("results/runs/*",)),
)
BY_NAME = {command.name: command for command in COMMANDS}
