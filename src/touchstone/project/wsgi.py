"""The WSGI entry point: `touchstone serve` and any WSGI server load this."""

import os

from django.core.wsgi import get_wsgi_application

from touchstone.project.parent import end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "touchstone.project.settings")

django = get_wsgi_application()

from touchstone.api.direct import Direct  # noqa: E402 - needs Django ready
from touchstone.api.together import desk  # noqa: E402

application = Direct(django)
if end_with_parent():
    desk()  # a served process builds its screener before the first request
