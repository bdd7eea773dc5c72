"""The command line: one program, one module per command, each imported only when it is run."""

from omsorgstall.app.cli.program import main

__all__ = ["main"]
