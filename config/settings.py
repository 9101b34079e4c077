"""Settings of the publication desk: one file, driven by the environment.

Everything a secretariat may want to say differently is a variable, listed in README.md.
Without any variable set this is the embedded profile: SQLite, local files, one process.
"""

import contextlib
import datetime
import os
import secrets
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from environs import Env

env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / "var"))).absolute()
DATA_DIR.mkdir(parents=True, exist_ok=True)


def kept_secret(path):
    """The installation's own key: read from `path`, made there at the first start."""
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)  # of two first starts at once, one wins whole
        draft.unlink()
    return path.read_text()


def words(name: str, **otherwise: str) -> dict[str, str]:
    """A text in each language: a variable such as {"en": "Publications", "fr": ...}, or ours."""
    given: Any = env.json(name, None)
    return given or otherwise


def lines(name: str, **otherwise: str) -> dict[str, list[str]]:
    """Lines in each language, separated by |; or, not as JSON, the same ones in every language."""
    typed = env.str(name, "")
    if typed.startswith("{"):
        given = words(name)
    else:
        given = dict.fromkeys(otherwise, typed) if typed else otherwise
    return {language: text.split("|") for language, text in given.items()}


def database(url):
    """Django's database settings for an address such as postgresql://user:word@host:port/name."""
    if not url:
        return sqlite(DATA_DIR / "desk.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite(unquote(parts.path))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def sqlite(path):
    """SQLite as the promises need it: a writer waits its turn, a commit survives a power cut."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,  # to open it again costs a quarter of a page
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 60,  # a crowd that never rests locks somebody out for 20 s now and then
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        },
        # A file, not memory: tests with threads need more than one connection.
        "TEST": {"NAME": DATA_DIR / "test.sqlite3"},
    }


# The site -------------------------------------------------------------------

DEBUG = env.bool("DEBUG", False)
DEMO = env.bool("DEMO", False)
SECRET_KEY = env.str("SECRET_KEY", "") or kept_secret(DATA_DIR / "secret-key")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", [])
SITE_URL = env.str("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
HTTPS = SITE_URL.startswith("https://")
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", list({urlsplit(SITE_URL).hostname, "127.0.0.1", "localhost", "[::1]"})
)
CSRF_TRUSTED_ORIGINS = [SITE_URL]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "catalogue",
    "orders",
    "modeltranslation",
    "config.apps.DeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "simple_history",
    "django_tasks",
]

MIDDLEWARE = [
    "config.middleware.security_headers",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.refuse_nonsense",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "config.middleware.tell_languages_truly",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "config.middleware.explain_not_allowed",
    "allauth.account.middleware.AccountMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["catalogue.templatetags.catalogue"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.site",
                "orders.context.basket",
            ],
        },
    },
]

# Who runs it: names and addresses are settings, never constants -------------

SITE_NAME = words("SITE_NAME", en="Publications", fr="Publications", es="Publicaciones")
TREATY_NAME = words(
    "TREATY_NAME",
    en="Convention on Cluster Munitions",
    fr="Convention sur les armes à sous-munitions",
    es="Convención sobre Municiones en Racimo",
)
UNIT_NAME = words(
    "UNIT_NAME",
    en="Implementation Support Unit",
    fr="Unité d’appui à l’application",
    es="Dependencia de Apoyo a la Aplicación",
)
UNIT_ADDRESS = lines(
    "UNIT_ADDRESS",
    en="Chemin Eugène-Rigot 2C|1202 Geneva",
    fr="Chemin Eugène-Rigot 2C|1202 Genève",
    es="Chemin Eugène-Rigot 2C|1202 Ginebra",
)
UNIT_COUNTRY = env.str("UNIT_COUNTRY", "CH")
UNIT_EMAIL = env.str("UNIT_EMAIL", "publications@example.org")
UNIT_PHONE = env.str("UNIT_PHONE", "")  # for customs and carriers

# Languages ------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = env.str("TIME_ZONE", "Europe/Zurich")
USE_TZ = True
MODELTRANSLATION_DEFAULT_LANGUAGE = "en"
MODELTRANSLATION_FALLBACK_LANGUAGES = {
    "default": ("en", "fr", "es"),
    "fr": ("en", "es"),
    "es": ("en", "fr"),
}

# Orders ---------------------------------------------------------------------

ORDER_LIMIT_PER_TITLE = env.int("ORDER_LIMIT_PER_TITLE", 50)  # copies of one edition
ORDER_LIMIT_COPIES = env.int("ORDER_LIMIT_COPIES", 200)  # copies of one order, all titles together
ORDER_LIMIT_TITLES = env.int("ORDER_LIMIT_TITLES", 40)  # lines of one order
ORDER_CONFIRMATION_HOURS = env.int("ORDER_CONFIRMATION_HOURS", 72)
ORDER_KEPT_DAYS = env.int("ORDER_KEPT_DAYS", 90)
CUSTOMS_FROM_G = env.int("CUSTOMS_FROM_G", 2000)  # heavier parcels need a telephone number
CUSTOMS_VALUE = Decimal(env.str("CUSTOMS_VALUE", "1.00"))  # of one copy: nominal, but never nothing
CUSTOMS_CURRENCY = env.str("CUSTOMS_CURRENCY", "CHF")
DUPLICATE_DAYS = env.int("DUPLICATE_DAYS", 14)  # an order like another one meanwhile is held
UNCONFIRMED_DAYS = env.int("UNCONFIRMED_DAYS", 21)  # after which a sent parcel is asked after
BOX_MAX_G = env.int("BOX_MAX_G", 12000)  # grams of paper in a box for a meeting
LOW_STOCK = env.int("LOW_STOCK", 20)  # copies left at which the chip says so
MAILS_PER_ADDRESS_A_DAY = env.int("MAILS_PER_ADDRESS_A_DAY", 3)
MAILS_PER_HOUR = env.int("MAILS_PER_HOUR", 200)
READER_CONFIRMATION_HOURS = env.int("READER_CONFIRMATION_HOURS", 72)  # of a wish, a subscription
WISH_KEPT_DAYS = env.int("WISH_KEPT_DAYS", 730)  # a wish for a language that nobody met
NOTICE_KEPT_DAYS = env.int("NOTICE_KEPT_DAYS", 30)  # the address of a mail that cannot be sent
STAFF_SECOND_FACTOR = env.bool("STAFF_SECOND_FACTOR", not DEMO)

# Publications ---------------------------------------------------------------

PDF_MAX_BYTES = env.int("PDF_MAX_BYTES", 100 * 1024 * 1024)
PDF_MAX_PAGES = env.int("PDF_MAX_PAGES", 2000)
PUBLICATIONS_A_PAGE = 24
ARCHIVE_MAX_FILES = env.int("ARCHIVE_MAX_FILES", 500)  # in one ZIP
ARCHIVE_MAX_BYTES = env.int("ARCHIVE_MAX_BYTES", 2 * 1024**3)
LICENCE_URL = env.str("LICENCE_URL", "")  # of the texts, told to machines; none by default
# Fonts for scripts that are not bundled; Debian's for Chinese, Japanese and Korean.
EXTRA_FONT_DIRS = env.list("EXTRA_FONT_DIRS", ["/usr/share/fonts-droid-fallback/truetype"])

# Storage --------------------------------------------------------------------

DATABASES = {"default": database(env.str("DATABASE_URL", ""))}
MEDIA_ROOT = DATA_DIR / "media"
MEDIA_URL = "/media/"
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
PLAIN_STATIC = DEBUG or DEMO  # served from the source folders, nothing to collect
STORAGES = {
    "default": {"BACKEND": "catalogue.storage.WholeFileStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if PLAIN_STATIC
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = PLAIN_STATIC
FILE_UPLOAD_HANDLERS = ["catalogue.storage.BoundedUploadHandler"]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
FILE_UPLOAD_PERMISSIONS = 0o640
SIMPLE_HISTORY_REVERT_DISABLED = True  # a record is corrected, never turned back unseen

CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url}
    if (url := env.str("REDIS_URL", ""))
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}
# Finished HTML that may go at any time; apart, so that it pushes out nothing that counts.
CACHES["fragments"] = CACHES["default"] | {"KEY_PREFIX": "fragments"}
if not url:
    CACHES["fragments"] |= {"LOCATION": "fragments", "OPTIONS": {"MAX_ENTRIES": 3000}}
PAGE_CACHE_BYTES = env.int("PAGE_CACHE_BYTES", 16 * 1024**2)  # in each process; 0 for none
# Long work: "process" starts one for it, "worker" waits for `run_jobs --watch`, "inline" does it.
JOBS = env.str("JOBS", "process")
TASKS = {
    "default": {
        "BACKEND": env.str("TASKS_BACKEND", "django_tasks.backends.immediate.ImmediateBackend")
    }
}

# Mail -----------------------------------------------------------------------

DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", UNIT_EMAIL)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_BACKEND = env.str(
    "EMAIL_BACKEND",
    "django.core.mail.backends.filebased.EmailBackend"
    if DEMO
    else "django.core.mail.backends.smtp.EmailBackend",
)
EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_HOST = env.str("EMAIL_HOST", "localhost")
EMAIL_PORT = env.int("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", False)
MAIL_IN_THREAD = env.bool("MAIL_IN_THREAD", not DEMO)  # no page waits for the mail server
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", 10)  # seconds; Django's own default waits for ever

# Staff ----------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:queue"
ACCOUNT_LOGOUT_REDIRECT_URL = "catalogue:publications"
ACCOUNT_ADAPTER = "config.accounts.StaffOnly"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_FORMS = {"login": "config.accounts.SignInForm"}
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody can have a stranger written to
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.bool("BEHIND_PROXY", False) else 0
MFA_ADAPTER = "config.accounts.SecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG or DEMO

# Safety ---------------------------------------------------------------------

SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
BASKET_COOKIE_NAME = "__Host-basket" if HTTPS else "basket"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_SSL_REDIRECT = HTTPS and env.bool("SSL_REDIRECT", True)
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", False) else None
)
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "config.views.csrf_failure"
SECURITY_EMAIL = env.str("SECURITY_EMAIL", UNIT_EMAIL)  # where finders of holes write
SECURITY_TXT_EXPIRES = env.date("SECURITY_TXT_EXPIRES", datetime.date(2027, 6, 30))
SILENCED_SYSTEM_CHECKS = ["security.W021"]  # preloading is for the owner of the whole domain

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "filters": {
        "secrets": {"()": "config.logs.WithoutSecrets"},
        "refusals": {"()": "config.logs.InOneLine"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["secrets", "refusals"],
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.server": {"propagate": True, "handlers": [], "level": "WARNING"},
        "django_tasks": {"level": "WARNING"},  # two lines for every mail
        "gunicorn.error": {"propagate": True, "handlers": []},  # in our form, without addresses
    },
}
