"""What people bring to the pages: files on the upload page, words on the variances of a unit, and scenarios.

The bytes of an upload wait in the default storage until they are imported, left or forgotten; the row and its report
stay. A landed file is `ledger.Import`; an upload also tells of what was refused or left.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models

from ledger.models import Period
from reports.baselines import BASELINES, LABELS
from reports.querysets import (
    CommentaryEventQuerySet,
    CommentaryQuerySet,
    PinQuerySet,
    SavedViewQuerySet,
    ScenarioQuerySet,
    UploadQuerySet,
)
from units.guard import GuardedQuerySet
from units.models import Unit


class Upload(models.Model):
    """One file of figures, or the files of one structure, on their way in. Its uploader's alone.

    `report` is the document of the import's report with what the preview adds to it. It may name figures,
    so it is shown only while `rights` is the key of the reader's scope: whoever lost a unit since is asked
    to check the file again. `terms` also keep the reason once its uploader said why it replaces figures.
    """

    class Kind(models.TextChoices):
        FIGURES = "figures"
        STRUCTURE = "structure"

    class State(models.TextChoices):
        CHECKING = "checking", "Being checked"
        REFUSED = "refused", "Refused"
        PREVIEWED = "previewed", "Ready to import"
        IMPORTING = "importing", "Being imported"
        IMPORTED = "imported", "Imported"
        UNCHANGED = "unchanged", "Nothing changed"
        DISCARDED = "discarded", "Left"

    public_id = models.CharField(max_length=22, unique=True, help_text="Random, for addresses.")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    actor = models.CharField(max_length=60, help_text="person:ID")
    rights = models.CharField(max_length=24, help_text="Key of the scope it was checked in.")
    state = models.CharField(max_length=9, choices=State.choices, default=State.CHECKING)
    at = models.DateTimeField()
    asked = models.DateTimeField(null=True, help_text="When the import itself was asked for.")
    ended = models.DateTimeField(null=True)
    files = models.JSONField(help_text="part → name and size; the part is also its name in the storage")
    terms = models.JSONField(default=dict, help_text="source, version, sheet, mapping; or the calendar")
    report = models.JSONField(null=True)
    import_id = models.CharField(max_length=22, blank=True, default="", help_text="The import that landed.")

    objects = UploadQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["actor", "at"], name="upload_of_actor")]

    def __str__(self) -> str:
        return f"{self.title} ({self.state})"

    @property
    def title(self) -> str:
        """The names of the files."""
        return ", ".join(file["name"] for file in self.files.values()) or "Calendar"

    @property
    def is_working(self) -> bool:
        """Whether a worker has something to do for it."""
        return self.state in (self.State.CHECKING, self.State.IMPORTING)

    @property
    def replaces(self) -> bool:
        """Whether figures that stand are changed or closed by it, as far as its check knows; then it needs a reason."""
        counts = (self.report or {}).get("entries", {})
        return self.kind == self.Kind.FIGURES and bool(counts.get("changed") or counts.get("closed"))

    def place(self, part: str) -> str:
        """Where a file waits in the storage: never under a name that came from outside."""
        return f"uploads/{self.public_id}/{part}"


class Commentary(models.Model):
    """A leader's words on one variance: a line of a unit's statement, over a stretch of time, against a baseline.

    There is one for each such place. It is bound to the value it explains: both legs as they stood at `mark`, in
    ten-thousandths of group currency, so that a later value can be held against it. Actuals are those as reported.
    `reverses` is the ordinal of the period in which a timing difference comes back. People are actors ("person:ID").

    A thread is no words on a variance but what is said of a figure itself, any metric, role or account: it has no
    baseline and no legs, is never submitted, and its problems and replies are its events.
    """

    class State(models.TextChoices):
        DRAFT = "draft"
        SUBMITTED = "submitted"
        ACCEPTED = "accepted"
        THREAD = "thread"

    class Cause(models.TextChoices):
        PRICE = "price"
        VOLUME = "volume"
        MIX = "mix"
        HEADCOUNT = "headcount"
        PAY = "pay"
        CURRENCY = "currency", "Exchange rates"
        PHASING = "phasing", "Phasing"
        ONE_OFF = "one_off", "One-off"
        STRUCTURE = "structure", "Units that came or left"
        ERROR = "error", "An error in actuals or plan"
        OTHER = "other"

    class Nature(models.TextChoices):
        TIMING = "timing", "Timing: it comes back"
        PERMANENT = "permanent", "Permanent: it stays"

    public_id = models.CharField(max_length=22, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT)
    line = models.CharField(max_length=80, help_text="A metric of the statement, or account:CODE.")
    period = models.ForeignKey(Period, models.PROTECT, related_name="+")
    basis = models.CharField(max_length=12)
    baseline = models.CharField(max_length=10, blank=True, choices=[(each, LABELS[each]) for each in BASELINES])
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    text = models.TextField(blank=True)
    cause = models.CharField(max_length=9, blank=True, choices=Cause.choices)
    nature = models.CharField(max_length=9, blank=True, choices=Nature.choices)
    reverses = models.IntegerField(null=True, help_text="Ordinal of the period in which a timing difference reverses.")
    actual = models.BigIntegerField(null=True, help_text="Ten-thousandths, as read when it was written.")
    compared = models.BigIntegerField(null=True, help_text="The baseline, likewise.")
    mark = models.BigIntegerField(help_text="As known at this mark.")
    author = models.CharField(max_length=60)
    written = models.DateTimeField()
    submitted_by = models.CharField(max_length=60, blank=True, default="")
    submitted = models.DateTimeField(null=True)
    accepted_by = models.CharField(max_length=60, blank=True, default="")
    accepted = models.DateTimeField(null=True)
    rolled_from = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", help_text="Whose words these still are, unread."
    )
    number = models.PositiveIntegerField(default=1, help_text="Steps taken so far; guards compare-and-set.")

    scope_ability = "commentary.read"

    objects = CommentaryQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [
            models.UniqueConstraint(fields=["unit", "line", "period", "basis", "baseline"], name="one_commentary"),
            models.CheckConstraint(
                condition=models.Q(state="draft") | ~models.Q(nature="timing") | models.Q(reverses__isnull=False),
                name="commentary_timing_reverses",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="accepted")
                | (~models.Q(accepted_by=models.F("author")) & ~models.Q(accepted_by=models.F("submitted_by"))),
                name="commentary_accepted_by_another",
            ),
            models.CheckConstraint(
                condition=models.Q(state="thread", baseline="", actual__isnull=True, compared__isnull=True)
                | (
                    ~models.Q(state="thread")
                    & ~models.Q(baseline="")
                    & models.Q(actual__isnull=False, compared__isnull=False)
                ),
                name="commentary_words_are_bound",
            ),
        ]
        indexes = [
            models.Index(fields=["period", "state"], name="commentary_of_period"),
            models.Index(fields=["nature", "reverses"], name="commentary_reversals"),
        ]

    def __str__(self) -> str:
        return f"{self.line} of {self.unit_id} in {self.period_id} ({self.state})"

    @property
    def variance(self) -> int:
        """The difference it explains: actual − baseline, ten-thousandths."""
        assert self.actual is not None and self.compared is not None  # words are bound; a thread explains no difference
        return self.actual - self.compared

    @property
    def is_thread(self) -> bool:
        """Whether these are no words on a variance, but what is said of a figure itself."""
        return self.state == self.State.THREAD


class CommentaryEvent(models.Model):
    """One step in the life of a commentary with the words as they stood then, a reply to it, or a problem reported."""

    class Kind(models.TextChoices):
        WRITTEN = "written"
        ROLLED_FORWARD = "rolled_forward"
        SUBMITTED = "submitted"
        ACCEPTED = "accepted"
        REOPENED = "reopened"
        REPLIED = "replied"
        REPORTED = "reported"

    commentary = models.ForeignKey(Commentary, models.PROTECT, related_name="events")
    at = models.DateTimeField()
    actor = models.CharField(max_length=60)
    kind = models.CharField(max_length=14, choices=Kind.choices)
    text = models.TextField(help_text="The words, the reason, the reply, or what is wrong.")
    terms = models.JSONField(default=dict, help_text="Cause, nature, reversal and value that the words were said of.")
    number = models.PositiveIntegerField(help_text="The commentary's number right after it.")

    scope_path = "commentary__unit"
    scope_ability = "commentary.read"

    objects = CommentaryEventQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"

    def __str__(self) -> str:
        return f"{self.commentary_id}: {self.kind}"


class CommentaryMention(models.Model):
    """Somebody who was asked in a reply."""

    event = models.ForeignKey(CommentaryEvent, models.PROTECT, related_name="mentions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    scope_path = "event__commentary__unit"
    scope_ability = "commentary.work"

    objects = GuardedQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [models.UniqueConstraint(fields=["event", "person"], name="one_commentary_mention")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.event_id}"


class Scenario(models.Model):
    """What somebody would do otherwise in a unit: drivers laid on what is expected of it. Never a figure of its own.

    `drivers` are settings as `reports.scenarios.asking` packs them. `mark` and `base` say on which figures it was
    saved: the mark they were read at, and the hash over them, so that figures that moved since are told.
    """

    public_id = models.CharField(max_length=22, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    drivers = models.JSONField()
    mark = models.BigIntegerField(help_text="Its base was read at this mark.")
    base = models.CharField(max_length=64, help_text="Hash over the base as it was then.")
    saved = models.DateTimeField()
    saved_by = models.CharField(max_length=60, help_text="person:ID")
    number = models.PositiveIntegerField(default=1, help_text="How often it was changed; guards compare-and-set.")

    objects = ScenarioQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        indexes = [models.Index(fields=["owner", "saved"], name="scenario_of_owner")]

    def __str__(self) -> str:
        return f"{self.name} of {self.unit_id}"


class ScenarioShare(models.Model):
    """Somebody a scenario is shown to. It opens nothing: whoever may not see the unit does not see it either."""

    scenario = models.ForeignKey(Scenario, models.CASCADE, related_name="shares")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    may_edit = models.BooleanField(default=False)
    at = models.DateTimeField()

    scope_path = "scenario__unit"

    objects = GuardedQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [models.UniqueConstraint(fields=["scenario", "person"], name="one_scenario_share")]

    def __str__(self) -> str:
        return f"{self.scenario_id} to {self.person_id}"


class Pin(models.Model):
    """A figure of a unit, or (without a metric) the unit itself, that somebody keeps at home, in an order of his own.

    It opens nothing: a pin on a unit that its person may not see any more stays, and is not shown.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    metric = models.CharField(max_length=60, blank=True, default="", help_text="Empty: the unit itself.")
    place = models.PositiveIntegerField(help_text="Order at home, from 1; gaps are none of anybody's business.")
    at = models.DateTimeField()

    objects = PinQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        base_manager_name = "unscoped"
        constraints = [models.UniqueConstraint(fields=["person", "unit", "metric"], name="one_pin")]

    def __str__(self) -> str:
        return f"{self.metric or 'unit'} of {self.unit_id} for {self.person_id}"


class SavedView(models.Model):
    """An address of a page with all that was picked on it, under a name that its person gave it.

    `unit` is the code of the unit that the address is of, empty where it is of none: whoever may not see that unit any
    more does not see the view either.
    """

    public_id = models.CharField(max_length=22, unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    path = models.CharField(max_length=200)
    query = models.CharField(max_length=500, blank=True, default="")
    unit = models.CharField(max_length=40, blank=True, default="")
    place = models.PositiveIntegerField(help_text="Order at home, from 1.")
    at = models.DateTimeField()

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["person", "place"], name="view_of_person")]

    def __str__(self) -> str:
        return f"{self.name} of {self.person_id}"

    @property
    def address(self) -> str:
        """Where it leads."""
        return f"{self.path}?{self.query}" if self.query else self.path
