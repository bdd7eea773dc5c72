"""DuckDB as an engine in a process without a script of its own, as those that take in files are while they start."""

import subprocess
import sys

import pytest

SETTING = """
from omsorgstall.engine.duck import DuckBackend

backend = DuckBackend(1, None, None)
print(backend.fetch("SELECT current_setting('{}') AS found")["found"][0].as_py())
backend.close()
"""


@pytest.mark.parametrize("name", ["enable_progress_bar", "enable_external_file_cache"])
def test_a_working_process_draws_no_progress_of_the_database_and_keeps_no_pages(name):
    run = subprocess.run([sys.executable, "-c", SETTING.format(name)], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
