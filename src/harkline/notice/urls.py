"""The public pages."""

from django.urls import path

from harkline.notice import figures, listing, views, wellknown, wkd

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
    path("notice", listing.notice, name="notice"),
    path("notice/schema.json", wellknown.schema, name="schema"),
    path("notice/<int:serial>", wellknown.version, name="version"),
    path("notice.atom", wellknown.feed, name="notice_feed"),
    path("genuine", listing.genuine, name="genuine"),
    path("sitemap.xml", wellknown.sitemap, name="sitemap"),
    path("robots.txt", wellknown.robots, name="robots"),
    path(".well-known/harkline-notice", wellknown.note, name="note"),
    path(".well-known/harkline-notice.json", wellknown.as_json, name="json"),
    path(".well-known/security.txt", wellknown.security, name="security"),
    path(".well-known/openpgpkey/policy", wkd.policy, name="wkd_policy"),
    path(".well-known/openpgpkey/hu/<str:name>", wkd.key, name="wkd_key"),
    path(".well-known/openpgpkey/<str:domain>/policy", wkd.policy, name="wkd_policy_of"),
    path(".well-known/openpgpkey/<str:domain>/hu/<str:name>", wkd.key, name="wkd_key_of"),
]
