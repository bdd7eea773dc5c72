"""The error reference, made from the places where errors are raised."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from omsorgstall.core import ErrorFamily
from tests.architecture.source import Function, Module, modules

HEAD = """\
# Errors and exit codes

An error says what is wrong, where, and what to do. Its code never changes meaning; its family decides the exit code of the
command line. This page is made from the source by `python3 dev.py update-golden`.

| Family | Exit code | Meaning |
|---|---|---|
| done | 0 | nothing went wrong |
| unexpected | 1 | a fault of ours; please report it |
| usage | 2 | the command or the query was not understood |
| input rejected | 3 | a file was not accepted; nothing else was touched |
| not found | 4 | there is no such file, table, vintage, edition or municipality |
| store | 5 | the register or the releases cannot be read or written |
| disclosure | 6 | protection refused to let a table out |
| access | 7 | outside what you may see |
| environment | 8 | the machine or the installation lacks something |

`…` stands for what differs from case to case.
"""


@dataclass(frozen=True, order=True)
class Raised:
    """One kind of error as the source raises it."""

    family: str
    code: str
    says: str
    todo: str


def template(node: ast.expr | None) -> str:
    """A message with an ellipsis for each part that differs."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values)
    if isinstance(node, ast.BinOp):
        return template(node.left) + template(node.right)
    return "…" if node is not None else ""


def tables_of_texts(module: Module) -> dict[str, dict[str, str]]:
    """Module-level dictionaries of texts by name: where a factory finds what to do."""
    found = {}
    for node in module.tree.body:
        target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0] if isinstance(node, ast.Assign) else None
        if isinstance(target, ast.Name) and isinstance(node.value, ast.Dict):
            pairs = zip(node.value.keys, node.value.values, strict=True)
            found[target.id] = {k.value: template(v) for k, v in pairs if isinstance(k, ast.Constant)}
    return found


def family_of(node: ast.expr) -> str:
    """The name of the family when the node is one, else nothing."""
    known = isinstance(node, ast.Attribute) and ast.unparse(node.value) == "ErrorFamily"
    return node.attr if known else ""


def in_place(module: Module) -> Iterator[tuple[ast.Call, Function | None, str, int]]:
    """Every call that names a family, with the function around it and the place of the code among its arguments."""
    around = {id(inner): f for f in module.functions() for inner in ast.walk(f)}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            for place, argument in enumerate(node.args[:-1]):
                if family := family_of(argument):
                    yield node, around.get(id(node)), family, place + 1


@dataclass(frozen=True)
class Place:
    """Where an error is made: what names stand for there.

    Attributes:
        function: the function around it.
        given: what the caller gave for the function's arguments, where one is known.
    """

    module: Module
    function: Function | None
    given: dict[str, ast.expr]

    def text(self, node: ast.expr | None, code: str = "") -> str:
        """A message, with names replaced by what they stand for."""
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
            return tables_of_texts(self.module).get(node.value.id, {}).get(code, "…")
        if isinstance(node, ast.Name):
            found = self.given.get(node.id)
            return template(found) if found is not None else " ".join(map(template, self.assigned(node.id))) or "…"
        return template(node)

    def assigned(self, name: str) -> list[ast.expr]:
        """What the name is given in the function or in the module."""
        nodes = [*(ast.walk(self.function) if self.function else ()), *self.module.tree.body]
        return [n.value for n in nodes if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == name]


def raised() -> Iterator[Raised]:
    """Every error of the source, also those that a function makes from what it is given."""
    for module in modules():
        for call, function, family, place in in_place(module):
            code = call.args[place]
            if isinstance(code, ast.Constant):
                yield error(family, code.value, call, place, Place(module, function, {}))
            elif isinstance(code, ast.Name) and function is not None:
                yield from made_by(module, function, family, call, place)


def error(family: str, code: str, call: ast.Call, place: int, where: Place) -> Raised:
    """The error of a call that names family, code, what, and what to do."""
    says = call.args[place + 1] if len(call.args) > place + 1 else None
    todo = next((k.value for k in call.keywords if k.arg == "todo"), None)
    return Raised(family, code, where.text(says), where.text(todo, code))


def knows(module: Module, name: str) -> bool:
    """Whether the module imports this name."""
    imports = [n for n in ast.walk(module.tree) if isinstance(n, ast.ImportFrom)]
    return any(alias.name == name for node in imports for alias in node.names)


def made_by(home: Module, function: Function, family: str, call: ast.Call, place: int) -> Iterator[Raised]:
    """Errors that other places make by calling ``function`` with a code."""
    names = [a.arg for a in function.args.args if a.arg not in ("self", "cls")]
    for module in [m for m in modules() if m is home or knows(m, function.name)]:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == function.name:
                given = dict(zip(names, node.args, strict=False)) | {k.arg: k.value for k in node.keywords if k.arg}
                code = given.get(ast.unparse(call.args[place]))
                if isinstance(code, ast.Constant):
                    yield error(family, code.value, call, place, Place(home, function, given))


def page() -> str:
    """The page; one heading per family, the first message of each code."""
    lines = [HEAD]
    first: dict[tuple[str, str], Raised] = {}
    for error in sorted(raised()):
        first.setdefault((error.family, error.code), error)
    for family in ErrorFamily:
        rows = [e for e in first.values() if e.family == family.name]
        if rows:
            title = family.name.replace("_", " ").capitalize()
            lines += [f"\n## {title} (exit code {family.value})\n", "| Code | Says | What to do |", "|---|---|---|"]
            lines += [f"| `{e.code}` | {cell(e.says)} | {cell(e.todo)} |" for e in rows]
    return "\n".join(lines) + "\n"


def cell(text: str) -> str:
    """A text that stays within its cell."""
    return text.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;").strip()
