"""The doors of readings over the API: one figure at a time, from the same sheets as the pages.

door            which figure is asked for
attribution     what accounts for a gap
consolidation   how a group's figure comes about
commentary      words on variances
planning        moving a hiring budget, dividing a budget
"""

from rest_framework import viewsets

from reports.api.attribution import AttributionViewSet
from reports.api.commentary import CommentaryViewSet
from reports.api.consolidation import ConsolidationViewSet
from reports.api.planning import AllocationViewSet, HiringViewSet

ROUTES: tuple[tuple[str, type[viewsets.GenericViewSet], str], ...] = (
    ("attribution", AttributionViewSet, "attribution"),
    ("consolidation", ConsolidationViewSet, "consolidation"),
    ("commentary", CommentaryViewSet, "commentary"),
    ("hiring", HiringViewSet, "hiring"),
    ("allocations", AllocationViewSet, "allocation"),
)
