"""Every kind of file that a command reads, with the commands that read it: what `mutated_inputs` damages and runs."""

from dataclasses import dataclass

from tests.robustness.good_inputs import DAYS

Arguments = tuple[str, ...]

RECORDS_ARE_FREE_TO_HOLD = (
    r"(^|\.)(versions|provenance|platform|system|machine|command|status|sources|description|made_with)"
)
"""Fields of records that say where they come from; no command computes with them."""

READ_OF_OWN_FILES = r"^(pos|length|index|fromLane|toLane|depart|speed)$"
"""Attributes of SUMO's files that laneblock or SUMO computes with; SUMO judges all others."""
NOTHING = "^$"
"""Pattern of the fields of a file that is written anew, or else not needed."""


@dataclass(frozen=True, slots=True)
class InputKind:
    """A kind of file. Names are those of `good_inputs`.

    `files`, one of which is damaged, of the format `form`; `needs`: further files and folders that the `commands` read, of which
    one is drawn. `reads`: a pattern of the fields that the commands need (all where it is empty), `ignores` of those that they
    do not; `may_be_absent`: the commands may do without the file. `sumo`: they simulate, for a few seconds.
    """

    name: str
    files: tuple[str, ...]
    form: str
    commands: tuple[Arguments, ...]
    needs: tuple[str, ...] = ()
    reads: str = ""
    ignores: str = RECORDS_ARE_FREE_TO_HOLD
    may_be_absent: bool = False
    sumo: bool = False


CLASSICAL = ("apid", "california7", "california8", "delos", "mcmaster", "snd")
LEARNED = ("mlp", "pnn", "trees")
RUN = "results/runs/incident-1"


def _model(detector: str, file: str) -> InputKind:
    given = ("--detector", detector, "--parameters", f"models/{file}", "--out", "out")
    return InputKind(
        f"model of {detector}",
        (f"models/{file}",),
        file.rpartition(".")[2],
        (("replay", "day-1", *given), ("check", detector, "--parameters", f"models/{file}")),
        ("day-1",),
    )


def _fault_model(detector: str, file: str) -> InputKind:
    return InputKind(
        f"model of {detector}",
        (f"models/{file}",),
        file.rpartition(".")[2],
        (
            ("replay", "day-1", "--detector", "silent", "--mask-faults", f"{detector}=models/{file}", "--out", "out"),
            (
                *("faults", "detect", "day-1", "--faults", "rates.toml", "--detector", detector),
                *("--parameters", f"{detector}=models/{file}", "--out", "out", "--jobs", "1"),
            ),
        ),
        ("day-1", "rates.toml"),
    )


_SILENT = ("--detector", "silent", "--out", "out", "--jobs", "1")
_REPLAYS: tuple[Arguments, ...] = (
    ("replay", "recording", "--detector", "apid", "--out", "out"),
    ("calibrate", "mcmaster", "--recordings", "recording", *DAYS, "--out", "found.toml"),
    ("faults", "detect", "recording", "--faults", "schedule.toml", "--detector", "pems", "--out", "out", "--jobs", "1"),
    ("faults", "inject", "recording", "--faults", "schedule.toml", "--out", "out"),
    (
        *("faults", "robustness", "recording", "--mask-faults", "iris", "--share", "0.1", "--detector", "snd"),
        *("--out", "out", "--jobs", "1"),
    ),
    ("baseline", "save", "recording", "--detector", "delos", "--out", "found.json"),
)
_PLAIN = tuple(
    tuple(word.replace("recording", "plain", 1) if word == "recording" else word for word in each) for each in _REPLAYS
)
_RESULTS: tuple[Arguments, ...] = (
    ("report", "results"),
    ("compare", "results", "--detector", "apid", "--jobs", "1"),
    ("baseline", "save", "results", "--out", "found.json"),
    ("baseline", "compare", "baseline.json", "results"),
    (
        "battery",
        "battery.toml",
        "--detector",
        "silent",
        "--detector",
        "coin",
        "--out",
        "results",
        "--jobs",
        "1",
        "--no-report",
    ),
)
_RESULTS_NEED = ("results", "baseline.json", "battery.toml")

KINDS = (
    InputKind(
        "scenario", ("scenario.toml",), "toml", (("run", "scenario.toml", *_SILENT[:-2]),), ("road", "schedule.toml")
    ),
    InputKind(
        "battery",
        ("battery.toml",),
        "toml",
        (
            ("battery", "battery.toml", *_SILENT, "--no-report"),
            ("battery", "battery.toml", *_SILENT, "--shard", "1/2"),
            ("compare", "battery.toml", "--detector", "snd", "--jobs", "1"),
        ),
        ("road",),
    ),
    InputKind("site", ("road/site.toml",), "toml", (("battery", "halves.toml", *_SILENT),), ("halves.toml",)),
    InputKind(
        "placement study",
        ("study.toml",),
        "toml",
        (("placement", "study.toml", "--out", "out", "--jobs", "1"),),
        ("halves.toml", "road"),
    ),
    InputKind(
        "route loss study", ("routes.toml", "town.toml"), "toml", (("faults", "routes", "routes.toml", "--out", "out"),)
    ),
    InputKind(
        "faults to inject",
        ("schedule.toml", "rates.toml"),
        "toml",
        (
            ("faults", "inject", "recording", "--faults", "FILE", "--out", "out"),
            ("faults", "detect", "recording", "--faults", "FILE", "--detector", "iris", "--out", "out", "--jobs", "1"),
        ),
        ("recording",),
    ),
    InputKind("corridor", ("recording/corridor.toml",), "toml", _REPLAYS, ("recording", "schedule.toml", *DAYS)),
    InputKind("loops", ("plain/loops.csv",), "csv", _PLAIN, ("plain", "schedule.toml", *DAYS)),
    InputKind("packed loops", ("recording/loops.csv.gz",), "csv", _REPLAYS, ("recording", "schedule.toml", *DAYS)),
    InputKind(
        "loops in parquet",
        ("parquet/loops.parquet",),
        "bytes",
        (("replay", "parquet", "--detector", "apid", "--out", "out"),),
        ("parquet",),
    ),
    InputKind(
        "kept replays",
        ("comparison/replays/incident-1.npz",),
        "npz",
        (("compare", "results", "--detector", "apid", "--out", "comparison", "--jobs", "1"),),
        ("results", "comparison"),
        reads=NOTHING,
        may_be_absent=True,
    ),
    InputKind(
        "incidents",
        ("plain/incidents.csv",),
        "csv",
        _PLAIN[:3] + _PLAIN[4:],
        ("plain", "schedule.toml", *DAYS),
        may_be_absent=True,
    ),
    InputKind(
        "truth",
        ("plain/truth.json",),
        "json",
        _PLAIN[:2] + _PLAIN[4:],
        ("plain", "schedule.toml", *DAYS),
        may_be_absent=True,
    ),
    InputKind(
        "known faults",
        ("faulty/faults.csv",),
        "csv",
        (("faults", "detect", "faulty", "--detector", "iris", "--out", "out", "--jobs", "1"),),
        ("faulty",),
        may_be_absent=True,
    ),
    InputKind(
        "true loops",
        ("faulty/true_loops.csv.gz",),
        "csv",
        (("faults", "detect", "faulty", "--detector", "iris", "--out", "out", "--jobs", "1"),),
        ("faulty",),
        may_be_absent=True,
    ),
    *(_model(name, f"{name}.toml") for name in CLASSICAL),
    *(_model(name, f"{name}.json") for name in LEARNED),
    _model("sheu2004", "sheu2004.toml"),
    _model("sequential", "sequential.json"),
    _fault_model("conservation", "conservation.json"),
    _fault_model("gp_cusum_30s", "gp_cusum_30s.npz"),
    InputKind(
        "record of a battery",
        ("results/battery.json",),
        "json",
        (_RESULTS[0], _RESULTS[-1]),
        _RESULTS_NEED,
        reads=r"^(scenarios|detectors)",
    ),
    InputKind(
        "record of a run",
        (f"{RUN}/run.json",),
        "json",
        (*_RESULTS, ("run", f"{RUN}/run.json", "--out", "out"), ("report", RUN)),
        _RESULTS_NEED,
        reads=r"^scenario",
        may_be_absent=True,
    ),
    InputKind("truth of a run", (f"{RUN}/truth.json",), "json", _RESULTS[:3], _RESULTS_NEED),
    InputKind(
        "tables of a run",
        (
            f"{RUN}/truth_lanes.csv.gz",
            f"{RUN}/truth_changes.csv.gz",
            f"{RUN}/incidents.csv",
        ),
        "csv",
        _RESULTS[:3],
        _RESULTS_NEED,
        may_be_absent=True,
    ),
    InputKind(
        "traffic of a run",
        (f"{RUN}/traffic.json",),
        "json",
        (_RESULTS[0], ("report", RUN)),
        _RESULTS_NEED,
        ignores="^lost",
        may_be_absent=True,
    ),
    InputKind(
        "decisions of a run", (f"{RUN}/decisions-coin.csv.gz",), "csv", _RESULTS[:1], _RESULTS_NEED, may_be_absent=True
    ),
    InputKind(
        "loops of a run",
        (f"{RUN}/loops.csv.gz",),
        "csv",
        (*_RESULTS[:2], ("report", RUN)),
        _RESULTS_NEED,
        may_be_absent=True,
    ),
    InputKind(
        "loops of a twin", (f"{RUN}/twin_loops.csv.gz",), "csv", (("report", RUN),), ("results",), may_be_absent=True
    ),
    InputKind(
        "score",
        ("results/score.json",),
        "json",
        (("report", "results"),),
        ("results",),
        reads=NOTHING,
        may_be_absent=True,
    ),
    InputKind(
        "shard",
        ("shard-1/battery.json",),
        "json",
        (("merge", "shard-1", "shard-2", "--out", "out", "--no-report"),),
        ("shard-1", "shard-2"),
        reads=r"^(name|scenarios|detectors|parameters|fingerprints|shard)",
    ),
    InputKind(
        "run of a shard",
        ("shard-1/runs/incident-1/run.json", "shard-1/runs/incident-1/decisions-coin.csv.gz"),
        "bytes",
        (("merge", "shard-1", "shard-2", "--out", "out", "--no-report"),),
        ("shard-1", "shard-2"),
    ),
    InputKind(
        "baseline",
        ("baseline.json",),
        "json",
        (
            ("baseline", "compare", "baseline.json", "results"),
            ("baseline", "compare", "baseline.json", "results", "--statistical"),
        ),
        ("results",),
    ),
    InputKind(
        "own network",
        ("own/road.net.xml", "own/cars.rou.xml", "own/loops.add.xml"),
        "xml",
        (("run", "own/own.toml", *_SILENT[:-2]),),
        ("own",),
        reads=READ_OF_OWN_FILES,
        sumo=True,
    ),
    InputKind(
        "own packed network",
        ("own/road.net.xml.gz", "own/cars.rou.xml.gz"),
        "xml",
        (("run", "own/packed.toml", *_SILENT[:-2]),),
        ("own",),
        reads=READ_OF_OWN_FILES,
        sumo=True,
    ),
    InputKind(
        "tables of Portland",
        tuple(f"portland/{name}.csv" for name in ("freeway_stations", "freeway_detectors", "highways")),
        "csv",
        (("convert", "portland", "portland", "--out", "out"),),
        ("portland",),
        reads=r"^lanenumber$",
    ),
    InputKind(
        "archive of Portland",
        ("portland/TRAFFIC.zip",),
        "bytes",
        (("convert", "portland", "portland", "--out", "out"),),
        ("portland",),
    ),
)
