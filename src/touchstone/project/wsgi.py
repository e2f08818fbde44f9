"""The WSGI entry point: `touchstone serve` and any WSGI server load this."""

import os

from django.core.wsgi import get_wsgi_application

from touchstone.project.parent import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "touchstone.project.settings")

application = get_wsgi_application()
end_with_parent()
