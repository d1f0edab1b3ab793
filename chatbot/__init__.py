"""Answers questions about a folder of articles with quotations from them.

     once, at start                          for every question

     corpus/                                 browser, terminal
       │ articles, formats                     │ server, cli         rim: HTTP, argv, database
       ▼                                       ▼
     Article                                 Question ◄── history, handed in by the rim
       │ passages                              │ retrievers          conversation reads it first
       ▼                                       ▼
     Passage ─────── retrievers ───────►     Hit, Hit, Hit
                                               │ readers
                                               ▼
                                             Answer ──► schema ──► JSON, pages, widget
                                               └──────► store (turns, ratings)

`types` has what flows, `errors` what goes wrong, `bot` is where the two lines meet. What is below
`bot` is pure: no Flask, no database, no clock, no file but the data shipped with the package; only
`articles` reads the owner's. `language` knows English; `suggestions` makes questions that the
articles answer; `evaluation` measures it all.
Imports point one way, from the rim to the types; a test says so.
"""

__version__ = "0.1.0"
