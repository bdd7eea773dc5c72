"""DuckDB as an engine in a process without a script of its own, as those that take in files are while they start."""

import subprocess
import sys
import tempfile

import ibis
import pyarrow as pa
import pytest

from omsorgstall.engine import Engine, EngineError

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


def test_an_engine_that_may_not_spill_makes_no_folder_and_fails_instead_of_writing(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with Engine.local(threads=1, memory_limit="60MB", spills=False) as engine:
        rows = ibis.memtable(pa.table({"n": range(10)}))
        wide = ibis.range(0, 3_000_000).unnest().name("n").as_table()
        with pytest.raises(EngineError):
            engine.run(wide.mutate(text=wide.n.cast("string").lpad(40, "x")).order_by("text"), "sort")
        assert engine.run(rows.count(), "count").num_rows == 1
        assert list(tmp_path.iterdir()) == []
