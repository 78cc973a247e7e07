"""Files of recordings, and of the field formats that become some."""

from tests.robustness.good_inputs import DAYS
from tests.robustness.input_kind import Arguments, InputKind

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

RECORDING_KINDS = (
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
