"""What a visitor means: small talk, misspelt words, and what a follow-up leaves out."""
