"""What may be shown of other municipalities beside a municipality's own sum reports: drafts to protect, and tables of both."""

from omsorgstall.statistics.sum_reports.peers.areas import Area, every_area, peer_areas, without
from omsorgstall.statistics.sum_reports.peers.beside import beside, in_public
from omsorgstall.statistics.sum_reports.peers.drafting import ViewCells, count_view, draft_of_views
from omsorgstall.statistics.sum_reports.peers.views import View, bundle, views, views_of

__all__ = [
    "Area",
    "View",
    "ViewCells",
    "beside",
    "bundle",
    "count_view",
    "draft_of_views",
    "every_area",
    "in_public",
    "peer_areas",
    "views",
    "views_of",
    "without",
]
