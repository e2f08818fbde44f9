"""The product's settings, in a home of their own that goes when the tests end."""

import atexit
import os
import shutil
import tempfile

home = tempfile.mkdtemp(prefix="touchstone-test-")
atexit.register(shutil.rmtree, home, ignore_errors=True)
os.environ["TOUCHSTONE_HOME"] = home

from touchstone.project.settings import *  # noqa: F403, E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_ENABLED = False
STATIC_ROOT.mkdir()  # noqa: F405
