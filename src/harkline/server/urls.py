"""Every route of the web side, composed from the stages."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    # First what callers wait for: every route before it is tried.
    path("", include("harkline.channels.web.urls")),
    path("", include("harkline.notice.urls")),
    path("account/", include("harkline.people.urls")),
    path("", include("harkline.console.urls")),
    path("", include("harkline.server.radio_urls")),
]
