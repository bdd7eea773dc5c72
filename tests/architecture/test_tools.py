"""The tools that judge the code have nothing to say."""

import pytest

from tests.architecture.source import tool


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(("ruff", "check", "--quiet", "src", "tests", "bench", "docs", "dev.py"), id="lint"),
        pytest.param(("ruff", "format", "--check", "--quiet", "src", "tests", "bench", "docs", "dev.py"), id="format"),
        pytest.param(("mypy",), id="types"),
        pytest.param(("lint-imports",), id="import contracts"),
        pytest.param(("vulture",), id="dead code"),
    ],
)
def test_a_tool_has_nothing_to_say(command):
    outcome = tool(*command)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
