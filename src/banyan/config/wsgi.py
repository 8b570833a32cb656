"""The web application as servers load it; what a first visitor would wait for is loaded before one comes.

After a start the first visitors of a process come together and would each do this work: four at once wait four times
as long.
"""

import gc
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.template import TemplateDoesNotExist, engines
from django.template.loader_tags import ExtendsNode, IncludeNode
from django.urls import get_resolver, reverse
from django.utils import translation

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "banyan.config.settings")
application = get_wsgi_application()


def _load() -> None:
    """Addresses with all that they import, both ways; packs, templates, the words of the search, our own version."""
    from banyan import policy
    from banyan.kit import memory, search

    get_resolver().url_patterns  # noqa: B018 (reading them imports every page)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            reverse("office:index")
    policy.load(settings.BANYAN_PACKS)
    search.load_words()
    memory.build()
    compiled: set[str] = set()
    for folder in Path(__file__).parents[1].rglob("templates"):
        for page in folder.rglob("*.html"):
            _compile(page.relative_to(folder).as_posix(), compiled)
    # What was loaded stays for the process's life: the collector need not look through it with every page.
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def _compile(name: str, compiled: set[str]) -> None:
    """Read a template and those that it names, which Django would read when they are first shown."""
    if name in compiled:
        return
    compiled.add(name)
    try:
        template: Any = engines["django"].get_template(name)
    except TemplateDoesNotExist:  # named on a branch that is never taken
        return
    for node in template.template.nodelist.get_nodes_by_type((ExtendsNode, IncludeNode)):
        named: Any = getattr(node.parent_name if isinstance(node, ExtendsNode) else node.template, "var", None)
        if isinstance(named, str):
            _compile(named, compiled)


_load()
