"""The source as parsed trees, read once: what every test of the architecture looks at."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "omsorgstall"
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One file of the source."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """Path within the package, such as ``tables/model.py``."""
        return self.path.relative_to(PACKAGE).as_posix()

    @property
    def room(self) -> str:
        """The first folder, such as ``tables``; empty for the package itself."""
        return self.name.split("/")[0] if "/" in self.name else ""

    def functions(self) -> Iterator[Function]:
        """Every function and method, nested ones too."""
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))

    def calls(self) -> Iterator[tuple[str, int]]:
        """Dotted name and line of everything that is called: ``("datetime.now", 12)``."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield ast.unparse(node.func), node.lineno

    def imports(self) -> Iterator[tuple[str, int]]:
        """Name and line of every imported module, wherever in the file it stands."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name, node.lineno) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield node.module or "", node.lineno

    def strings(self) -> Iterator[tuple[str, int]]:
        """Text and line of every string that is not a docstring; the fixed parts of f-strings too."""
        docstrings = {id(node.body[0].value) for node in ast.walk(self.tree) if has_docstring(node)}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
                yield node.value, node.lineno

    def identifiers(self) -> set[str]:
        """Every name the code uses or gives: variables, attributes, arguments, functions, classes."""
        found = {self.path.stem, *self.name.split("/")[:-1]}
        for node in ast.walk(self.tree):
            for field in ("id", "attr", "arg", "name"):
                if isinstance(value := getattr(node, field, None), str):
                    found.add(value)
        return found


def has_docstring(node: ast.AST) -> bool:
    """Whether the node can have a docstring and has one."""
    return isinstance(node, ast.Module | ast.ClassDef | Function) and ast.get_docstring(node, clean=False) is not None


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the package."""
    paths = sorted(PACKAGE.rglob("*.py"))
    return tuple(Module(p, text := p.read_text("utf-8"), ast.parse(text)) for p in paths)


def outside(*rooms: str) -> list[Module]:
    """Modules that are not in these rooms."""
    return [m for m in modules() if m.room not in rooms]


def inside(*rooms: str) -> list[Module]:
    """Modules that are in these rooms."""
    return [m for m in modules() if m.room in rooms]


@cache
def tracked_files() -> tuple[Path, ...]:
    """Every file that git knows or would add."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout
    paths = (ROOT / name.decode() for name in listed.split(b"\0") if name)
    return tuple(sorted({p for p in paths if p.is_file()}))


def exceptions(rule: str) -> dict[str, str]:
    """What a rule lets pass, with the reason; kept in ``exceptions.yaml``."""
    declared = yaml.safe_load((Path(__file__).parent / "exceptions.yaml").read_text("utf-8"))
    return dict(declared.get(rule) or {})


def tool(name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a tool of this environment in the repository, so that a test shows what the developer would see."""
    program = Path(sys.executable).with_name(name)
    return subprocess.run([str(program), *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
