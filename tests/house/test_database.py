"""The suite runs on the database that it was told to run on."""

import os

import pytest
from django.db import connection


@pytest.mark.django_db
def test_the_suite_runs_on_the_database_it_was_told():
    asked = "postgresql" if os.environ.get("BANYAN_DATABASE_URL", "").startswith("postgres") else "sqlite"

    with connection.cursor() as cursor:
        cursor.execute("SELECT 6 * 7")
        answer = cursor.fetchone()

    assert connection.vendor == asked
    assert answer == (42,)
