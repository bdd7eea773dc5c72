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


def what_to_do(call: ast.Call, code: str, texts: dict[str, dict[str, str]], function: Function | None) -> str:
    """The advice of an error, looked up by its code where it stands in a table, or by its name where it was made before."""
    given = next((k.value for k in call.keywords if k.arg == "todo"), None)
    if isinstance(given, ast.Name) and function is not None:
        before = [n.value for n in ast.walk(function) if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == given.id]
        return " ".join(template(value) for value in before) or "…"
    if isinstance(given, ast.Subscript) and isinstance(given.value, ast.Name):
        return texts.get(given.value.id, {}).get(code, "…")
    return template(given)


def raised() -> Iterator[Raised]:
    """Every error of the source, also those that a function of the same room makes from a code."""
    for module in modules():
        texts = tables_of_texts(module)
        for call, function, family, place in in_place(module):
            code = call.args[place]
            says = call.args[place + 1] if len(call.args) > place + 1 else None
            if isinstance(code, ast.Constant):
                yield Raised(family, code.value, template(says), what_to_do(call, code.value, texts, function))
            elif isinstance(code, ast.Name) and function is not None:
                yield from made_by(function, code.id, family, call, texts)


def made_by(function: Function, argument: str, family: str, call: ast.Call, texts: dict[str, dict[str, str]]) -> Iterator[Raised]:
    """Errors that other places make by calling ``function`` with a code."""
    names = [a.arg for a in function.args.args if a.arg != "self"]
    if argument not in names:
        return
    place = names.index(argument)
    for module in modules():
        for node in ast.walk(module.tree):
            called = isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == function.name
            if called and len(node.args) > place and isinstance(code := node.args[place], ast.Constant):
                says = template(node.args[place + 1]) if len(node.args) > place + 1 else "…"
                yield Raised(family, code.value, says, what_to_do(call, code.value, texts, function))


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
