"""English: words, sentences, what a question asks for, and what has the form of an answer."""
