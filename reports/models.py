"""What people bring in on the upload page, from the file's arrival to its report.

The bytes wait in the default storage until they are imported, left or forgotten; the row and its report
stay. A landed file is `ledger.Import`; an upload also tells of what was refused or left.
"""

from __future__ import annotations

from django.db import models

from reports.querysets import UploadQuerySet


class Upload(models.Model):
    """One file of figures, or the files of one structure, on their way in. Its uploader's alone.

    `report` is the document of the import's report with what the preview adds to it. It may name figures,
    so it is shown only while `rights` is the key of the reader's scope: whoever lost a unit since is asked
    to check the file again.
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

    def place(self, part: str) -> str:
        """Where a file waits in the storage: never under a name that came from outside."""
        return f"uploads/{self.public_id}/{part}"
