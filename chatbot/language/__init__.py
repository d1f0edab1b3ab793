"""Analyses English text: words, sentences, what a question asks for, what may be an answer."""
