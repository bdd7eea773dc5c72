"""Renders what it is given: released tables and reports to the StatBank interface, files and pages. Computes no figure."""

from omsorgstall.publish.site import Site
from omsorgstall.publish.source import Catalogue, Published, TableSource

__all__ = ["Catalogue", "Published", "Site", "TableSource"]
