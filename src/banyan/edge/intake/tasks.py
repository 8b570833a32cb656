"""Work of intake that the background worker does."""

from django_tasks import task

from banyan.edge.intake import actions


@task()
def work_on(key: str) -> None:
    """Check, take in or undo an import, whichever it waits for."""
    actions.go_on(key=key)
