"""Every module says what it is for, every public name what it is; a room shows at most fifteen names."""

import ast

import pytest

from tests.architecture.source import Function, Module, has_docstring, modules

MOST_NAMES_OF_A_ROOM = 15
# Core and codes are the words of every room and tables is one model; each is one idea with many names.
MORE_NAMES = {"codes": 20, "tables": 20}


def undocumented(module: Module) -> list[str]:
    classes = [n for n in module.tree.body if isinstance(n, ast.ClassDef) and not is_private(n)]
    names = [module.tree, *module.tree.body, *(member for c in classes for member in c.body)]
    public = [n for n in names if isinstance(n, ast.Module | ast.ClassDef | Function) and not is_private(n)]
    return [f"{module.name}::{getattr(n, 'name', '')}" for n in public if not has_docstring(n)]


def is_private(node: ast.AST) -> bool:
    return getattr(node, "name", "").startswith("_")


def test_every_module_and_public_name_has_a_docstring():
    assert [name for m in modules() for name in undocumented(m)] == []


def declared_names(module: Module) -> list[str] | None:
    for node in module.tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return [ast.literal_eval(name) for name in node.value.elts]
    return None


ROOMS = [m for m in modules() if m.name.count("/") == 1 and m.name.endswith("/__init__.py")]


@pytest.mark.parametrize("room", ROOMS, ids=lambda m: m.room)
def test_the_door_of_a_room_is_narrow_and_declared(room):
    names = declared_names(room)
    if names is None:
        imported = [n for n in room.tree.body if isinstance(n, ast.ImportFrom)]
        assert imported == [], "names come through the door without __all__"
    else:
        assert len(names) <= MORE_NAMES.get(room.room, MOST_NAMES_OF_A_ROOM)
