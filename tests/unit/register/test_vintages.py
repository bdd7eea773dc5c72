"""A vintage is a frozen list: the newest annual submission per sender and year, and the events that move it on."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from omsorgstall.access import AuditAction, Scope
from omsorgstall.core import OmsorgstallError
from omsorgstall.engine import Engine
from tests.deliveries import annual, events, rows
from tests.engines import rows_of

NATIONAL = Scope.national("national statistics", "test")
EXTRACTED = datetime(2024, 1, 5, tzinfo=UTC)


def test_a_vintage_holds_the_newest_annual_submission_of_each_sender_and_year(store):
    store.accept(annual("old"))
    newest = [store.accept(annual("new")), store.accept(annual("other", municipality="0301"))]
    store.accept(annual("another year", year=2022))
    assert set(store.freeze("2023-final", "final", [2023]).annual) == {s.id for s in newest}


def test_a_vintage_does_not_change_when_more_is_accepted(store):
    store.accept(annual("old"))
    frozen = store.freeze("2023-preliminary", "preliminary", [2023])
    store.accept(annual("new"))
    assert store.vintage("2023-preliminary") == frozen


def test_a_vintage_until_a_time_leaves_out_what_was_accepted_later(store):
    old = store.accept(annual("old"))
    store.accept(annual("new"))
    assert store.freeze("2023-earlier", "corrected", [2023], until=old.accepted_at).annual == (old.id,)


@pytest.mark.parametrize(("hour", "moves"), [(-1, 0), (0, 0), (1, 1)])
def test_events_move_a_snapshot_only_when_registered_after_its_extraction(store, hour, moves):
    store.accept(annual("snapshot", extracted=EXTRACTED.replace(hour=12)))
    store.accept(events("events", EXTRACTED.replace(hour=12 + hour)))
    assert len(store.freeze("v", "final", [2023]).events) == moves


def test_events_of_a_sender_without_a_snapshot_move_nothing(store):
    store.accept(annual("snapshot"))
    store.accept(events("events", datetime(2024, 6, 1, tzinfo=UTC), municipality="0301"))
    assert store.freeze("v", "final", [2023]).events == ()


@pytest.mark.parametrize(
    ("name", "years", "expected"),
    [("taken", [2023], "vintage-exists"), ("later", [2030], "nothing-to-freeze"), ("With Space", [2023], "bad-vintage-name")],
)
def test_a_vintage_that_cannot_be_frozen_says_why(store, name, years, expected):
    store.accept(annual("first"))
    store.freeze("taken", "final", [2023])
    with pytest.raises(OmsorgstallError) as caught:
        store.freeze(name, "final", years)
    assert caught.value.code == expected
    assert len(store.vintages()) == 1


def test_a_vintage_that_is_not_there_names_those_that_are(store):
    store.accept(annual("first"))
    store.freeze("2023-final", "final", [2023])
    with pytest.raises(OmsorgstallError, match="2023-final"):
        store.vintage("2022-final")


def test_a_merged_municipality_is_delivered_when_every_former_one_is(store):
    # Kristiansand today holds Kristiansand 1001, Søgne 1018 and Songdalen 1017 of 2019.
    for number in ("1001", "1018"):
        table = rows("service", [{}], municipality="4204", reported=number, year=2019)
        store.accept(annual(number, municipality=number, year=2019, tables=[{"service": table}]))
    store.freeze("two", "final", [2019])
    table = rows("service", [{}], municipality="4204", reported="1017", year=2019)
    store.accept(annual("1017", municipality="1017", year=2019, tables=[{"service": table}]))
    store.freeze("three", "final", [2019])
    assert (store.delivered("two"), store.delivered("three")) == ({2019: frozenset()}, {2019: frozenset({"4204"})})


def test_an_owner_reads_its_own_rows_of_a_vintage_and_no_others(store):
    store.accept(annual("mine"))
    store.accept(annual("theirs", municipality="0301"))
    store.freeze("v", "final", [2023])
    source = store.source("v", Scope.owner("4204", "own figures", "kari"))
    assert [len(part.paths) for part in source.files["service"]] == [1]
    with Engine.local() as engine:
        service = engine.open(source)["service"]
        assert rows_of(engine, service.select("service_id")) == [{"service_id": "mine"}]


def test_the_source_tells_when_each_snapshot_was_taken_out(store):
    store.accept(annual("first", extracted=EXTRACTED))
    store.freeze("v", "final", [2023])
    expected = {"reported_municipality": "4204", "data_year": 2023, "extracted_at": EXTRACTED.replace(tzinfo=None)}
    assert store.source("v", NATIONAL).snapshots.to_pylist() == [expected]


def test_accepting_and_freezing_are_written_down_with_who_and_why(store):
    accepted = store.accept(replace(annual("first"), who="kari"))
    store.freeze("v", "final", [2023], who="ola")
    told = [(e.action, e.what, e.who, e.why) for e in store.audit()]
    assert told == [
        (AuditAction.ACCEPT, accepted.id, "kari", "a submission received"),
        (AuditAction.FREEZE, "v", "ola", "final figures"),
    ]


def test_findings_are_read_within_a_scope_and_the_reading_is_written_down(store):
    accepted = store.accept(annual("first"))
    store.findings(accepted.id, Scope.owner("4204", "receipt", "kari"))
    event = store.audit()[-1]
    assert (event.action, event.what, event.who, event.why) == (AuditAction.READ_FINDINGS, accepted.id, "kari", "receipt")
    with pytest.raises(OmsorgstallError, match="no access"):
        store.findings(accepted.id, Scope.owner("0301", "receipt", "kari"))


def test_reading_rows_is_written_down_with_who_and_why(store):
    store.accept(annual("first"))
    store.freeze("v", "final", [2023])
    store.source("v", Scope.owner("4204", "own figures", "kari"))
    event = store.audit()[-1]
    assert (event.action, event.what, event.who, event.why) == (AuditAction.READ_ROWS, "v", "kari", "own figures")
    assert event.municipalities == {"4204"}
