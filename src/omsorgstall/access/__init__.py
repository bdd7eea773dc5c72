"""Who may see what: scopes, purposes, grants and audit events."""

from omsorgstall.access.audit import AuditAction, AuditEvent
from omsorgstall.access.scope import Grant, Scope

__all__ = ["AuditAction", "AuditEvent", "Grant", "Scope"]
