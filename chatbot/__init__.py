"""Answers questions about a folder of articles with quotations from them."""

__version__ = "0.1.0"
