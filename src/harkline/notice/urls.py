"""The public pages."""

from django.urls import path

from harkline.notice import figures, views, wkd

app_name = "notice"
urlpatterns = [
    path("", views.front, name="front"),
    path("away", views.away, name="away"),
    path("figures", figures.figures, name="figures"),
    path("figures/check", figures.check, name="check"),
    path("figures/receipt", figures.receipt, name="receipt"),
    path("figures/receipts/<str:month>.txt", figures.receipts, name="receipts"),
    path("figures.atom", figures.feed, name="feed"),
    path("count/<path:name>", figures.log, name="log"),
    path(".well-known/openpgpkey/policy", wkd.policy, name="wkd_policy"),
    path(".well-known/openpgpkey/hu/<str:name>", wkd.key, name="wkd_key"),
    path(".well-known/openpgpkey/<str:domain>/policy", wkd.policy, name="wkd_policy_of"),
    path(".well-known/openpgpkey/<str:domain>/hu/<str:name>", wkd.key, name="wkd_key_of"),
]
