"""The national schema of the continuous event message (HIS 1135:2021, version 56.0.0.5), as the Directorate of Health issued it.

The three XSD files are unchanged copies from the public repository hdir/DHHR.API, folder message-spesifications/iplos-56.0.0,
commit eaac238. They are a specification that all who report must follow, not part of this program and not under its licence;
only tests read them.
"""

from functools import cache
from pathlib import Path

from lxml import etree


@cache
def national_schema() -> etree.XMLSchema:
    """The schema a message must follow."""
    return etree.XMLSchema(etree.parse(Path(__file__).with_name("XPR(ipl).xsd")))
