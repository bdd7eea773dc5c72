"""Words that must not stand in the repository, and words the glossary settles."""

import re

import pytest

from tests.architecture.source import ROOT, exceptions, modules, tracked_files

MACHINE_PATHS = (r"(?<![\w./-])/(work|root|home|farm)/\w", r"\.\./shared")
PACKAGE_HOSTS = (r"pypi\.org", r"pythonhosted\.org", r"registry\.npmjs", r"deb\.debian", r"proxy\.golang")
WRITING_MACHINES = (r"\bAI[- ](agent|assistant|generated|written)", r"\bLLMs?\b", r"\blanguage model")
FORBIDDEN = re.compile("|".join((*MACHINE_PATHS, *PACKAGE_HOSTS, *WRITING_MACHINES)), re.IGNORECASE)
TEXT_ENDINGS = (".py", ".md", ".toml", ".txt", ".yaml", ".yml", ".json", ".html", ".css", ".js", ".csv", ".xml", ".xsd", "")


def texts() -> dict[str, str]:
    """The text of every tracked file by its path."""
    files = [p for p in tracked_files() if p.suffix in TEXT_ENDINGS]
    return {p.relative_to(ROOT).as_posix(): p.read_text("utf-8", errors="replace") for p in files}


def test_no_file_names_a_machine_a_package_host_or_a_writing_machine():
    found = {name for name, text in texts().items() if FORBIDDEN.search(text)}
    assert found == set(exceptions("forbidden_words"))


def test_lock_files_hold_hashes_and_no_address():
    for path in (ROOT / "requirements").glob("*.txt"):
        text = path.read_text("utf-8")
        pins = re.findall(r"^\S+==", text, re.MULTILINE)
        assert len(pins) > 40
        assert text.count("--hash=sha256:") >= len(pins)
        assert not re.search(r"https?:|--index|--find-links|@ file", text)


def glossary() -> list[tuple[str, str, list[str]]]:
    """Rows of the glossary: Norwegian term, identifier, identifiers it replaces."""
    rows = []
    for line in (ROOT / "GLOSSARY.md").read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("| ") and len(cells) == 4 and cells[1].startswith("`"):
            rows.append((cells[0], cells[1].strip("`"), re.findall(r"`(\w+)`", cells[3])))
    return rows


@pytest.fixture(scope="module")
def identifiers() -> set[str]:
    """Every identifier of the source in lower case with underscores."""
    names = {name for m in modules() for name in m.identifiers()}
    columns = {text for m in modules() if m.room == "register" for text, _ in m.strings() if text.isidentifier()}
    return {snake(name) for name in names | columns}


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def used_as_word(word: str, identifiers: set[str]) -> bool:
    return any(re.search(rf"(^|_){snake(word)}(e?s)?(_|$)", name) for name in identifiers)


def test_the_glossary_has_each_term_and_each_identifier_once():
    rows = glossary()
    assert len(rows) > 25
    assert len({term for term, _, _ in rows}) == len(rows)
    assert len({identifier for _, identifier, _ in rows}) == len(rows)


def test_every_identifier_of_the_glossary_exists_in_the_code(identifiers):
    assert [name for _, name, _ in glossary() if not used_as_word(name, identifiers)] == []


def test_no_synonym_is_used_for_a_word_of_the_glossary(identifiers):
    assert [f"{s} for {name}" for _, name, synonyms in glossary() for s in synonyms if used_as_word(s, identifiers)] == []


def test_the_change_log_has_a_place_for_what_is_not_released_yet():
    assert "## [Unreleased]" in (ROOT / "CHANGELOG.md").read_text("utf-8")
