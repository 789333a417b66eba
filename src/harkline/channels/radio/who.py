"""Who asks: the pk of the signed-in operator of a request. The gates before the views have seen to it that there is one."""

from typing import cast

from django.http import HttpRequest


def pk(request: HttpRequest) -> int:
    """The operator's pk."""
    return cast(int, request.user.pk)
