"""The Web Key Directory: the line's OpenPGP keys, where mail programs look for them by themselves.

draft-koch-openpgp-webkey-service, both ways: ``/.well-known/openpgpkey/hu/…`` on the address's own domain, and
``/.well-known/openpgpkey/DOMAIN/hu/…`` on the host ``openpgpkey.DOMAIN``. Nothing is written down about who asks for what.
"""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from harkline.line import mail_keys

_ANYBODY = {"Access-Control-Allow-Origin": "*"}  # mail programs in a browser ask from another origin


@csrf_exempt
@require_safe
def key(request: HttpRequest, name: str, domain: str = "") -> HttpResponse:
    """The key of one address, in binary; ``?l=`` names the local part once more and is not needed."""
    row = mail_keys.by_hash(name, domain or request.get_host().partition(":")[0])
    if row is None:
        return HttpResponse(status=404, headers=_ANYBODY)
    return HttpResponse(bytes(row.certificate), content_type="application/octet-stream", headers=_ANYBODY)


@csrf_exempt
@require_safe
def policy(request: HttpRequest, domain: str = "") -> HttpResponse:
    """No policy flag: the file has to be there, and is empty."""
    return HttpResponse(b"", content_type="text/plain", headers=_ANYBODY)
