"""Django's settings, derived from the home of the node."""

from pathlib import Path
from urllib.parse import urlsplit

from erpd.metadata.text import EU_LANGUAGES
from erpd.metadata.vocabularies import use_directory
from erpd.node.database import database
from erpd.node.environment import metrics_token, secret_of, variable, variables
from erpd.node.home import home, read_node
from erpd.node.law import law_of
from erpd.node.logs import FORMATS, LEVELS, chosen, logging_of
from erpd.node.oidc import providers
from erpd.node.refusals import MOST_UPLOAD, most_body
from erpd.node.sign_in import sign_in
from erpd.node.smtp import smtp
from erpd.node.sparql import sparql_server
from erpd.node.static import address_of

HOME = home()
NODE = read_node(HOME)
LAW = law_of(HOME)
use_directory(HOME / "vocabularies")

SECRET_KEY = secret_of(HOME)
METRICS_TOKEN = metrics_token()
DEBUG = False
ALLOWED_HOSTS = [urlsplit(NODE.base_url).hostname, "127.0.0.1", "localhost", "[::1]", *NODE.hosts]
SECURE_CONTENT_TYPE_NOSNIFF = True
# The server has the body in a file already; a second one would only be another disk to be full.
FILE_UPLOAD_MAX_MEMORY_SIZE = MOST_UPLOAD
MOST_BODY = most_body  # path -> bytes
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a form of requests may have several long tables
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "erpd.register",
    "erpd.harvest",
    "erpd.publish",
    "erpd.pages",
    "erpd.accounts",
    "erpd.submit",
    "erpd.access",
    "erpd.operate",
    "erpd.portal",
    "django.contrib.humanize",
    # After ours, whose templates come first.
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]
AUTH_USER_MODEL = "accounts.Person"
MIDDLEWARE = [
    "erpd.node.metrics.times.measured",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "erpd.pages.middleware.Compression",
    "erpd.pages.middleware.parameters",
    "erpd.pages.middleware.language",
    "erpd.pages.middleware.content_security",
    "django.middleware.common.CommonMiddleware",
    "erpd.pages.middleware.Methods",
    "django.middleware.csrf.CsrfViewMiddleware",
    "erpd.accounts.sign_in.sessions.sessions",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "erpd.pages.outage.Outage",
]
CSRF_FAILURE_VIEW = "erpd.pages.errors.forged"
ROOT_URLCONF = "erpd.node.urls"
WSGI_APPLICATION = "erpd.node.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                ("erpd.pages.folding.Loader", ["django.template.loaders.app_directories.Loader"]),
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "erpd.pages.context.node",
            ],
        },
    }
]

DATABASES = {"default": database(variable("DATABASE_URL"), HOME)}

globals().update(smtp(variable("ERPD_SMTP_URL")))  # EMAIL_HOST and the like
globals().update(sign_in(NODE.base_url, NODE.hosts))
SOCIALACCOUNT_PROVIDERS = providers(variables())
SPARQL_SERVER = sparql_server(variables())

LANGUAGE_CODE = "en"
LANGUAGES = [(code, code) for code in EU_LANGUAGES]
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = address_of(Path(__file__).parents[1].glob("*/static"))
WHITENOISE_USE_FINDERS = True
WHITENOISE_IMMUTABLE_FILE_TEST = f"^{STATIC_URL}"
LOGGING = logging_of(chosen("ERPD_LOG_FORMAT", FORMATS, "text"), chosen("ERPD_LOG_LEVEL", LEVELS, "warning"))
