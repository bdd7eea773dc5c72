"""The tools that judge the code have nothing to say."""

import re

import pytest

from tests.architecture.source import tool


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(("ruff", "check", "--quiet", "src", "tests", "bench", "docs", "dev.py"), id="lint"),
        pytest.param(("ruff", "format", "--check", "--quiet", "src", "tests", "bench", "docs", "dev.py"), id="format"),
        pytest.param(("mypy",), id="types"),
        pytest.param(("lint-imports",), id="import contracts"),
    ],
)
def test_a_tool_has_nothing_to_say(command):
    outcome = tool(*command)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_no_function_class_or_import_is_left_that_nothing_uses():
    # Fields and members of enumerations are data that others read, so a name without a user there is no dead code.
    dead = re.findall(
        r"^.*unused (?:function|method|class|property|import|code|variable .* \(100%).*$", tool("vulture").stdout, re.M
    )
    assert dead == []
