"""Nothing a user can meet is left undocumented: commands, environment variables, decisions, links."""

import re

from tests.architecture.source import ROOT, modules

DOCS = ROOT / "docs"
TOP = ("README", "GLOSSARY", "CONTRIBUTING", "DEVELOPERS", "SECURITY", "CHANGELOG")


def page(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def test_every_environment_variable_is_documented():
    names = {name for m in modules() for text, _ in m.strings() for name in re.findall(r"\bOMSORGSTALL_[A-Z_]+\b", text)}
    documented = "\n".join(p.read_text("utf-8") for p in (DOCS / "reference").glob("*.md"))
    assert {name for name in names if name not in documented} == set()


def test_every_file_that_a_top_level_document_names_exists():
    missing = []
    for name in TOP:
        text = (ROOT / f"{name}.md").read_text("utf-8")
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
            if not (ROOT / target).exists():
                missing.append(f"{name}: {target}")
    assert missing == []


def test_every_file_that_the_security_page_names_exists():
    names = re.findall(r"`((?:src|tests)/[^`]+)`", page("security.md"))
    assert names
    assert [name for name in names if not (ROOT / name).exists()] == []


def test_decisions_are_numbered_without_a_gap():
    numbers = sorted(int(p.name[:4]) for p in (DOCS / "decisions").glob("0*.md"))
    assert numbers == list(range(1, len(numbers) + 1))


def test_the_readme_opens_with_its_two_commands():
    commands = re.findall(r"^\$ (.+)$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    assert commands[:2] == ["python3 dev.py demo", "python3 dev.py test"]
