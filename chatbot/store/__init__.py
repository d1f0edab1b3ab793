"""Stores conversations and ratings, and makes the owner's report from them."""
