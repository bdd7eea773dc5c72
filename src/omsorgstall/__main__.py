"""``python -m omsorgstall``: the same program as ``omsorgstall``."""

from omsorgstall.app.cli import main

main()
