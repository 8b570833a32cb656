"""Screens of special equipment, one file per family."""

from banyan.records.equipment.admin import events, inspections, things

__all__ = ["events", "inspections", "things"]
