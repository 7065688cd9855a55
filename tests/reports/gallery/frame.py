"""The frame and the period picker of the example."""

from __future__ import annotations

from reports.figures import (
    AsOf,
    Choice,
    Frame,
    NavigationItem,
    PeriodPicker,
    PickerYear,
    UnitLink,
)
from tests.reports.gallery.values import UNITS


def frame(current: str = "overview", *, unit: str = "", theme: str = "system") -> Frame:
    navigation = (
        NavigationItem("overview", "Overview", "/", "layout-dashboard"),
        NavigationItem("alerts", "Alerts", "/alerts/", "bell", 7, is_hot=True),
    )
    return Frame(
        workspace="Halden Group",
        person="Group CFO",
        role="Executive",
        initials="CF",
        theme=theme,
        current=current,
        current_unit=unit,
        navigation=navigation,
        control=(
            NavigationItem("imports", "Imports", "/imports/", "upload", 1),
            NavigationItem("thresholds", "Thresholds", "/admin/", "gauge"),
            NavigationItem("record", "Audit trail", "/record/", "scroll-text"),
        ),
        units=tuple(
            UnitLink(f"U{row.no:02d}", str(row.no), row.name, "/units/", row.status if row.status != "ok" else "")
            for row in UNITS
        ),
        tabs=(
            *navigation,
            NavigationItem("units", "Units", "/units/", "building-2"),
            NavigationItem("account", "More", "/account/", "menu"),
        ),
        alert_count=7,
    )


def picker(label: str = "Q3 2026", basis: str = "QTD") -> PeriodPicker:
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return PeriodPicker(
        label=label,
        short=f"{label}, {basis}",
        previous="?period=2026-06",
        next="",
        bases=tuple(Choice(each, f"?basis={each.lower()}", each == basis) for each in ("Month", "QTD", "YTD", "LTM")),
        years=(
            PickerYear("2026", tuple(Choice(m, "?" if i < 9 else "", m == "Sep") for i, m in enumerate(months))),
            PickerYear("2025", tuple(Choice(m, "?") for m in months)),
        ),
        as_of=AsOf("As of 9 Oct, 12 of 12 closed"),
    )
