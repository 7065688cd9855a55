"""The log of judging: what was known each time, and what came of it."""

from __future__ import annotations

from django.db import models


class Evaluation(models.Model):
    """One judging of all thresholds: what it knew, and what came of it (a quiet month has its reason here)."""

    at = models.DateTimeField()
    actor = models.CharField(max_length=60)
    mark = models.BigIntegerField(help_text="Figures up to this mark were judged.")
    terms_mark = models.BigIntegerField(help_text="Thresholds up to this mark were in force.")
    through = models.IntegerField(null=True, help_text="Ordinal of the newest finished period with figures.")
    forecasts = models.BigIntegerField(default=0, help_text="Forecasts up to this mark were judged.")
    counts = models.JSONField(default=dict, help_text="thresholds, units, judged, unknown, and transitions by kind")

    def __str__(self) -> str:
        return f"evaluation {self.pk} at mark {self.mark}"

    def knows(self, mark: int, terms_mark: int, through: int, forecasts: int) -> bool:
        """Whether it was judged with all that is known now."""
        return (self.mark, self.terms_mark, self.through, self.forecasts) == (mark, terms_mark, through, forecasts)
