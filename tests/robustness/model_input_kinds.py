"""Files of detectors: their parameters and models."""

from tests.robustness.input_kind import InputKind

CLASSICAL = ("apid", "california7", "california8", "delos", "mcmaster", "snd")
LEARNED = ("ensemble", "mlp", "pnn", "trees")


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


MODEL_KINDS = (
    *(_model(name, f"{name}.toml") for name in CLASSICAL),
    *(_model(name, f"{name}.json") for name in LEARNED),
    _model("sheu2004", "sheu2004.toml"),
    _model("sequential", "sequential.json"),
    _fault_model("conservation", "conservation.json"),
    _fault_model("gp_cusum_30s", "gp_cusum_30s.npz"),
)
