"""The tree of business units, and who may see and do what on it.

A unit's identity never changes and is never deleted; where it hangs is a `Placement` that stands from
mark to mark. `Unit.left` and `Unit.right` number the tree of today (nested sets), so "this unit and all
below it" is one range condition however large the company is.
"""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db import models

from units.guard import GuardedQuerySet
from units.marks import Mark, Standing
from units.roles import LABELS

__all__ = [
    "ApiToken",
    "Assignment",
    "FormerParent",
    "Grant",
    "Holding",
    "Mark",
    "Placement",
    "PlannedParent",
    "StandingWithin",
    "Unit",
    "one_current",
]


class Unit(models.Model):
    """A node of the organisation that owns figures; a group is a unit with children."""

    class Kind(models.TextChoices):
        GROUP = "group"
        UNIT = "unit"
        CORPORATE = "corporate"
        ELIMINATION = "elimination"

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.UNIT)
    vertical = models.CharField(max_length=60, blank=True, default="")
    region = models.CharField(max_length=60, blank=True, default="")
    currency = models.CharField(max_length=3, blank=True, default="", help_text="Empty means the group's.")
    starts = models.DateField(null=True, blank=True, help_text="First day in the company; empty: always.")
    ends = models.DateField(null=True, blank=True, help_text="Last day in the company; empty: still in it.")
    tree = models.CharField(
        max_length=40, blank=True, default="", help_text="Empty for the company's own; else the tree it is a node of."
    )
    left = models.PositiveIntegerField(default=0, db_index=True, editable=False)
    right = models.PositiveIntegerField(default=0, editable=False)
    depth = models.PositiveSmallIntegerField(default=0, editable=False)

    scope_path = ""

    objects = GuardedQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends__isnull=True)
                | models.Q(starts__isnull=True)
                | models.Q(ends__gte=models.F("starts")),
                name="unit_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def is_active(self, first: date, last: date) -> bool:
        """Whether the unit is in the company on some day of this span."""
        return (self.starts is None or self.starts <= last) and (self.ends is None or self.ends >= first)


class StandingWithin(Standing):
    """A row that stands from one mark until another, hangs on a unit and is read within a scope."""

    objects = GuardedQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        abstract = True
        base_manager_name = "unscoped"


def one_current(*fields: str, name: str, condition: models.Q | None = None) -> models.UniqueConstraint:
    """Of the rows that stand today only one may have these values; what stood before is not asked."""
    current = models.Q(until_mark__isnull=True)
    return models.UniqueConstraint(fields=fields, condition=current & condition if condition else current, name=name)


class Placement(StandingWithin):
    """Where a unit hangs, and with which part of it the parent consolidates."""

    class Method(models.TextChoices):
        FULL = "full"
        PROPORTIONAL = "proportional"
        EQUITY = "equity"
        NONE = "none"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="placements")
    parent = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="child_placements")
    ownership = models.CharField(max_length=20, default="1", help_text="Exact decimal text from 0 to 1.")
    method = models.CharField(max_length=12, choices=Method.choices, default=Method.FULL)
    position = models.PositiveIntegerField(default=0, help_text="Order among the siblings.")

    class Meta(StandingWithin.Meta):
        constraints = [one_current("unit", name="one_current_placement")]

    def __str__(self) -> str:
        return f"{self.unit_id} under {self.parent_id}"


class FormerParent(StandingWithin):
    """Up to a day, and including it, a unit hung on another parent than its placement says.

    A period has the parent of its last day: the earliest of these that ends no sooner, else the latest planned one
    that has begun by then, else that of the placement.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="former_parents")
    parent = models.ForeignKey(Unit, models.PROTECT, related_name="former_children")
    ends = models.DateField(help_text="The last day on this parent.")

    class Meta(StandingWithin.Meta):
        constraints = [one_current("unit", "ends", name="one_current_former_parent")]

    def __str__(self) -> str:
        return f"{self.unit_id} under {self.parent_id} until {self.ends}"


class PlannedParent(StandingWithin):
    """From a day on that has not come, a unit will hang on another parent than its placement says.

    Periods that end on that day or later are rolled up there already. Who may see the unit follows its placement, which
    is changed on the day (`ledger.actions.take_up_places`).
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="planned_parents")
    parent = models.ForeignKey(Unit, models.PROTECT, related_name="planned_children")
    starts = models.DateField(help_text="The first day on this parent.")

    class Meta(StandingWithin.Meta):
        constraints = [one_current("unit", "starts", name="one_current_planned_parent")]

    def __str__(self) -> str:
        return f"{self.unit_id} under {self.parent_id} from {self.starts}"


class Assignment(StandingWithin):
    """From a day on (none: always) a unit or a node hangs on a node of another tree: a legal one, one of regions.

    Nodes are units with a `tree`, which own no figures: theirs are those of the units assigned below them. One of
    each tree, its only one of kind `unit`, takes what is assigned nowhere. The top of a tree has no parent. A period
    has the assignment of its last day; a unit is assigned nowhere before its first.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assignments")
    parent = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="assigned")
    tree = models.CharField(max_length=40)
    starts = models.DateField(null=True, blank=True, help_text="The first day on this parent; empty: always.")
    position = models.PositiveIntegerField(default=0, help_text="Order among the siblings.")

    class Meta(StandingWithin.Meta):
        constraints = [
            one_current("unit", "tree", name="one_current_assignment", condition=models.Q(starts__isnull=True)),
            one_current(
                "unit", "tree", "starts", name="one_dated_assignment", condition=models.Q(starts__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        since = f" from {self.starts}" if self.starts else ""
        return f"{self.unit_id} under {self.parent_id} in {self.tree}{since}"


class Holding(StandingWithin):
    """From a day on a unit's parent holds another part of it, or consolidates it by another method.

    What its placement says is in force before the first of these days. A period has the terms of its last day.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="holdings")
    starts = models.DateField(help_text="The first day of these terms.")
    ownership = models.CharField(max_length=20, default="1", help_text="Exact decimal text from 0 to 1.")
    method = models.CharField(max_length=12, choices=Placement.Method.choices, default=Placement.Method.FULL)

    class Meta(StandingWithin.Meta):
        constraints = [one_current("unit", "starts", name="one_current_holding")]

    def __str__(self) -> str:
        return f"{self.unit_id} from {self.starts}: {self.method} {self.ownership}"


class Grant(models.Model):
    """A person's role on a unit and all below it, for a time. No unit means the whole company."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="grants")
    role = models.CharField(max_length=20, choices=list(LABELS.items()))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="grants")
    starts = models.DateTimeField()
    ends = models.DateTimeField(null=True, blank=True)
    granted_by = models.CharField(max_length=60, help_text="person:ID or process:NAME")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "role", "unit"],
                condition=models.Q(ends__isnull=True),
                name="one_open_grant",
            ),
            models.UniqueConstraint(
                fields=["person", "role"],
                condition=models.Q(ends__isnull=True, unit__isnull=True),
                name="one_open_grant_on_everything",
            ),
            models.CheckConstraint(
                condition=models.Q(ends__isnull=True) | models.Q(ends__gte=models.F("starts")),
                name="grant_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {LABELS[self.role].lower()} of {self.unit or 'the whole company'}"


class ApiToken(models.Model):
    """A key for programs: bound to a person, narrowed to abilities and units, and it expires.

    Only a keyed digest is stored; the prefix lets secret scanners and people recognise the key.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=16, unique=True)
    digest = models.CharField(max_length=64, unique=True)
    abilities = models.JSONField(default=list, help_text="Names; never more than the person's own.")
    units = models.ManyToManyField(Unit, blank=True, help_text="Subtrees; empty means all the person's units.")
    created = models.DateTimeField()
    expires = models.DateTimeField()
    last_used = models.DateTimeField(null=True)
    revoked = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.prefix}… of {self.person_id}"
