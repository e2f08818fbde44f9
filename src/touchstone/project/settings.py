"""Django settings. What differs between installations comes from the environment; see docs/configuration.md."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

PACKAGE = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("TOUCHSTONE_HOME", "var")).resolve()
DEBUG = os.environ.get("TOUCHSTONE_DEBUG") == "1"


def _secret(name: str) -> str:
    """A secret from the environment, else one made once and kept in TOUCHSTONE_HOME (readable by the owner only)."""
    if value := os.environ.get(f"TOUCHSTONE_{name.upper()}"):
        return value
    path = HOME / "secrets" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)  # the first process wins, the others read what it wrote
        except FileExistsError:
            pass
        draft.unlink()
    return path.read_text()


SECRET_KEY = _secret("secret_key")
# Keyed digests of phones, accounts, devices and addresses (one derived key a purpose); see market/identifiers.py.
IDENTIFIER_KEY = _secret("identifier_key")
ALLOWED_HOSTS = os.environ.get("TOUCHSTONE_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("TOUCHSTONE_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
    "touchstone.ledger",
    "touchstone.accounts",
    "touchstone.market",
    "touchstone.rights",
    "touchstone.screening",
    "touchstone.review",
    "touchstone.penalties",
    "touchstone.cases",
    "touchstone.agencies",
    "touchstone.disclosure",
    "touchstone.board",
    "touchstone.api",
    "touchstone.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "touchstone.accounts.middleware.PersonMiddleware",
    "touchstone.api.middleware.ApiMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "touchstone.web.middleware.ErrorPageMiddleware",
    "axes.middleware.AxesMiddleware",
]

CSRF_FAILURE_VIEW = "touchstone.web.problems.csrf_failure"
ROOT_URLCONF = "touchstone.project.urls"
WSGI_APPLICATION = "touchstone.project.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.template.context_processors.tz",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "touchstone.web.context.page",
            ],
            "builtins": ["touchstone.web.templatetags.touchstone"],
        },
    }
]

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("TOUCHSTONE_DATABASE_URL", f"sqlite:///{HOME / 'touchstone.sqlite3'}"),
        conn_max_age=60,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    HOME.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        # A write transaction takes the lock at BEGIN and waits its turn, instead of failing half way.
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;",
    }
TEST_NAME = f"test_{os.environ.get('TOUCHSTONE_TEST_SUFFIX', 'touchstone')}"
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # A file, not memory: tests write from several connections at once.
    TEST_NAME = str(HOME / f"{TEST_NAME}.sqlite3")
DATABASES["default"]["TEST"] = {"NAME": TEST_NAME}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "touchstone.accounts.signin.ClosedSignup"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# Failed sign-ins are counted by axes, in the database, for all processes and per person: one address may be a whole
# office. What allauth counts a person is for the second factor, which axes does not see.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "20/h/key"}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 1  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "touchstone.accounts.signin.who_tries"
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_VERBOSE = False

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [PACKAGE / "web" / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"
DEFAULT_PERSON_TIME_ZONE = os.environ.get("TOUCHSTONE_TIME_ZONE", "Asia/Shanghai")

STATIC_URL = "static/"
STATIC_ROOT = HOME / "static"
STATICFILES_DIRS = [PACKAGE / "web" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_IMMUTABLE_FILE_TEST = r"/build/.+-[0-9A-Z]{8}\.\w+$"
MEDIA_ROOT = HOME / "media"
# An image of the bank that more listings than this, and than this share of all, of more sellers than this show is set
# aside: it says nothing any more.
FLOOD_LISTINGS = int(os.environ.get("TOUCHSTONE_FLOOD_LISTINGS", "50"))
FLOOD_SHARE = float(os.environ.get("TOUCHSTONE_FLOOD_SHARE", "0.001"))
FLOOD_SELLERS = int(os.environ.get("TOUCHSTONE_FLOOD_SELLERS", "20"))
# Pictures whose text the worker reads in an hour, at most; 0 reads none.
READINGS_AN_HOUR = int(os.environ.get("TOUCHSTONE_READINGS", "1000"))
REVIEW_CLAIM_MINUTES = int(os.environ.get("TOUCHSTONE_CLAIM_MINUTES", "20"))
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if os.environ.get("TOUCHSTONE_PROXY") else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("TOUCHSTONE_HTTPS") == "1"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": os.environ.get("TOUCHSTONE_LOG", "WARNING")},
}
