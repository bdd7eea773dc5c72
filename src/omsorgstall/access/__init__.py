"""Who may see what: scopes, purposes, grants and audit events."""
