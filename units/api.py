"""Units over the API."""

from __future__ import annotations

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, viewsets

from units.doors import CODE, CodesFilter, HoldsAbility, StrictFilterSet
from units.models import Assignment, Placement, Unit
from units.scope import Scope


class UnitFilter(StrictFilterSet):
    code = CodesFilter(label="Code of the unit; repeat for several.")
    kind = CodesFilter(label="group, unit, corporate or elimination.")
    vertical = CodesFilter(label="Vertical the unit belongs to.")
    region = CodesFilter(label="Region the unit belongs to.")


class UnitSerializer(serializers.ModelSerializer):
    """A unit; `parent` is empty at the top of what the reader may see."""

    parent = serializers.CharField(  # type: ignore[assignment]  # DRF's `parent` is a serializer's owner
        source="parent_code", allow_null=True, read_only=True
    )

    class Meta:
        model = Unit
        fields = ("code", "name", "kind", "parent", "vertical", "region", "currency", "starts", "ends", "tree")
        read_only_fields = fields


@extend_schema_view(
    list=extend_schema(
        summary="List units",
        description="The units the reader may see, in the order of the tree; then the nodes of other trees (`tree`).",
    ),
    retrieve=extend_schema(summary="Get a unit", description="One unit by its code."),
)
class UnitViewSet(viewsets.ReadOnlyModelViewSet):
    """The units the reader may see, in the order of the tree."""

    queryset = Unit.objects.none()
    serializer_class = UnitSerializer
    filterset_class = UnitFilter
    permission_classes = (HoldsAbility,)
    page_by = (("left", "code"),)
    lookup_field = "code"
    lookup_value_regex = CODE

    def get_queryset(self) -> QuerySet[Unit]:
        scope = Scope.of_request(self.request)
        visible = Placement.objects.within(scope).filter(unit=OuterRef("pk"), until_mark__isnull=True)
        parents = visible.filter(scope.condition("parent")).annotate(above=F("parent__code"))
        nodes = Assignment.objects.within(scope).filter(unit=OuterRef("pk"), until_mark__isnull=True)
        above = nodes.filter(scope.condition("parent"), tree=OuterRef("tree")).values("parent__code")
        return Unit.objects.within(scope).annotate(
            parent_code=Coalesce(Subquery(parents.values("above")[:1]), Subquery(above[:1]))
        )
