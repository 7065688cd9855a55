"""The admin site: entered by ability, scoped like every other page, looking like the rest.

It has no doors of its own: signing in, signing out and passwords are those of the product, with their
lock-out, second factor and record.
"""

from __future__ import annotations

from functools import update_wrapper
from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

APPS = {"people", "units", "ledger", "metrics", "alerts", "reports"}
CLOSED = {"autocomplete", "password_change_done", "view_on_site"}


class PlumblineAdmin(AdminConfig):
    default_site = "config.admin.Site"


class Site(AdminSite):
    site_header = "Plumbline administration"
    site_title = "Plumbline"
    index_title = "Tables"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        scope: Any = getattr(request, "scope", None)
        return bool(scope and scope.may("admin.enter"))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Whoever reads figures comes from their pages; others start here, and have only their account besides."""
        scope: Any = getattr(request, "scope", None)
        return {**super().each_context(request), "reads_figures": bool(scope and scope.may("figures.read"))}

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Tables of other packages (groups, addresses, authenticators) stay out: they go by no ability."""
        models = model_or_iterable if isinstance(model_or_iterable, list | tuple | set) else [model_or_iterable]
        ours = [model for model in models if model._meta.app_label in APPS]
        super().register(ours, admin_class, **options)

    def get_urls(self) -> list[Any]:
        return [found for found in super().get_urls() if getattr(found, "name", None) not in CLOSED]

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Somebody signed in who may not enter is told so, instead of being asked to sign in again."""
        inner = super().admin_view(view, cacheable)

        def entered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            answer: HttpResponse = inner(request, *args, **kwargs)
            return answer

        return update_wrapper(entered, view)

    @method_decorator(never_cache)
    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """To the one sign-in page; somebody signed in who may not enter is told so."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        if request.user.is_authenticated:
            return HttpResponseRedirect(reverse("admin:index"))
        return HttpResponseRedirect(reverse("account_login"))

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """To the one sign-out page, which asks."""
        return HttpResponseRedirect(reverse("account_logout"))

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """To the one page for passwords."""
        return HttpResponseRedirect(reverse("account_change_password"))
