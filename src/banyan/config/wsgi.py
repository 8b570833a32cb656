"""The web application as servers load it; what a first visitor would wait for is loaded before one comes."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banyan.config.settings")
application = get_wsgi_application()


def _load() -> None:
    """Addresses with all that they import, and the words of the search."""
    from banyan.kit import search

    get_resolver().url_patterns  # noqa: B018 (reading them imports every page)
    search.load_words()


_load()
