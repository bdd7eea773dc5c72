"""PX files (PC-Axis), the exchange format of statistical databases."""

from omsorgstall.publish.px.writer import px_bytes

__all__ = ["px_bytes"]
