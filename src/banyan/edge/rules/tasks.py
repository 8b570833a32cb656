"""Work on previews that the background worker does."""

from django_tasks import task

from banyan.edge.rules import actions


@task()
def preview_draft(key: str) -> None:
    """Make a preview that was asked for."""
    actions.go_on(key=key)
