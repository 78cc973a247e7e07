"""Tables of features: every row is complete, and computed columns must be exactly those of the table."""

import pytest

from detectors.feature_table import Feature, in_table_order
from detectors.sequential.estimates.queue_features import QUEUE_FEATURES
from detectors.sequential.lane_feature_table import LANE_FEATURES
from detectors.sequential.section_features import SECTION_FEATURES

TABLES = {"lane": LANE_FEATURES, "section": SECTION_FEATURES, "queue": QUEUE_FEATURES}


def test_columns_come_in_the_order_of_the_table() -> None:
    assert in_table_order({"b": 2, "a": 1}, ("a", "b")) == [1, 2]


@pytest.mark.parametrize("columns", [{"a": 1, "b": 2, "c": 3}, {"a": 1}])
def test_a_column_without_a_row_and_a_row_without_a_column_are_refused(columns: dict[str, int]) -> None:
    with pytest.raises(KeyError, match=r"table of features differ in \['[bc]'\]"):
        in_table_order(columns, ("a", "b"))


@pytest.mark.parametrize(("table", "rows"), [("lane", 70), ("section", 28), ("queue", 27)])
def test_every_table_has_its_number_of_rows_with_different_names(table: str, rows: int) -> None:
    assert len({feature.name for feature in TABLES[table]}) == len(TABLES[table]) == rows


@pytest.mark.parametrize("feature", [feature for table in TABLES.values() for feature in table], ids=lambda f: f.name)
def test_every_row_has_a_formula_a_unit_and_a_reason(feature: Feature) -> None:
    assert feature.formula
    assert feature.unit
    assert feature.why
