"""The product's own settings, with what tests must not do turned off: slow hashing, files outside.

A run has several processes (pytest-xdist); each has files, cached values and a database of its own.
"""

import atexit
import os
import shutil
import tempfile

VAR_OF_THIS_PROCESS = tempfile.mkdtemp(prefix="plumbline-tests-")
atexit.register(shutil.rmtree, VAR_OF_THIS_PROCESS, ignore_errors=True)

os.environ["ENV_FILE"] = os.devnull  # a developer's own .env is none of the tests' business
os.environ["PLUMBLINE_VAR"] = VAR_OF_THIS_PROCESS
os.environ.setdefault("SECRET_KEY", "only-for-tests-and-never-for-a-company-" * 2)
os.environ.setdefault("SEAL_KEY", "only-for-tests-to-seal-the-record-with-" * 2)

from config.settings import *  # noqa: E402, F403 -- all of the product's settings, after what they read is set

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES = {
    **STORAGES,  # noqa: F405 -- one of the product's settings
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT.mkdir(exist_ok=True)  # noqa: F405  # WhiteNoise warns at every request of a folder that is not there
CACHES["company"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}  # noqa: F405  # records repeat in tests
CACHES["pages"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}  # noqa: F405  # one minute is as the next
CELERY_TASK_ALWAYS_EAGER = False
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {}
if REDIS_URL:  # noqa: F405 -- one of the product's settings
    CACHES["default"] |= {"BACKEND": "tests.caching.OwnRedisCache", "KEY_PREFIX": f"tests-{os.getpid()}"}  # noqa: F405 -- one of the product's settings
    CACHES["counts"] = CACHES["default"]  # noqa: F405 -- one of the product's settings
else:
    CACHES["default"] = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}  # noqa: F405 -- one of the product's settings
# Tests refuse thousands of requests on purpose, and the log has each with its traceback; what breaks is still said.
LOGGING["loggers"]["django.request"] = {"level": "ERROR"}  # noqa: F405 -- one of the product's settings
