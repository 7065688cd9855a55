"""The person who signs in. What somebody may see or do is not here but in `units.Grant`."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth import get_backends
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower


class PersonManager(BaseUserManager["Person"]):
    """Finds people the way they sign in: by name or by e-mail."""

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(name__iexact=username)

    def known_as(self, name_or_email: str) -> Person:
        """The active person of this name or e-mail address; raises Person.DoesNotExist."""
        return self.get(models.Q(name__iexact=name_or_email) | models.Q(email__iexact=name_or_email), is_active=True)


class Person(AbstractBaseUser):
    """A human being with a name to sign in by. Nobody is a superuser at run time."""

    name = models.CharField(max_length=80, unique=True)
    email = models.EmailField(blank=True, default="")
    is_active = models.BooleanField(default=True)
    joined = models.DateTimeField()
    must_change_password = models.BooleanField(
        default=False, help_text="Somebody else knows the password; nothing opens before it was changed."
    )
    theme = models.CharField(
        max_length=6, default="system", choices=[("light", "Light"), ("dark", "Dark"), ("system", "System")]
    )
    time_zone = models.CharField(max_length=40, blank=True, default="", help_text="Empty: the company's.")
    morning = models.PositiveSmallIntegerField(default=7, help_text="The hour at which news of the night is read.")

    objects = PersonManager()

    USERNAME_FIELD = "name"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    is_superuser = False

    class Meta:
        verbose_name_plural = "people"
        constraints = [
            models.UniqueConstraint(Lower("name"), name="one_person_per_name"),
            models.UniqueConstraint(Lower("email"), condition=~models.Q(email=""), name="one_person_per_email"),
            models.CheckConstraint(condition=models.Q(morning__lt=24), name="morning_is_an_hour"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        """Up to two letters for the round badge beside the name."""
        return "".join(word[0] for word in self.name.split()[:2]).upper()

    @property
    def is_staff(self) -> bool:
        """May enter the admin at all; which tables is asked per model of the same backends."""
        return self.has_module_perms("admin")

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Asked by the admin; answered from grants (`units.backends`)."""
        return self.is_active and any(
            backend.has_perm(self, perm, obj) for backend in get_backends() if hasattr(backend, "has_perm")
        )

    def has_perms(self, perms: list[str], obj: Any = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and any(
            backend.has_module_perms(self, app_label)
            for backend in get_backends()
            if hasattr(backend, "has_module_perms")
        )


class QuietWindow(models.Model):
    """A stretch of the week in which a person is not rung: on these days, from a time until another.

    An end that is not after the beginning lies on the next day; the same time twice is the whole day. Times are those
    of the person's time zone.
    """

    public_id = models.CharField(max_length=22, unique=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="quiet_windows")
    days = models.CharField(max_length=7, help_text="Weekdays as digits, Monday is 1.")
    begins = models.TimeField()
    ends = models.TimeField()

    def __str__(self) -> str:
        return f"{self.days} {self.begins:%H:%M}–{self.ends:%H:%M}"
