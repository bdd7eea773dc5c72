"""The recommended package as readers see it, word by word, for a municipality with few recipients."""

import re
from pathlib import Path

from omsorgstall.publish.package import package_html
from tests.spec.test_recommended_package import GRANT, made

DRAWN = re.compile(r'(srcset|src)="data:[^"]*"')
"""Charts are left out: other tests hold what they draw."""


def test_the_page_of_a_small_municipality(golden):
    page = package_html(made(7), GRANT, made_up=True)
    golden(Path(__file__).parent / "package.html", DRAWN.sub(r'\1=""', page))
