"""Analyses English: words, sentences, what a question asks for, what has the form of an answer."""
