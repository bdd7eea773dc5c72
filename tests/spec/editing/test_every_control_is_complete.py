"""A control cannot be half made: texts, a method, figures that exist, limits with a source, and cases on both sides."""

import ast
import re
from pathlib import Path

import pytest

from omsorgstall.core import Severity
from omsorgstall.editing import Control, controls
from omsorgstall.editing.figures import factor_meanings, figure_kinds
from omsorgstall.editing.review import FIGURE_METHODS, RECORD_METHODS
from omsorgstall.statistics import table_definitions

CONTROLS = pytest.mark.parametrize("control", controls().values(), ids=controls())
HERE = Path(__file__).parent


@CONTROLS
def test_a_control_has_texts_in_three_languages_that_end_as_sentences(control: Control):
    for text in (control.title, control.wrong, control.todo):
        assert all((text.nb, text.nn, text.en))
        assert len({text.nb, text.en}) == 2
    assert all(t.endswith(".") for text in (control.wrong, control.todo) for t in (text.nb, text.nn, text.en))


@CONTROLS
def test_a_control_has_a_method_figures_and_a_source(control: Control):
    assert re.fullmatch(r"E\d\d", control.id)
    assert (control.method in FIGURE_METHODS) != (control.method in RECORD_METHODS)
    assert bool(control.levels) == (control.method in FIGURE_METHODS)
    assert set(control.levels) <= {"total", "group", "service"}
    assert set(control.figures) <= set(figure_kinds())
    assert control.figures
    assert control.limits
    assert control.source
    assert control.severity in (Severity.WARN, Severity.INFORM)  # a control never decides over a record


@CONTROLS
def test_a_control_has_cases_on_both_sides_of_its_limit(control: Control):
    """A test named after it has a parameter list in which one case stands out and one does not."""
    sides = set()
    for path in HERE.glob("test_controls_on_*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith(f"test_{control.id.lower()}_"):
                constants = [c for d in node.decorator_list for c in ast.walk(d) if isinstance(c, ast.Constant)]
                sides |= {c.value for c in constants if c.value is None or isinstance(c.value, bool)}
    assert True in sides or control.id == "E06"  # its cases name the factor instead
    assert sides & {False, None}


def test_every_method_is_used_by_a_control():
    assert {c.method for c in controls().values()} == {*FIGURE_METHODS, *RECORD_METHODS}


def test_every_figure_stands_in_a_table_or_is_counted_from_records():
    for kind in figure_kinds().values():
        contents = {c.id for c in table_definitions()[kind.table].contents} if kind.table else set()
        assert kind.content in (contents or {""})


def test_every_factor_between_units_is_explained():
    assert set(controls()["E06"].limits["factors"]) == set(factor_meanings())
