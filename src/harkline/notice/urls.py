"""The public pages."""

from django.urls import path

from harkline.notice import views

app_name = "notice"
urlpatterns = [
    path("", views.front, name="front"),
    path("away", views.away, name="away"),
]
