"""Contracts and hours as a table, for those who keep them elsewhere."""

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.console.views import rota_setup
from harkline.rota import contract_table, tables


def table(request: HttpRequest) -> StreamingHttpResponse:
    """All of them as CSV."""
    chain.record(Act.DOWNLOADED, Subject.ROTA, "people")
    response = StreamingHttpResponse(contract_table.download(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="contracts.csv"'
    return response


def upload(request: HttpRequest) -> HttpResponse:
    """Read a table in, as a whole or not at all."""
    file = request.FILES.get("table")
    if file is None:
        return rota_setup.people(request, _("Choose a file first."), status=422)
    try:
        contract_table.upload(file.read())
    except tables.Unreadable as why:
        said = _("Nothing was read in. Mend these lines and try again.")
        return rota_setup.people(request, said, why.problems, 422)
    return redirect("rota_people")
