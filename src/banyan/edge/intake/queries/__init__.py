"""Reads of intake: files and mappings, imports, and how rows are sorted."""

from banyan.edge.intake.queries.brought import waiting_of
from banyan.edge.intake.queries.files import (
    FormRefused,
    Source,
    Survey,
    identity_of,
    mapping_in_force,
    mapping_named,
    mappings,
    meaning_of,
    recognised,
    sources_of,
    survey,
)
from banyan.edge.intake.queries.imports import (
    answer_of,
    begun,
    import_of,
    imports_of,
    most_megabytes,
    named,
    notes_of,
    preview_of,
    reasons_of,
    title_of,
)
from banyan.edge.intake.queries.naming import names_of_match, names_of_sample

__all__ = [
    "FormRefused",
    "Source",
    "Survey",
    "answer_of",
    "begun",
    "identity_of",
    "import_of",
    "imports_of",
    "mapping_in_force",
    "mapping_named",
    "mappings",
    "meaning_of",
    "most_megabytes",
    "named",
    "names_of_match",
    "names_of_sample",
    "notes_of",
    "preview_of",
    "reasons_of",
    "recognised",
    "sources_of",
    "survey",
    "title_of",
    "waiting_of",
]
