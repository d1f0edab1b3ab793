"""Measures the time and memory of a start, for each size of the corpus.

    python benchmarks/start.py [--retriever hybrid] [--reader neural] [PASSAGES ...]

"cold" has no index yet, "warm" opens one, and for "one changed" one article has changed. Each
figure comes from a new process. Times are seconds of processor time from its first line on. "open"
is all that a start does after the imports: the index, and, with the retriever "hybrid", the
vectors. The articles are made of words from the corpus beside the package.

Memory is that of a process which has answered a few questions. "MB alone" is all its memory (PSS of
Linux), "MB of a second" what another process on the same index adds to it.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
IN_ARTICLE = 6
"""The number of passages of an article."""

START = """
import sys, time
from pathlib import Path
from chatbot import retrievers
from chatbot.bot import Bot
from chatbot.config import Settings
from chatbot.index import kept
from chatbot.server import create_app
corpus, cache, retriever, reader = sys.argv[1:]
settings = Settings.model_validate({
    "corpus": {"dir": corpus}, "index": {"dir": cache},
    "retriever": {"engine": retriever}, "reader": {"engine": reader},
})
imported = time.process_time()
bot = Bot(settings, kept.ready(settings)[0])
app = create_app(bot, settings)
vectors = retrievers.vectors(settings, settings.index.dir)
if vectors:
    bot.encode(vectors)
ready = time.process_time()
bot.ask("Who founded the city?")
asked = time.process_time()
bot.prepare()
for question in ("What was the budget of the film?", "When does it open?", "Wer ist das?"):
    bot.ask(question)
rollup = Path("/proc/self/smaps_rollup")
def held():
    told = rollup.read_text() if rollup.exists() else ""
    return next((int(l.split()[1]) // 1024 for l in told.splitlines() if l.startswith("Pss:")), 0)
print(len(bot.passages), imported, ready - imported, asked - ready, flush=True)
while sys.stdin.readline().strip():
    print(held(), flush=True)
"""


class Started:
    """A process that has opened an index and answered questions."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", START, *arguments],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self.process.stdout
        size, *seconds = self.process.stdout.readline().split()
        self.size = int(size)
        self.imported, self.ready, self.asked = map(float, seconds)

    def held(self) -> int:
        """Return how many megabytes of memory the process has now."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write("?\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def stop(self) -> None:
        """End the process."""
        self.process.communicate("\n")


def write_articles(folder: Path, passages: int) -> list[Path]:
    """Write articles with about `passages` passages in total; return their files."""
    words = [word for file in sorted((ROOT / "corpus").rglob("*")) if file.is_file()
             for word in file.read_text(encoding="utf-8", errors="replace").split()]  # fmt: skip
    draw = random.Random(0)
    files = []
    for number in range(passages // IN_ARTICLE):
        runs = ([*draw.choices(words, k=draw.randint(12, 24))] for _ in range(5 * IN_ARTICLE))
        sentences = [f"{' '.join(run).strip('.').capitalize()} {number}." for run in runs]
        paragraphs = [" ".join(sentences[i : i + 5]) for i in range(0, len(sentences), 5)]
        file = folder / f"part{number % 50}" / f"article{number}.md"
        file.parent.mkdir(exist_ok=True)
        file.write_text("\n\n".join([f"# Article {number}", *paragraphs]), encoding="utf-8")
        files.append(file)
    return files


def main(sizes: list[int], engines: tuple[str, str]) -> None:
    """Print a table with lines for corpora of these numbers of passages."""
    print("passages  start         imports   open  first question  MB alone  MB of a second")
    for size in sizes:
        with tempfile.TemporaryDirectory() as place:
            corpus, cache = Path(place, "corpus"), Path(place, "cache")
            corpus.mkdir()
            files = write_articles(corpus, size)
            time.sleep(3)  # files written a moment ago do not count as unchanged
            for label in ("cold", "warm", "one changed"):
                if label == "one changed":
                    files[0].write_text("# Changed\n\nIt is open on Sundays, too.\n", "utf-8")
                    time.sleep(3)
                report(label, str(corpus), str(cache), *engines)


def report(label: str, *arguments: str) -> None:
    """Print the line for one kind of start: cold, warm or one changed."""
    first = Started(*arguments)
    alone, more = first.held(), ""
    if label == "warm":
        second = Started(*arguments)
        more = f"{first.held() + second.held() - alone:,}"
        second.stop()
    first.stop()
    print(f"{first.size:8,}  {label:12}  {first.imported:5.2f} s {first.ready:5.2f} s "
          f"{first.asked:14.2f} s {alone:8,}  {more:>14}", flush=True)  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="*", type=int, default=[100, 10_000, 30_000])
    parser.add_argument("--retriever", default="bm25")
    parser.add_argument("--reader", default="sentence")
    given = parser.parse_args()
    main(given.sizes, (given.retriever, given.reader))
