"""The documentation is built as a site, and a warning is an error: no dead link, no page outside the contents."""

import subprocess
import sys

from tests.architecture.source import ROOT


def test_the_site_builds_without_a_warning(tmp_path):
    build = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-b", "html", "-d", str(tmp_path / "doctrees")]
    outcome = subprocess.run([*build, "docs", str(tmp_path / "html")], cwd=ROOT, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stderr
    assert "Omsorgstall" in (tmp_path / "html" / "index.html").read_text("utf-8")
