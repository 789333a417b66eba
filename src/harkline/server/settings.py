"""Django's settings, composed from the data folder. Nothing here is for an administrator to edit: that is ``harkline.toml``."""

import os
from pathlib import Path
from typing import Any

from django.conf import locale
from django.utils.translation import gettext_lazy as _

from harkline.seal import passphrase
from harkline.server import catalogues, folder

DATA: Path | None = folder.data()
BASE = Path(__file__).parents[1]

SECRET_KEY = folder.host_secret(DATA, "django")
HANDLE_KEY: Path | None = None  # numbers.key_file; read through intake.handle_key alone
HOST_KEY = folder.host_key(DATA)  # read through people.vault alone
DEBUG = False
ALLOWED_HOSTS = ["*"]  # the host is never used to build a link; see people.invite
ROOT_URLCONF = "harkline.server.urls"
APPEND_SLASH = False  # no address of ours ends in one, and looking for one takes every request through the routes twice
WSGI_APPLICATION = "harkline.server.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "harkline.people",  # before allauth: its templates take the place of allauth's
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "harkline.runtime",
    "harkline.audit",
    "harkline.line",
    "harkline.intake",
    "harkline.rota",
    "harkline.routing",
    "harkline.records",
    "harkline.count",
    "harkline.channels.phone",
    "harkline.channels.email",
    "harkline.channels.web",
    "harkline.channels.radio",
    "harkline.channels.radio.aprs",
    "harkline.paper",
    "harkline.outside",
    "harkline.console",
    "harkline.notice",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "harkline.server.middleware.Headers",
    "harkline.server.middleware.Language",
    "harkline.server.doors.ByDoor",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "harkline.server.own_language.OwnLanguage",
    "harkline.server.acting.Acting",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "harkline.server.second_step.SecondStep",
    "harkline.server.decoy.Decoy",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "server" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["harkline.runtime.templatetags.reading"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "harkline.server.public.page",
            ],
        },
    }
]


def _sqlite() -> dict[str, Any]:
    return {
        "ENGINE": "harkline.runtime.sqlite",
        "NAME": DATA / "harkline.sqlite3" if DATA else ":memory:",
        "OPTIONS": {
            # Writers queue at BEGIN instead of failing in the middle; FULL: an acknowledged row survives a power cut.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
            " PRAGMA temp_store=MEMORY; PRAGMA mmap_size=134217728;",
        },
        "CONN_MAX_AGE": None,
        "TEST": {"NAME": DATA / "test.sqlite3" if DATA else None},
    }


DATABASES = {"default": folder.postgresql(DATA) or _sqlite()}

AUTH_USER_MODEL = "people.Operator"
AUTHENTICATION_BACKENDS = ["harkline.people.backend.Backend"]
PASSWORD_HASHERS = ["harkline.people.hasher.DerivedHasher"]
# Counts of wrong guesses and used codes live here, for minutes: large enough that nobody can push others' out.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 200_000}},
}

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/console"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "harkline.people.sign_in.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True  # as long as SESSION_COOKIE_AGE; content locks long before
# By account alone: a limit by address would keep addresses, one by site would lock out a whole shift.
ACCOUNT_RATE_LIMITS = {
    "login": "",
    "login_failed": "10/5m/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "signup": "",
    "reset_password": "",
    "reset_password_from_key": "",
    "request_login_code": "",
    "verify_phone": "",
}
MFA_ADAPTER = "harkline.people.sign_in.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RATE_LIMITS = {"webauthn_login": ""}  # nothing to guess
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "harkline.people.once.CodeForm",
    "reauthenticate": "harkline.people.once.CodeAgainForm",
}
# KiB of memory that a new passphrase's key costs (people.kdf). Lower for tests alone: a browser is a second slower by it.
KDF_MEMORY = int(os.environ.get("HARKLINE_KDF_MEMORY", passphrase.MEMORY))
# Whoever can switch this off lets people in by passphrase alone: for the demonstration.
SECOND_STEP = os.environ.get("HARKLINE_DEMO") != "1"
DEMO = not SECOND_STEP  # fictional callers, and nothing that would have to be recovered

LANGUAGE_CODE = "en"
# Pashto and Dari are not in Django's own list.
locale.LANG_INFO.update(
    {
        "ps": {"bidi": True, "code": "ps", "name": "Pashto", "name_local": "پښتو"},
        "prs": {"bidi": True, "code": "prs", "name": "Dari", "name_local": "دری"},
    }
)
LANGUAGES_BIDI = ["ar", "fa", "he", "ps", "prs", "ur"]
LANGUAGES = [
    ("en", _("English")),
    ("fa", _("Persian")),
    ("prs", _("Dari")),
    ("ps", _("Pashto")),
    ("ar", _("Arabic")),
    ("fr", _("French")),
    ("uk", _("Ukrainian")),
]
LOCALE_PATHS = catalogues.compiled(BASE / "locale", DATA)
# Code → who has read its catalogue, or that it is a draft. English is what the others are translated from.
TRANSLATIONS = catalogues.standings(BASE / "locale")
FORMAT_MODULE_PATH = ["harkline.server.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE / "server" / "static"]
STATIC_ROOT = None  # WhiteNoise serves what the installed packages carry; nothing is collected
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# An upload never touches the disk before it is sealed.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 37 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 40 * 1024 * 1024

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_NAME = "session"
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_USE_SESSIONS = True

LOGGING_CONFIG = None  # server.logs sets logging up: route name, minute and status, nothing else

# Operators have a username and no address.
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
