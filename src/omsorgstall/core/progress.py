"""How long work tells where it is, without knowing who listens."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Called with the name of the step, how much is done, and how much there is (0 when unknown)."""


def silent(step: str, done: int, total: int) -> None:
    """A listener that shows nothing."""
