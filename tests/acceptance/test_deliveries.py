"""Deliveries followed up through the command line: what came, what was rejected, drafts of reminders."""

import json
import shutil
from datetime import UTC, datetime

import pytest

from omsorgstall.access import AuditAction
from omsorgstall.register import Store
from omsorgstall.register.attempts import Attempt
from tests.acceptance.conftest import MUNICIPALITIES, omsorgstall
from tests.acceptance.files import identity_numbers


@pytest.fixture(scope="module")
def followed(chain, tmp_path_factory):
    """The store after a file that is cut, one of an unknown sender and a good one again were tried, two times each."""
    base = tmp_path_factory.mktemp("followed")
    store = shutil.copytree(chain.store, base / "store")
    shutil.copy(chain.store.with_name(f"{chain.store.name}.pseudonym-key"), base / "store.pseudonym-key")
    good = next(chain.files.rglob("2022/4218.xml"))
    (base / "cut.xml").write_bytes(good.read_bytes()[:-5000])
    (base / "unknown.xml").write_text(good.read_text("utf-8").replace('kommuneNr="4218"', 'kommuneNr="9998"'), "utf-8")
    (base / "nothing.xml").write_bytes(b"hello")
    files = [str(base / name) for name in ("cut.xml", "unknown.xml", "nothing.xml")]
    for _ in range(2):
        omsorgstall("intake", *files, str(good), "--test-persons", store=store, check=False)
    return base


def test_a_rejected_file_is_noted_once_with_what_is_known_of_it(followed):
    with Store.open(followed / "store" / "register") as store:
        found = {(a.kind, a.municipality, a.data_year, a.reasons) for a in store.attempts.rejected()}
        assert len(store.attempts.rejected()) == 3
    assert found == {("annual", "4218", 2022, ("truncated",)), ("annual", "9998", 2022, ("A10",)), ("", "", None, ("not-xml",))}


def test_the_board_is_written_in_every_form_and_that_is_logged(followed, chain):
    board = followed / "board.json"
    page = followed / "board.html"
    drafts = followed / "drafts"
    (followed / "contacts.csv").write_text("municipality,address,language\n4218,a@example.no,nn\n0301,b@example.no,nb\n", "utf-8")
    done = omsorgstall(
        "deliveries", "--years", "2022", "--json", str(board), "--html", str(page), "--excel", str(followed / "b.xlsx"),
        "--remind", str(drafts), "--addressees", str(followed / "contacts.csv"), "--who", "Kari", store=followed / "store",
    )  # fmt: skip
    content = json.loads(board.read_text("utf-8"))
    delivered = {s["number"] for s in content["senders"] if s["annual"]["count"]}
    assert delivered == set(MUNICIPALITIES)
    assert content["unknown_senders"] == 1
    assert f"Levert for sent: {len(MUNICIPALITIES)}" in done.stdout
    assert len(list(drafts.iterdir())) == len(content["senders"]) - len(MUNICIPALITIES) + 1  # and the one whose last file failed
    assert "avvist: truncated" in (drafts / "4218-2022.eml").read_bytes().decode()
    assert page.stat().st_mode & 0o077 == 0
    texts = [p.read_bytes().decode("utf-8", "replace") for p in (board, page, *drafts.iterdir())]
    assert not [n for n in identity_numbers(chain.files) if any(n in text for text in texts)]
    with Store.open(followed / "store" / "register") as store:
        last = store.audit()[-1]
    assert (last.action, last.who) == (AuditAction.SHOW_DELIVERIES, "Kari")


def test_a_batch_that_is_withdrawn_is_no_longer_delivered(followed, tmp_path):
    base = tmp_path / "store"
    shutil.copytree(followed / "store", base)
    shutil.copy(followed / "store.pseudonym-key", tmp_path / "store.pseudonym-key")
    with Store.open(base / "register") as store:
        (sent,) = store.submissions(municipality="4218", data_year=2022)
        withdrawal = store.basis.withdraw(sent, "Kari", "sent by mistake")
    board = tmp_path / "board.json"
    done = omsorgstall("deliveries", "--years", "2022", "--json", str(board), store=base)
    (found,) = [s for s in json.loads(board.read_text("utf-8"))["senders"] if s["number"] == "4218"]
    assert (found["standing"], found["withdrawn"], found["annual"]["count"]) == ("overdue", 1, 0)
    assert "Årsbatcher trukket tilbake: 1." in next(line for line in done.stdout.splitlines() if line.startswith("4218"))
    with Store.open(base / "register") as store:
        (told,) = [a for a in store.attempts.arrivals() if a.withdrawn_at is not None]
    assert (told.submission, told.withdrawn_at) == (sent.id, withdrawal.withdrawn_at)


def test_the_board_of_an_earlier_day_knows_nothing_that_came_later(followed):
    done = omsorgstall("deliveries", "--years", "2022", "--at", "2023-02-01", store=followed / "store")
    assert "Ikke levert ennå: 356" in done.stdout


@pytest.mark.parametrize("wrong", [("--at", "1.2.2023"), ("--deadline", "soon"), ("--years", "x")])
def test_what_is_not_understood_is_said(followed, wrong):
    assert omsorgstall("deliveries", *wrong, store=followed / "store", check=False).returncode == 2


def test_the_same_rejected_content_is_noted_once(tmp_path):
    attempt = Attempt("annual", "4218", 2022, "a" * 64, ("A13",), datetime(2023, 1, 4, tzinfo=UTC))
    with Store.open(tmp_path / "register", create=True) as store:
        store.attempts.note(attempt)
        store.attempts.note(attempt)
        assert store.attempts.rejected() == (attempt,)
