"""Renders what it is given: released tables and reports to the StatBank interface, files and pages.

No figure is computed here, but for shares and rates of figures that are released.
"""

from omsorgstall.publish.site import Site
from omsorgstall.publish.source import Catalogue, Published, TableSource

__all__ = ["Catalogue", "Published", "Site", "TableSource"]
