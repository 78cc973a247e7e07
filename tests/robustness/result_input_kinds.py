"""Files that laneblock wrote as results: records, runs, shards, baselines, replays that are kept."""

from tests.robustness.input_kind import NOTHING, Arguments, InputKind

RUN = "results/runs/incident-1"
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

RESULT_KINDS = (
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
)
