"""Interprets what a visitor types: small talk, misspelt words, and follow-up questions."""
