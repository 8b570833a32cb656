"""Work of vouching that the background worker does."""

from django_tasks import task

from banyan.edge.vouching import actions


@task()
def screen(key: str) -> None:
    """Make a screening that was asked for."""
    actions.go_on(key=key)
