"""Makes training files from help pages: free documentation, FAQs, government pages, policies.

    PYTHONPATH=.. python manuals.py --source published/help --out more

A heading of a manual is like a question, and the section below it answers. "Resetting your
password" is asked in these words, or as "how do I reset my password". It is unknown which words of
the section answer; only the section is known, and that the site's other sections do not answer. So
the answer is `somewhere`: the whole passage. README.md has the names of the files.
"""

from __future__ import annotations

import argparse
import csv
import html
import json
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from chatbot import passages
from chatbot.articles import read_corpus
from chatbot.config import Settings
from chatbot.types import Article
from okapi import BM25

WORDS = (2, 12)  # words of a heading that is asked
LEAST = 15  # words of a passage that answers
FOUND = 10  # the right section, found by its text alone, must be among this many of its site
MOST = 1200  # articles of one site with questions
VERB = 0.2  # share of a verb's occurrences, at least, that follow "to" or "can"

Rows = dict[str, Any]
"""Articles, paragraphs and questions in SQuAD's format."""


class Section(NamedTuple):
    """The first passage below a heading, and the heading as a question."""

    title: str
    asked: str
    text: str


def sections(folder: Path) -> Iterator[Section]:
    """Yield the sections of a site's English articles."""
    for article in read_corpus(folder, 2_000_000).articles:
        if article.lang == "en":
            yield from of_article(article)


def of_article(article: Article) -> Iterator[Section]:
    """Yield the sections of an article; the title is asked for the text above the first heading."""
    sizes = Settings().passages
    for passage in passages.cut(article, sizes.min_words, sizes.max_words):
        asked = passage.heading if passage.heading else article.title
        if passage.lead or not passage.heading:
            title = article.title if passage.heading else ""
            yield Section(title, asked, passage.text)
            if not passage.heading:
                return


def verbs(texts: Iterable[str]) -> Counter[str]:
    """Return the verbs of tasks: words that often follow "to" or "can", with their number."""
    words: Counter[str] = Counter()
    done: Counter[str] = Counter()
    for text in texts:
        words.update(re.findall(r"[a-z]+", text.lower()))
        done.update(re.findall(r"\b(?:to|can) ([a-z]+)\b", text.lower()))
    return Counter({word: n for word, n in done.items() if n > 2 and n > VERB * words[word]})


def as_question(heading: str, done: Counter[str], rng: random.Random) -> str:
    """Return a heading as a visitor asks it: unchanged, or "how do I ..." if it names a task.

    `done` has the verbs of the site.
    """
    heading = re.sub(r"^[\d.\s]+", "", heading).strip()
    first, _, rest = heading.partition(" ")
    verb = first.lower()
    if verb.endswith("ing"):
        stem = verb[:-3]
        forms = (stem, f"{stem}e", stem[:-1] if stem[-2:-1] == stem[-1:] else stem)
        verb = max(forms, key=lambda form: done[form])
    if heading.lower().startswith("how to "):
        verb, rest = "how", heading[7:]
    elif heading.endswith("?") or not rest or not done[verb]:
        return heading if rng.random() < 0.5 else heading[0].lower() + heading[1:]
    rest = re.sub(r"\byour\b", "my", re.sub(r"\byou\b", "I", rest))
    act = rest if verb == "how" else f"{verb} {rest}"
    ways = ("how do I {}?", "how to {}", "can I {}?", "how can i {}", "I want to {}", "{}")
    return rng.choice(ways).format(act)


def of_site(name: str, found: list[Section], rng: random.Random) -> list[Rows]:
    """Return articles in SQuAD's format: sections that their heading finds among the others."""
    found = [s for s in dict.fromkeys(found) if len(s.text.split()) >= LEAST]
    if len(found) < 2 * FOUND:
        return []
    index, done = BM25([s.text for s in found]), verbs(s.text for s in found)
    articles: dict[str, list[Rows]] = {}
    for number in rng.sample(range(len(found)), len(found)):
        section, qas = found[number], []
        scores = index.scores(section.asked)
        words = len(section.asked.split())
        seen = scores[number] > 0 and int((scores > scores[number]).sum()) < FOUND
        if WORDS[0] <= words <= WORDS[1] and seen and len(articles) < MOST:
            asked = as_question(section.asked, done, rng)
            qas = [{"question": asked, "answers": [], "somewhere": True}]
        paragraph = {"context": section.text, "heading": section.asked, "qas": qas}
        articles.setdefault(section.title, []).append(paragraph)
    return [{"title": title, "group": name, "paragraphs": of} for title, of in articles.items()]


def covid(file: Path) -> Iterator[Section]:
    """Yield the English questions of an FAQ that is kept in a table."""
    with file.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            if row["lang"] == "en":
                yield Section("", row["question"], " ".join(row["answer"].split()[:180]))


def policies(files: Iterable[Path]) -> Iterator[Rows]:
    """Yield PolicyQA's articles as they are: questions with spans of privacy policies."""
    for file in files:
        for article in json.loads(file.read_text(encoding="utf-8"))["data"]:
            yield {**article, "title": "Privacy policy"}


def conditional(files: Iterable[Path]) -> Iterator[Rows]:
    """Yield ConditionalQA's questions, each with the parts of the page that are evidence.

    The person's circumstances are left out. If the short answer is in the evidence, it is the span.
    """
    for file in files:
        for row in json.loads(file.read_text(encoding="utf-8")):
            if row["not_answerable"] or not row["evidences"]:
                continue
            lines = (html.unescape(re.sub(r"<[^>]+>", " ", line)) for line in row["evidences"])
            text = "\n".join(" ".join(line.split()) for line in lines)
            title = row["url"].rsplit("/", 1)[-1].replace("-", " ").capitalize()
            short = row["answers"][0][0] if row["answers"] else ""
            at = -1 if short in ("", "yes", "no") else text.find(short)
            found = [{"text": short, "answer_start": at}] if at >= 0 else []
            qa = {"question": row["question"], "answers": found, "somewhere": not found}
            yield {"title": title, "paragraphs": [{"context": text, "qas": [qa]}]}


def main() -> None:
    """Read the command line, and write `help-sections.json`, `-policies.json` and `-gov.json`."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--source", type=Path, required=True, help="folder of published files")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    source, rng = arguments.source, random.Random(1)
    sites = {folder.name: sections(folder) for folder in sorted((source / "docs").iterdir())}
    sites["covid"] = covid(source / "faq_covidbert.csv")
    made: dict[str, list[Rows]] = {"help-sections": []}
    for name, found in sites.items():
        of = of_site(name, list(found), rng)
        made["help-sections"] += of
        print(name, sum(len(p["qas"]) for a in of for p in a["paragraphs"]))
    made["help-policies"] = [*policies(sorted(source.glob("pol_*.json")))]
    made["help-gov"] = [*conditional(sorted(source.glob("cqa_*.json")))]
    for name, articles in made.items():
        text = json.dumps({"version": name, "data": articles}, ensure_ascii=False)
        (arguments.out / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
