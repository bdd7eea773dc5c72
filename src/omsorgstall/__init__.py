"""Omsorgstall: from what municipalities record about care to checked, comparable, protected figures."""

__all__ = ["__version__"]

__version__ = "0.1.0"
