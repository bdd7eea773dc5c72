"""Every default that decides results has its hand-worked example as a test."""

import ast

import pytest
import yaml

from tests.architecture.source import ROOT, Function, exceptions

TESTS = ROOT / "tests"
DEFAULTS = yaml.safe_load((TESTS / "architecture" / "design_defaults.yaml").read_text("utf-8"))


@pytest.mark.parametrize("question", [q for q, tests in DEFAULTS.items() if tests])
def test_the_tests_of_a_default_exist(question):
    for named in DEFAULTS[question]:
        file, _, name = named.partition("::")
        tree = ast.parse((TESTS / file).read_text("utf-8"))
        assert name in {node.name for node in ast.walk(tree) if isinstance(node, Function)}


def test_a_default_without_a_test_is_known_with_its_reason():
    assert {question for question, tests in DEFAULTS.items() if not tests} == set(exceptions("untested_defaults"))
