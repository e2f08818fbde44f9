"""The WSGI entry point: `touchstone serve` and any WSGI server load this."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "touchstone.project.settings")

application = get_wsgi_application()
