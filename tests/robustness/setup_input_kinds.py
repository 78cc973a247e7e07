"""Files that say what is simulated: scenarios, roads, studies, a user's own network."""

from tests.robustness.input_kind import READ_OF_OWN_FILES, SILENT, InputKind

SETUP_KINDS = (
    InputKind(
        "scenario", ("scenario.toml",), "toml", (("run", "scenario.toml", *SILENT[:-2]),), ("road", "schedule.toml")
    ),
    InputKind(
        "battery",
        ("battery.toml",),
        "toml",
        (
            ("battery", "battery.toml", *SILENT, "--no-report"),
            ("battery", "battery.toml", *SILENT, "--shard", "1/2"),
            ("compare", "battery.toml", "--detector", "snd", "--jobs", "1"),
        ),
        ("road",),
    ),
    InputKind("site", ("road/site.toml",), "toml", (("battery", "halves.toml", *SILENT),), ("halves.toml",)),
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
    InputKind(
        "own network",
        ("own/road.net.xml", "own/cars.rou.xml", "own/loops.add.xml"),
        "xml",
        (("run", "own/own.toml", *SILENT[:-2]),),
        ("own",),
        reads=READ_OF_OWN_FILES,
        sumo=True,
    ),
    InputKind(
        "own packed network",
        ("own/road.net.xml.gz", "own/cars.rou.xml.gz"),
        "xml",
        (("run", "own/packed.toml", *SILENT[:-2]),),
        ("own",),
        reads=READ_OF_OWN_FILES,
        sumo=True,
    ),
)
