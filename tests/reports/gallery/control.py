"""An explanation, the record, an import and the refusals of the example."""

from __future__ import annotations

from reports.figures import (
    NO_VARIANCE,
    NOTHING,
    Action,
    AffectedUnit,
    AlertChange,
    Change,
    Crumb,
    EmptyBoard,
    ExplanationBoard,
    Fact,
    Formula,
    ImportDifference,
    ImportEffects,
    ImportProblem,
    InputNode,
    MovedTotal,
    Pager,
    PastImport,
    Progress,
    RecordBoard,
    RecordRow,
    Refusal,
    Restatement,
    SetupStep,
    SourceRow,
    UnitName,
    UploadBoard,
    Verification,
)
from reports.formatting import Scale
from tests.reports.gallery.values import (
    K,
    difference,
    money,
    points,
    ratio,
)


def source(row: str, thousands: float) -> SourceRow:
    return SourceRow(
        "ledger-2026-09.csv",
        row,
        money(thousands, ""),
        "9 Oct 07:40",
        "Finance analyst",
        "v2",
        "2026-09;U06;5310;212480.00",
    )


def explanation() -> ExplanationBoard:
    cloud = InputNode(
        "Cloud infrastructure",
        money(541, ""),
        "account 5300",
        sources=(source("row 1,207", 212), source("row 1,208", 329)),
        is_open=True,
    )
    cost = InputNode(
        "Cost of revenue",
        money(1069, ""),
        "metric",
        (InputNode("Support and licences", money(528, ""), "account 5000"), cloud),
        is_open=True,
    )
    return ExplanationBoard(
        title="Operating margin, Unit 6, September 2026",
        figure=ratio(0.142),
        variance=points(-0.077),
        against="against budget 21.9%",
        formula=Formula(
            "Operating income / Revenue",
            over=(("Operating income", "Revenue"), ("240", "1,693")),
            note="Higher is better.",
        ),
        inputs=(
            InputNode("Revenue", money(1693, ""), "metric"),
            cost,
            InputNode("Operating expenses", money(383, ""), "metric"),
        ),
        scale=K,
        sources=(source("1,204 to 1,219", 522), source("3", 19)),
        sources_label="Source of cloud infrastructure, 541",
        largest=source("row 1,207", 212),
        record=Action("Audit entry 18,391", "/record/"),
        restatements=(
            Restatement(ratio(0.142), "version 2, 9 Oct 07:40", "Late cloud invoice of $19K added", True),
            Restatement(ratio(0.153), "version 1, 6 Oct 18:22", "First close"),
        ),
        remark="Restated once, was 15.3% until 9 Oct",
        href="/explain/",
        rows_href="/units/U06/explain/operating_margin/rows/",
        report=Action("Report a problem", "/units/U06/explain/operating_margin/problems/", "flag"),
        reported=Action("One problem reported", "/units/U06/explain/operating_margin/problems/#said", "flag"),
        crumbs=(Crumb("Unit 6, Cloud Hosting", "/units/"),),
    )


def record() -> RecordBoard:
    rows = (
        RecordRow(
            "18,401",
            "08:40:02",
            "Finance analyst",
            "FA",
            "Commented",
            "Alert 1184, Unit 4 contractors",
            digest="77e0…b1d2",
        ),
        RecordRow(
            "18,400",
            "07:52:31",
            "Rule engine",
            "RE",
            "Raised",
            "Alert 1184 severity",
            change=Change("severity", "Medium", "High"),
            digest="5c93…e0aa",
        ),
        RecordRow(
            "18,399",
            "07:40:18",
            "Finance analyst",
            "FA",
            "Restated",
            "Cloud infrastructure, Unit 6, Sep 2026",
            "warn",
            Change("amount", "$522K", "$541K"),
            "1f0b…7c44",
            (Change("Amount", "522,118.40", "541,430.15"), Change("Version", "1", "2")),
            (("Reason", "Late cloud invoice, $19K"),),
            (("Previous", "c2d8…3a91"), ("This entry", "1f0b…7c44")),
        ),
        RecordRow(
            "18,392",
            "yesterday 09:31",
            "Unit 9 lead",
            "U9",
            "Refused",
            "Open Unit 5 statement",
            "bad",
            digest="6a5d…27c0",
        ),
    )
    return RecordBoard(
        "Audit trail",
        Verification(
            "intact",
            "Chain verified: all 18,402 entries are intact",
            "Checked today 09:15. Compare the head of chain with one you saved: a cut tail shows only there.",
            "a41c 7d20 e3b8 … 5f11 09fe",
        ),
        rows,
        "412 of 18,402 entries",
        actions=(Action("Export", "/", "download"), Action("Verify again", "/", "shield-check")),
        pager=Pager(older="?before=18392", older_label="Show 50 earlier entries"),
    )


def upload() -> UploadBoard:
    return UploadBoard(
        title="Ledger, September 2026",
        step="preview",
        heading="3 rows block this import, 9 more need a look",
        text="Nothing was changed. Fix the rows or leave them out, then upload the file again.",
        file="ledger-2026-09.csv",
        file_note="4,212 rows, uploaded 9 Oct 07:31",
        facts=(
            Fact("Ready", text="4,200", note="rows"),
            Fact("Blocking", text="3", note="rows"),
            Fact("To confirm", text="9", note="rows in 3 groups"),
            Fact("Control total", text="17,048,214.60", note="mapped 16,794,514.60"),
        ),
        problems=(
            ImportProblem("high", "1,207", "amt_usd", "212,48O.00", "Not a number: letter O in place of a zero."),
            ImportProblem("medium", "1,644", "account", "5395", "New account, not in any statement line."),
        ),
        differences=(
            ImportDifference(
                "Unit 6",
                "Cloud infrastructure",
                "Sep 2026",
                "actual",
                money(522, ""),
                money(541, ""),
                difference(19, better=-1),
            ),
        ),
        main=(
            MovedTotal("Revenue", "Sep 2026", "actual", "USD", NOTHING, money(1_693, ""), NO_VARIANCE, is_new=True),
            MovedTotal(
                "Total cost", "Sep 2026", "actual", "USD", money(522, ""), money(541, ""), difference(19, better=-1)
            ),
        ),
        apart=(
            MovedTotal(
                "Operating income",
                "Sep 2026",
                "actual",
                "USD",
                money(259, ""),
                money(240, ""),
                difference(-19),
                "Unit 6",
            ),
        ),
        effects=ImportEffects(
            "1 unit changes. 1 alert becomes graver.",
            "2026-09",
            Scale(),
            (
                AffectedUnit(
                    UnitName("Unit 6", "Cloud Hosting", "/units/U06/"),
                    money(1_693, ""),
                    money(259, ""),
                    money(240, ""),
                    difference(-19),
                    (
                        AlertChange("high", "Warning becomes critical: Cloud cost 9% over budget"),
                        AlertChange("medium", "Ends: Margin 1.4 pp below budget", ends=True),
                    ),
                ),
                AffectedUnit(UnitName("GROUP", "Halden Group", "/units/GROUP/")),
            ),
        ),
        reason="Late cloud invoice",
        progress=Progress("Checked 4,212 of 4,212 rows", 100, is_done=True),
        submit="Import 4,200 rows",
        action_href="/imports/",
        past=(
            PastImport(
                "9 Oct 07:40",
                "Finance analyst",
                "ledger-2026-09.csv",
                "ledger",
                "4,211",
                "imported",
                "/imports/1/",
                "good",
            ),
        ),
        crumbs=(Crumb("Imports", "/imports/"),),
    )


def empty() -> EmptyBoard:
    return EmptyBoard(
        "Overview",
        "No figures yet",
        "Three steps lead to the first overview. Most teams finish in under an hour.",
        (
            SetupStep("Name the units", "12 units, with a lead for each", "done", (Action("Edit", "/admin/"),)),
            SetupStep(
                "Import a month of actuals",
                "CSV or XLSX from the ledger. Columns are matched for you.",
                "now",
                (Action("Import actuals", "/imports/", "upload", is_primary=True),),
            ),
            SetupStep("Import the budget", "Variances, status and alerts start with it"),
        ),
    )


def refusal() -> Refusal:
    return Refusal(
        "Limits",
        "You can see the limits of Unit 6 but not change them",
        "Limits are changed by finance administrators and approved by a second person.",
        (("Your role", "Unit leader, Unit 6"), ("Who can change it", "Finance administrator")),
        (Action("Back to Unit 6", "/units/"),),
        (Crumb("Unit 6, Cloud Hosting", "/units/"),),
    )
