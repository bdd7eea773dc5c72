"""Scopes and grants."""

from datetime import UTC, datetime

import pytest

from omsorgstall.access import AuditAction, AuditEvent, Grant, Scope
from omsorgstall.core import ErrorFamily, OmsorgstallError


def test_an_owner_scope_allows_its_own_municipality_and_no_other():
    scope = Scope.owner("4204", "own figures", "kari")
    assert scope.allows("4204")
    assert not scope.allows("0301")


def test_a_national_scope_allows_every_municipality():
    assert Scope.national("national statistics", "job").allows("0301")


@pytest.mark.parametrize(("purpose", "who"), [("", "kari"), ("own figures", " ")])
def test_a_scope_without_purpose_or_reader_is_refused(purpose, who):
    with pytest.raises(ValueError, match="purpose"):
        Scope.owner("4204", purpose, who)


def test_a_scope_of_no_municipality_is_refused_instead_of_meaning_all():
    with pytest.raises(ValueError, match="at least one"):
        Scope(frozenset(), "own figures", "kari")


def test_a_scope_refuses_what_is_not_a_municipality_number():
    with pytest.raises(ValueError, match="four digits"):
        Scope.owner("42 04", "own figures", "kari")


def test_a_grant_outside_the_scope_cannot_be_made():
    with pytest.raises(OmsorgstallError) as caught:
        Grant("0301", Scope.owner("4204", "own figures", "kari"))
    assert (caught.value.family, caught.value.code) == (ErrorFamily.ACCESS, "outside-scope")


def test_a_grant_covers_its_owner_only_even_from_a_national_scope():
    grant = Grant("4204", Scope.national("support", "helpdesk"))
    assert grant.covers("4204")
    assert not grant.covers("0301")


def test_an_audit_event_says_who_read_what_why_and_when():
    when = datetime(2024, 1, 2, tzinfo=UTC)
    event = AuditEvent.of(AuditAction.READ_ROWS, "2023-final", Scope.owner("4204", "own figures", "kari"), when)
    assert (event.who, event.why, event.what, event.when) == ("kari", "own figures", "2023-final", when)
    assert event.municipalities == {"4204"}
