"""Reading the data files of this room. One file per list and version."""

from functools import cache
from importlib.resources import files
from typing import Any

from omsorgstall.core import parse_yaml

_DATA = files("omsorgstall.codes") / "data"


@cache
def read_yaml(name: str) -> dict[str, Any]:
    """The code list in ``data/<name>.yaml``."""
    content: dict[str, Any] = parse_yaml((_DATA / f"{name}.yaml").read_text(encoding="utf-8"))
    return content


def read_lines(name: str) -> list[str]:
    """The lines of a text file in ``data/`` without the heading."""
    return (_DATA / name).read_text(encoding="utf-8").splitlines()[1:]


def data_path(name: str) -> str:
    """The path of a data file, for readers of binary formats."""
    return str(_DATA / name)
