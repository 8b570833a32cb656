"""The inverted index of search: FTS5 on SQLite, tsvector with GIN on PostgreSQL."""

from django.db import migrations

SQL = {
    "sqlite": (
        "CREATE VIRTUAL TABLE kit_searchwords USING fts5("
        "words, content='', detail=none, columnsize=0, prefix='1 3', tokenize='unicode61 remove_diacritics 0')",
        "CREATE INDEX search_noun_text ON kit_searchentry (noun, text)",
    ),
    "postgresql": (
        "ALTER TABLE kit_searchentry ADD COLUMN words tsvector",
        "CREATE INDEX search_words ON kit_searchentry USING gin (words)",
        "CREATE INDEX search_noun_text ON kit_searchentry (noun, text text_pattern_ops)",
    ),
}
UNDO = {
    "sqlite": ("DROP INDEX search_noun_text", "DROP TABLE kit_searchwords"),
    "postgresql": (
        "DROP INDEX search_noun_text",
        "DROP INDEX search_words",
        "ALTER TABLE kit_searchentry DROP COLUMN words",
    ),
}


def forward(apps, schema_editor):
    for statement in SQL[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def backward(apps, schema_editor):
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("kit", "0002_search")]
    operations = [migrations.RunPython(forward, backward)]
