"""Groups of detectors that are drawn together, because one picture of all of them is hard to read."""

from collections.abc import Sequence

GROUPS = (
    ("classical algorithms", ("california7", "california8", "apid", "delos", "snd", "mcmaster")),
    ("sequential tests and learned from incidents", ("sequential", "sheu2004", "trees", "mlp", "pnn")),
    ("control charts", ("xbar", "cusum", "ewma", "hotelling_t2")),
    (
        "anomaly detectors and the ensemble",
        (
            "isolation_forest",
            "one_class_svm",
            "lof",
            "dbscan",
            "autoencoder",
            "lstm_autoencoder",
            "ensemble",
        ),
    ),
)
"""A heading and the detectors under it, in the order drawn; those of other packages are `OTHERS`."""
OTHERS = "other detectors"
MOST_TOGETHER = 8
"""Detectors in one picture at most. Chosen: a reader distinguishes about eight colours."""


def groups_of(detectors: Sequence[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return headings and detectors, all of them under one, "" where they fit into one picture; no empty group.

    >>> groups_of(["ewma", "mine"])
    (('', ('ewma', 'mine')),)
    """
    if len(detectors) <= MOST_TOGETHER:
        return (("", tuple(detectors)),)
    known = {name for _, names in GROUPS for name in names}
    others = tuple(name for name in detectors if name not in known)
    found = [(heading, tuple(name for name in names if name in detectors)) for heading, names in GROUPS]
    return tuple((heading, names) for heading, names in (*found, (OTHERS, others)) if names)
