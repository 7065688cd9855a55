"""Changes of thresholds that wait for a second person: the list, one of them, and deciding on it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from alerts.actions import ProposalOvertaken, ProposalRefused, approve, refuse, withdraw
from alerts.approving.need import ABILITY as APPROVE
from alerts.models import ThresholdProposal
from reports.boards.frame import frame
from reports.boards.proposals import READ, SET, proposal_board, proposals_board
from units.scope import Scope

HERE = "proposals"


@require_safe
def proposals(request: HttpRequest) -> HttpResponse:
    """What waits, and what was decided."""
    scope = Scope.of_request(request)
    scope.require(READ)
    board = proposals_board(scope, at=timezone.now())
    return render(request, "thresholds/proposals.html", {"frame": frame(request, current=HERE), "board": board})


@require_safe
def proposal(request: HttpRequest, public_id: str) -> HttpResponse:
    """One proposal: the terms before and after, every unit it touches, and what may be done about it."""
    return _page(request, _found(request, public_id))


@require_POST
def proposal_approve(request: HttpRequest, public_id: str) -> HttpResponse:
    """Approve what the page showed, by its hash."""
    found, scope = _found(request, public_id), Scope.of_request(request)
    scope.require(APPROVE, found.unit)
    shown, comment = request.POST.get("hash", ""), request.POST.get("comment", "")
    try:
        approve(actor=scope, proposal=found, hash_shown=shown, comment=comment, at=timezone.now())
    except ProposalRefused as refused:
        return _refused(request, public_id, refused)
    messages.success(request, "Approved. It is set, and judged from now on.")
    return redirect("proposals:list")


@require_POST
def proposal_refuse(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say no, and why."""
    found, scope = _found(request, public_id), Scope.of_request(request)
    scope.require(APPROVE, found.unit)
    try:
        refuse(actor=scope, proposal=found, comment=request.POST.get("comment", ""), at=timezone.now())
    except ProposalRefused as refused:
        return _refused(request, public_id, refused)
    messages.success(request, "Refused. What stands stays as it is.")
    return redirect("proposals:list")


@require_POST
def proposal_withdraw(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take back one's own proposal."""
    found, scope = _found(request, public_id), Scope.of_request(request)
    scope.require(SET, found.unit)
    try:
        withdraw(actor=scope, proposal=found, comment=request.POST.get("comment", ""), at=timezone.now())
    except ProposalRefused as refused:
        return _refused(request, public_id, refused)
    messages.success(request, "Withdrawn. What stands stays as it is.")
    return redirect("proposals:list")


def _found(request: HttpRequest, public_id: str) -> ThresholdProposal:
    """The proposal of an address; one out of reach is not found."""
    rows = ThresholdProposal.objects.within(Scope.of_request(request))
    found: ThresholdProposal | None = (
        rows.select_related("unit", "proposed_by", "decided_by").filter(public_id=public_id).first()
    )
    if found is None:
        raise Http404
    return found


def _refused(request: HttpRequest, public_id: str, refused: ProposalRefused) -> HttpResponse:
    """The page as it stands now, with what speaks against the step and what was typed."""
    status = 409 if isinstance(refused, ProposalOvertaken) else 400
    typed = request.POST.get("comment", "")
    return _page(request, _found(request, public_id), note=str(refused), comment=typed, status=status)


def _page(
    request: HttpRequest, found: ThresholdProposal, *, note: str = "", comment: str = "", status: int = 200
) -> HttpResponse:
    board = proposal_board(Scope.of_request(request), found, at=timezone.now(), note=note, comment=comment)
    around = frame(request, current=HERE)
    return render(request, "thresholds/proposal.html", {"frame": around, "board": board}, status=status)
