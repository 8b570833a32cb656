"""Makes the tables of an empty database at once, as the migrations would leave them one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection
from django.db.migrations import operations
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from banyan.kit.refusals import Refused

SHAPING = (
    operations.AddConstraint, operations.AddField, operations.AddIndex, operations.AlterField,
    operations.AlterModelManagers, operations.AlterModelOptions, operations.AlterModelTable,
    operations.AlterOrderWithRespectTo, operations.AlterUniqueTogether, operations.AlterIndexTogether,
    operations.CreateModel, operations.DeleteModel, operations.RemoveConstraint, operations.RemoveField,
    operations.RemoveIndex, operations.RenameField, operations.RenameIndex, operations.RenameModel,
    operations.AlterModelTableComment, operations.AlterConstraint,
)  # fmt: skip
"""What a migration may do to the shape of tables: the last state of the models holds all of it."""
MEMORY_TO_FILL = 256 * 1024
"""The kibibytes of pages that are kept in memory while a database is filled."""


@contextmanager
def filled_at_once() -> Iterator[None]:
    """Let a new SQLite database be filled without waiting for the disk; at the end all of it is on the disk.

    Every transaction is still whole for whoever reads meanwhile, but a crash may leave the file damaged: only for
    what is then built anew. Within a transaction (of a test), and on PostgreSQL, nothing changes.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA cache_size")
        [pages] = cursor.fetchone()
    _set("journal_mode=MEMORY", "synchronous=OFF", f"cache_size={-MEMORY_TO_FILL}")
    try:
        yield
    finally:
        _set("synchronous=FULL", "journal_mode=WAL")  # entering WAL writes the file's head, and so flushes the file
        _set("synchronous=NORMAL", f"cache_size={pages}")


def _set(*pragmas: str) -> None:
    with connection.cursor() as cursor:
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")


def make_missing() -> None:
    """Make the tables where there are none; a database that has them is left to whoever calls `migrate`."""
    if "kit_event" not in connection.introspection.table_names():
        call_command("migrate", verbosity=0)


def demand_current() -> None:
    """Raise Refused where the tables are those of an earlier version."""
    executor = MigrationExecutor(connection)
    if plan := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise Refused(
            _("The data of this installation were asked for."),
            _("Its tables are those of an earlier version: %(count)s steps are missing, the first is %(step)s.")
            % {"count": len(plan), "step": f"{plan[0][0].app_label}.{plan[0][0].name}"},
            _("Make a backup with that version, then run: python manage.py migrate"),
            "docs/how-to/back-up-and-move.md",
        )


def made_all() -> bool:
    """Make all tables of an empty database and record the migrations as applied; False where that is not possible.

    Migrating renders the models anew for every step, which is most of the time of a first start. Code of our own
    runs once at the end; code of libraries moves rows, and there are none. Where some tables are there, or a step is
    of another sort (SQL of its own), nothing is done and False returned.
    """
    executor = MigrationExecutor(connection)
    if executor.loader.applied_migrations:
        return False
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    steps = [(migration, step) for migration, _backwards in plan for step in migration.operations]
    if not all(isinstance(step, (*SHAPING, operations.RunPython)) for _migration, step in steps):
        return False
    state = executor.loader.project_state()
    with connection.schema_editor(atomic=True) as editor:
        for model in state.apps.get_models():
            if model._meta.can_migrate(connection):
                editor.create_model(model)
        for migration, step in steps:
            if isinstance(step, operations.RunPython) and type(migration).__module__.startswith("banyan."):
                step.database_forwards(migration.app_label, editor, state, state)
        applied = MigrationRecorder.Migration
        editor.create_model(applied)
        applied.objects.using(connection.alias).bulk_create(
            applied(app=migration.app_label, name=migration.name) for migration, _backwards in plan
        )
    emit_post_migrate_signal(0, False, connection.alias, apps=state.apps, plan=plan)
    return True
