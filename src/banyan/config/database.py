"""Reads BANYAN_DATABASE_URL: SQLite for one office, PostgreSQL for many writers."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-32768;"
    "PRAGMA mmap_size=268435456;PRAGMA temp_store=MEMORY;",
}


def database_from_url(url: str) -> dict[str, Any]:
    """Django's settings for a URL such as sqlite:////var/banyan.sqlite3 or postgresql://user:word@host/name.

    Raises ValueError for any other scheme.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": parts.path[1:],
            "OPTIONS": SQLITE_OPTIONS,
            "CONN_MAX_AGE": 60,  # a connection keeps the pages that it has read
        }
    if parts.scheme in ("postgres", "postgresql"):
        query = dict(parse_qsl(parts.query))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": query.get("host", parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "OPTIONS": {"options": "-c jit=off"},  # compiling a question takes longer than any page may
        }
    raise ValueError(f"BANYAN_DATABASE_URL must begin with sqlite:// or postgresql://, not {parts.scheme or url!r}")
