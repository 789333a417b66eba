"""The public pages."""

from django.urls import path

from harkline.notice import views, wkd

app_name = "notice"
urlpatterns = [
    path("", views.front, name="front"),
    path("away", views.away, name="away"),
    path(".well-known/openpgpkey/policy", wkd.policy, name="wkd_policy"),
    path(".well-known/openpgpkey/hu/<str:name>", wkd.key, name="wkd_key"),
    path(".well-known/openpgpkey/<str:domain>/policy", wkd.policy, name="wkd_policy_of"),
    path(".well-known/openpgpkey/<str:domain>/hu/<str:name>", wkd.key, name="wkd_key_of"),
]
