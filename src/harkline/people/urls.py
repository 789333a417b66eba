"""Routes under ``/account/``. Of allauth's, only those we use, under the names by which it knows them."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.urls import include, path

from harkline.people.views import colleagues, entrance, kit, second, security, ways

own = [
    path("invitation/<str:token>", entrance.invitation, name="invitation"),
    path("ready", entrance.ready, name="ready"),
    path("keys", entrance.own_keys, name="keys"),
    path("derivation", ways.derivation, name="derivation"),
    path("passphrase/upgrade", ways.upgrade, name="upgrade"),
    path("ways", ways.show, name="ways"),
    path("ways/<int:unlocker_id>/remove", ways.remove, name="remove_way"),
    path("passphrase", security.passphrase, name="passphrase"),
    path("passphrase/second", second.choose, name="second"),
    path("alarms", second.alarms, name="alarms"),
    path("alarms/<int:suspension_id>/ask", second.ask, name="ask_restore"),
    path("alarms/<int:suspension_id>/restore", second.restore, name="restore"),
    path("wipe", security.wipe, name="wipe"),
    path("phone", security.own_phone, name="own_phone"),
    path("language", security.language, name="language"),
    path("sessions/others/end", security.end_other_sessions, name="end_other_sessions"),
    path("sessions/<int:session_id>/end", security.end_session, name="end_session"),
    path("people", colleagues.people, name="people"),
    path("people/key", colleagues.team_key, name="team_key"),
    path("kit", kit.show, name="kit"),
    path("kit/wraps", kit.wraps, name="kit_wraps"),
    path("kit/drill", kit.drill, name="kit_drill"),
    path("people/<int:operator_id>", colleagues.colleague, name="colleague"),
    path("people/<int:operator_id>/link", colleagues.link, name="link"),
    path("people/<int:operator_id>/access", colleagues.access, name="access"),
    path("people/<int:operator_id>/grant", colleagues.grant, name="grant"),
]

urlpatterns = [
    path("", include((own, "people"))),
    path("sign-in", account.login, name="account_login"),
    path("sign-out", account.logout, name="account_logout"),
    path("inactive", account.account_inactive, name="account_inactive"),
    path("again", account.reauthenticate, name="account_reauthenticate"),
    path("second-step", mfa.authenticate, name="mfa_authenticate"),
    path("second-step/again", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("second-step/passkey", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("second-step/passkey/again", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("security", security.show, name="mfa_index"),
    path("security/app", totp.activate_totp, name="mfa_activate_totp"),
    path("security/app/remove", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("security/recovery", recovery.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("security/recovery/new", recovery.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("security/passkeys", security.show, name="mfa_list_webauthn"),
    path("security/passkeys/add", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("security/passkeys/<int:pk>/remove", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
]
