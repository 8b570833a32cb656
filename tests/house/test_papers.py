"""Papers of every noun: whoever looks at a record is led to each paper that can be made of it."""

from __future__ import annotations

from banyan.kit.office import PaperScreen, office
from banyan.kit.office.panels import contributions

LINKS = "office/papers.html"


def test_the_page_of_every_noun_with_papers_has_the_panel_that_leads_to_them():
    with_papers = {model.noun for model, screen in office._registry.items() if isinstance(screen, PaperScreen)}
    led = {panel.noun for panel in contributions().panels if panel.template == LINKS}

    assert {"casework.paper", "emergency.activation", "complaints.complaint"} <= led
    assert not with_papers - led
