"""Settings of an installation; what differs between installations is read from the environment."""

from __future__ import annotations

import importlib.util
import os
import secrets
from pathlib import Path
from typing import Any

from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from banyan import policy
from banyan.config.database import database_from_url

PACKAGE = Path(__file__).resolve().parents[1]
# Of the API's library only its files stand here: as an app, every command would load it.
NINJA = Path(str(importlib.util.find_spec("ninja").origin)).parent  # type: ignore[union-attr]
BANYAN_DATA_DIR = Path(os.environ.get("BANYAN_DATA_DIR", "var")).resolve()
# Where facts lie: a folder (default: facts below the data), or an object store (s3://bucket/facts).
BANYAN_FACTS = os.environ.get("BANYAN_FACTS", "")
BANYAN_ENGINE = os.environ.get("BANYAN_ENGINE", "duckdb")
BANYAN_PACKS = tuple(os.environ.get("BANYAN_PACKS", "house,cn,fujian,fuzhou").split(","))
BANYAN_DATABASE_URL = os.environ.get("BANYAN_DATABASE_URL", f"sqlite:///{BANYAN_DATA_DIR}/banyan.sqlite3")


def _secret(name: str) -> str:
    """The installation's secret: from the environment, else made once and kept where only its owner reads it."""
    if value := os.environ.get(f"BANYAN_{name.upper()}"):
        return value
    path = BANYAN_DATA_DIR / f"{name}.txt"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text()
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(50))
    return path.read_text()


# The root of the addresses where `banyan epcis stream` is reached, as ws://127.0.0.1:8001 or wss://city.example.
BANYAN_EPCIS_STREAM = os.environ.get("BANYAN_EPCIS_STREAM", "")

SECRET_KEY = _secret("secret_key")
DEBUG = os.environ.get("BANYAN_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("BANYAN_HOSTS", "127.0.0.1,localhost,[::1],testserver").split(",")
BANYAN_ADDRESS = os.environ.get("BANYAN_ADDRESS", "http://127.0.0.1:8000").rstrip("/")  # as outsiders call it
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("BANYAN_ORIGINS", "").split(",") if origin]

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin.apps.SimpleAdminConfig",  # screens are found with the addresses: commands need none
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "allauth.account",
    "allauth.mfa",
    "django_tasks",
    "django_tasks_db",
    "banyan.kit",
    "banyan.base.registry",
    "banyan.base.matching",
    "banyan.base.facts",
    "banyan.records.masterdata",
    "banyan.records.traceability",
    "banyan.records.trace",
    "banyan.records.plans",
    "banyan.records.inspection",
    "banyan.records.equipment",
    "banyan.insight.indicators",
    "banyan.insight.alerts",
    "banyan.insight.checks",
    "banyan.insight.risk",
    "banyan.edge.rules",
    "banyan.insight.approval",
    "banyan.response.complaints",
    "banyan.response.casework",
    "banyan.response.recall",
    "banyan.response.emergency",
    "banyan.response.leadership",
    "banyan.judgement.access",
    "banyan.judgement.credit",
    "banyan.judgement.lists",
    "banyan.edge.intake",
    "banyan.edge.traces",
    "banyan.edge.exchange",
    "banyan.edge.receivers",
    "banyan.edge.vouching",
    "banyan.edge.reports",
    "banyan.edge.cockpit",
    "banyan.edge.epcis",
    "banyan.edge.directory",
    "banyan.edge.portal",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "banyan.kit.middleware.BoundedUploads",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "banyan.kit.middleware.TextsThatCanBeKept",
    "banyan.kit.sign_in.guard.SessionsGuarded",
    "banyan.kit.middleware.RulesInForce",
    "banyan.kit.middleware.ReadingsNoted",
    "banyan.kit.middleware.NothingTwice",
    "banyan.kit.middleware.RefusalsAsPages",
]

ROOT_URLCONF = "banyan.config.urls"
WSGI_APPLICATION = "banyan.config.wsgi.application"
AUTH_USER_MODEL = "kit.Person"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "kit" / "templates", NINJA / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

DATABASES = {"default": database_from_url(BANYAN_DATABASE_URL)}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "banyan.kit.sign_in.rules.PacksPassword"},
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "display_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
CSRF_FAILURE_VIEW = "banyan.kit.office.faults.form_too_old"
LOGIN_URL = "office:login"
LOGIN_REDIRECT_URL = "office:index"
SESSION_COOKIE_AGE = 8 * 3600  # at the most; what the packs say holds from the sign-in on
# Signing in stands on django-allauth; what it asks is decided in kit/sign_in.
ACCOUNT_ADAPTER = "banyan.kit.sign_in.door.Ways"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False  # kit/tries counts for all processes together
ACCOUNT_LOGIN_TIMEOUT = 600
MFA_ADAPTER = "banyan.kit.sign_in.factors.Secrets"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_TOTP_TOLERANCE = 1  # a code of the half minute before or after counts too (RFC 6238, 5.2)
# WebAuthn asks for TLS; a browser lets localhost do without.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = os.environ.get("BANYAN_HTTPS") != "1"
BANYAN_OIDC = {
    name: os.environ.get(f"BANYAN_OIDC_{name.upper()}", "") for name in ("issuer", "client", "secret", "name")
}
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("BANYAN_HTTPS") == "1"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# How often an address may ask what is open to everyone, in a minute and of each process; 0: as often as it likes.
BANYAN_FAIR_REQUESTS = int(os.environ.get("BANYAN_FAIR_REQUESTS", "300"))
BANYAN_UPLOAD_MB = int(os.environ.get("BANYAN_UPLOAD_MB", "100"))
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20

LANGUAGE_CODE = policy.language(BANYAN_PACKS)
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale", PACKAGE / "locale" / "libraries"]
TIME_ZONE = policy.timezone(BANYAN_PACKS)
USE_TZ = True
FORMAT_MODULE_PATH = ["banyan.config.formats"]

STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "kit" / "static", NINJA / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = BANYAN_DATA_DIR / "files"

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 2000}},
    "shared": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": BANYAN_DATA_DIR / "remembered",
        "OPTIONS": {"MAX_ENTRIES": 3000},
    },
}

BANYAN_DAILY = "banyan.config.daily"  # the daily flow, for the floors below that let it run
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": _("Banyan"),
    "SITE_HEADER": _("Banyan"),
    "SITE_SUBHEADER": _("the city's quality, from record to judged number"),
    "SITE_URL": "/",
    "SITE_SYMBOL": "forest",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "/static/banyan/leaf.svg"}],
    "ACCOUNT": {"navigation": [{"title": _("Your account"), "link": reverse_lazy("account")}]},
    "SHOW_HISTORY": False,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": False,
    "STYLES": ["/static/office/office.css"],
    "SCRIPTS": ["/static/office/office.js"],
    "BORDER_RADIUS": "6px",
    "COLORS": {
        # A green that keeps a contrast of 4.5 to white from 600 on.
        "primary": {
            "50": "#f0f9f5",
            "100": "#d9f0e5",
            "200": "#b5e0cd",
            "300": "#85c9ad",
            "400": "#4fab87",
            "500": "#2c8e6b",
            "600": "#1b7355",
            "700": "#155c45",
            "800": "#124a38",
            "900": "#103d2f",
            "950": "#07221a",
        },
    },
}
