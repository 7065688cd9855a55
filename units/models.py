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

__all__ = ["ApiToken", "Assignment", "FormerParent", "Grant", "Holding", "Mark", "Placement", "Unit"]


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


class Placement(Standing):
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

    objects = GuardedQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(
                fields=["unit"], condition=models.Q(until_mark__isnull=True), name="one_current_placement"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} under {self.parent_id}"


class FormerParent(Standing):
    """Up to a day, and including it, a unit hung on another parent than its placement says.

    A period has the parent of its last day: the earliest of these that ends no sooner, else that of the placement.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="former_parents")
    parent = models.ForeignKey(Unit, models.PROTECT, related_name="former_children")
    ends = models.DateField(help_text="The last day on this parent.")

    objects = GuardedQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "ends"], condition=models.Q(until_mark__isnull=True), name="one_current_former_parent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} under {self.parent_id} until {self.ends}"


class Assignment(Standing):
    """Where a unit or a node hangs in another tree over the same units: a legal one, one of regions.

    Nodes are units with a `tree`, which own no figures: theirs are those of the units assigned below them. One of
    each tree, its only one of kind `unit`, takes what is assigned nowhere. The top of a tree has no parent.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="assignments")
    parent = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="assigned")
    tree = models.CharField(max_length=40)
    position = models.PositiveIntegerField(default=0, help_text="Order among the siblings.")

    objects = GuardedQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "tree"], condition=models.Q(until_mark__isnull=True), name="one_current_assignment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} under {self.parent_id} in {self.tree}"


class Holding(Standing):
    """From a day on a unit's parent holds another part of it, or consolidates it by another method.

    What its placement says is in force before the first of these days. A period has the terms of its last day.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="holdings")
    starts = models.DateField(help_text="The first day of these terms.")
    ownership = models.CharField(max_length=20, default="1", help_text="Exact decimal text from 0 to 1.")
    method = models.CharField(max_length=12, choices=Placement.Method.choices, default=Placement.Method.FULL)

    objects = GuardedQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "starts"], condition=models.Q(until_mark__isnull=True), name="one_current_holding"
            ),
        ]

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
