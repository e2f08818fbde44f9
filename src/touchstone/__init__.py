"""Touchstone: one system for a marketplace and its partner agencies against counterfeit goods."""

__version__ = "0.1.0"
