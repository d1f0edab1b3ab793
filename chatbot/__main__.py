"""`python -m chatbot` is the command `chatbot`."""

from chatbot.cli import main

main(prog_name="chatbot")
