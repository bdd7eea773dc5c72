"""What a catalogue in PostgreSQL can do that a file cannot: not answer, cut a connection, refuse a password."""

import logging
import traceback

import pytest
import sqlalchemy as sa

from omsorgstall.core import OmsorgstallError
from omsorgstall.register import Store
from tests.deliveries import annual
from tests.postgresql import NO_POSTGRESQL

pytestmark = [pytest.mark.postgresql, pytest.mark.skipif(bool(NO_POSTGRESQL), reason=NO_POSTGRESQL)]
NEVER_SHOWN = "never-shown"


@pytest.fixture
def address(postgresql):
    return postgresql.new_database()


def error_of(call, *arguments, **named):
    with pytest.raises(OmsorgstallError) as caught:
        call(*arguments, **named)
    return caught.value


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(None, id="a wrong password"),
        pytest.param(f"postgresql://register:{NEVER_SHOWN}@127.0.0.1:1/catalogue", id="nobody listens"),
        pytest.param(f"postgresql://register:{NEVER_SHOWN}@no-such-host.invalid/catalogue", id="no such host"),
        pytest.param(f"postgresql://register:{NEVER_SHOWN}@[half/catalogue", id="no address"),
        pytest.param(f"mysql://register:{NEVER_SHOWN}@127.0.0.1/catalogue", id="another database"),
        pytest.param(f"{NEVER_SHOWN}", id="no address at all"),
    ],
)
def test_a_catalogue_that_cannot_be_reached_says_so_without_the_password(postgresql, tmp_path, caplog, place):
    caplog.set_level(logging.DEBUG)
    error = error_of(Store.open, tmp_path / "register", create=True, catalogue_url=place or postgresql.new_database(NEVER_SHOWN))
    assert error.code in {"catalogue-unreachable", "bad-catalogue-address"}
    told = "".join(traceback.format_exception(error)) + caplog.text + repr(error) + error.where + error.todo
    assert NEVER_SHOWN not in told


def test_a_connection_cut_while_waiting_is_made_again(postgresql, tmp_path, address):
    with Store.open(tmp_path / "register", create=True, catalogue_url=address) as store:
        store.accept(annual("first"))
        postgresql.end_connections(address)
        store.accept(annual("second"))
        assert len(store.submissions()) == 2


def test_a_connection_cut_within_the_transaction_accepts_nothing(postgresql, tmp_path, address):
    with Store.open(tmp_path / "register", create=True, catalogue_url=address) as store:
        first = store.accept(annual("first"))

        def cut(_connection):
            postgresql.end_connections(address)

        sa.event.listen(store._catalogue._engine, "commit", cut, once=True)
        assert error_of(store.accept, annual("second")).code == "catalogue-unreachable"
        assert store.submissions() == (first,)
        assert [p.name for p in (store.path / "submissions").iterdir()] == [first.id]
        store.accept(annual("second"))


def test_a_server_without_room_is_a_full_disk(postgresql, tmp_path, address):
    with Store.open(tmp_path / "register", create=True, catalogue_url=address) as store:
        with store._catalogue._engine.begin() as connection:
            connection.exec_driver_sql(
                "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$"
            )
            connection.exec_driver_sql("CREATE TRIGGER no_room BEFORE INSERT ON audit_event EXECUTE FUNCTION no_room()")
        assert error_of(store.accept, annual("first")).code == "disk-full"
        assert (store.submissions(), list((store.path / "submissions").iterdir())) == ((), [])


def test_what_stands_in_a_catalogue_of_one_kind_is_unknown_to_another(tmp_path, address):
    with Store.open(tmp_path / "register", create=True, catalogue_url=address) as store:
        accepted = store.accept(annual("first"))
    assert error_of(Store.open, tmp_path / "register").code == "wrong-catalogue"
    assert not (tmp_path / "register" / "catalogue.sqlite").exists()
    with Store.open(tmp_path / "register", catalogue_url=address) as store:
        assert store.submissions() == (accepted,)
