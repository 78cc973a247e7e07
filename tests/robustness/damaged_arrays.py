"""Files of arrays (.npz) with one array changed by chance."""

import io
import json
import random
from typing import Any

import numpy as np

from tests.robustness.damage import Damaged
from tests.robustness.damaged_trees import change_tree
from tests.robustness.damaged_values import text_instead
from tests.robustness.tree_text import json_text


def damaged_npz(choose: random.Random, content: bytes) -> tuple[bytes, Damaged]:
    """Return an .npz file with one array, or its texts, changed."""
    with np.load(io.BytesIO(content), allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    name = choose.choice(list(arrays))
    array = arrays[name]
    if str(array).startswith("{"):
        tree = json.loads(str(array))
        done = change_tree(choose, tree, "NaN", "Infinity")
        arrays[name] = np.array(json_text(tree))
    else:
        done = _npz_array(choose, arrays, name)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return buffer.getvalue(), done


def _npz_array(choose: random.Random, arrays: dict[str, Any], name: str) -> Damaged:
    array = arrays[name]
    if array.dtype.kind not in "biuf":
        arrays[name] = np.array(text_instead(choose))
        return Damaged(f"{name}: another text", name)
    what = choose.choice(("nan", "inf", "1e308", "gone", "flat", "empty", "objects", "longer", "-1"))
    if what == "gone":
        del arrays[name]
    elif what == "flat":
        arrays[name] = array.reshape(-1)[:, np.newaxis, np.newaxis]
    elif what == "empty":
        arrays[name] = np.atleast_1d(array)[:0]
    elif what == "objects":
        arrays[name] = np.array([{}], dtype=object)
    elif what == "longer":
        arrays[name] = np.concatenate([np.atleast_1d(array)] * 2)
    else:
        values = array.astype(np.float64)
        values.reshape(-1)[choose.randrange(values.size) if values.size else 0 :][:1] = float(what)
        arrays[name] = values
    return Damaged(f"{name}: {what}", name, impossible=what != "-1")
