"""A changed identity number through the command line: told once, two numbers are one person in what is frozen after it."""

import re
import shutil

import pytest

from omsorgstall.access import Scope
from omsorgstall.engine import Engine
from omsorgstall.measures import Settings, service_facts
from omsorgstall.register import Store
from tests.acceptance.conftest import omsorgstall
from tests.acceptance.files import identity_numbers

CHOSEN = "4218"


def users(store, vintage):
    """Services of users during 2022 in the municipality's figures as drawn from the register, one for each user and service."""
    with Store.open(store / "register") as register, Engine.local() as engine:
        tables = engine.open(register.source(vintage, Scope.owner(CHOSEN, "test", "test")))
        return engine.run(service_facts(tables, Settings()).count().as_table(), "users").column(0)[0].as_py()


@pytest.fixture(scope="module")
def changed(chain, tmp_path_factory):
    """One person stands twice in a new submission, under a number of her own each; frozen before and after it is known."""
    base = tmp_path_factory.mktemp("changed")
    store = shutil.copytree(chain.store, base / "store", ignore=shutil.ignore_patterns("releases"))
    shutil.copy(f"{chain.store}.pseudonym-key", f"{store}.pseudonym-key")
    text = next(chain.files.rglob(f"2022/{CHOSEN}.xml")).read_text("utf-8")
    person = next(p for p in re.findall(r"<person\b.*?</person>", text, re.DOTALL) if "tjenesteType" in p)
    old, local_id = (re.search(rf'{name}="([^"]*)"', person)[1] for name in ("fid", "brukerNr"))
    new = next(n for n in sorted(identity_numbers(chain.files)) if n not in text)
    double = person.replace(f'fid="{old}"', f'fid="{new}"').replace(f'brukerNr="{local_id}"', 'brukerNr="again"')
    sent = text.replace(person, person + double).replace('uttakstidspunkt="2023-01', 'uttakstidspunkt="2023-02')
    (base / "again.xml").write_text(sent, "utf-8")
    omsorgstall("intake", str(base / "again.xml"), "--test-persons", store=store)
    (base / "changes.csv").write_text(
        f"old_number,new_number,known_on\n{old},{new},2023-01-20\n{old},{old},2023-01-20\n", "utf-8"
    )
    with Store.open(store / "register") as register:
        register.freeze("before", "final", [2022])
    said = ("--source", "Folkeregisteret, January", "--test-persons")
    added = omsorgstall("identities", "add", str(base / "changes.csv"), *said, store=store, check=False)
    with Store.open(store / "register") as register:
        register.freeze("after", "final", [2022])
    return base, added, (old, new, local_id)


def test_right_rows_are_kept_wrong_ones_are_told_and_no_number_is(changed):
    _, added, (old, new, _) = changed
    assert added.returncode == 3
    assert "1 of 2 changes added to the map; 0 were known, 1 cannot stand." in added.stdout
    assert added.stderr.startswith("line 3, new_number: ")
    assert not [n for n in (old, new) if n in added.stdout + added.stderr]


def test_she_counts_once_in_what_is_frozen_after_it(changed):
    store = changed[0] / "store"
    before, after = users(store, "before"), users(store, "after")
    assert 0 < after < before


def test_the_municipality_can_be_told_whom_to_merge(changed):
    base, _, (_, _, local_id) = changed
    done = omsorgstall("identities", "doubles", "--year", "2022", store=base / "store")
    assert [line.split("\t")[1:] for line in done.stdout.splitlines() if "\t" in line] == [[CHOSEN, "2022", local_id, "again"]]


def test_she_is_found_under_both_numbers_by_one_and_nothing_in_the_register_holds_one(changed):
    base, _, numbers = changed
    (base / "number").write_text(numbers[0], "ascii")
    done = omsorgstall("person", "find", "--case", "1", "--number-file", str(base / "number"), store=base / "store")
    assert "person 2" in done.stdout  # in the newest submission
    content = (base / "store" / "register" / "catalogue.sqlite").read_bytes()
    assert not [n for n in numbers[:2] if n.encode() in content]
