"""Screens of emergencies, one file per family."""

from banyan.response.emergency.admin import activations, bulletins, means

__all__ = ["activations", "bulletins", "means"]
