"""Table models as others see them: ids, codes and texts are a promise to readers."""

import json
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path

import pytest

from omsorgstall.statistics import table_definitions
from omsorgstall.statistics.coverage import Coverage
from omsorgstall.statistics.figures import table_model

HERE = Path(__file__).parent
AGDER_AND_TRONDHEIM = {
    2018: frozenset({"4204", "4215"}),
    2019: frozenset({"4204", "4215", "5001"}),
    2020: frozenset({"4204", "4215", "5001"}),
}


def plain(value):
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, frozenset):
        return sorted(value)
    return [plain(v) for v in value] if isinstance(value, tuple) else value


@pytest.mark.parametrize("table_id", table_definitions())
def test_a_table_model_keeps_its_promise(table_id, golden):
    coverage = Coverage(AGDER_AND_TRONDHEIM, {2020: frozenset({"5001"})})
    model = table_model(table_definitions()[table_id], sorted(AGDER_AND_TRONDHEIM), coverage)
    golden(HERE / f"{table_id}.json", json.dumps(plain(model), ensure_ascii=False, indent=1) + "\n")
