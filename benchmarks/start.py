"""Measures the time and memory of a start, for each size of the corpus.

    python benchmarks/start.py [PASSAGES ...]

"cold" has no index yet, "warm" opens one, and for "one changed" one article has changed. Each
figure comes from a new process. Times are seconds of processor time from its first line on. Memory
is its own memory plus its share of the memory that processes share (PSS of Linux). The articles are
made of words from the corpus beside the package.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
IN_ARTICLE = 6
"""How many passages an article has."""

START = """
import resource, sys, time
from pathlib import Path
from chatbot.bot import Bot
from chatbot.config import Settings
from chatbot.index import kept
settings = Settings.model_validate({
    "corpus": {"dir": sys.argv[1]}, "index": {"dir": sys.argv[2]},
    "retriever": {"engine": "bm25"}, "reader": {"engine": "sentence"},
})
imported = time.process_time()
bot = Bot(settings, kept.ready(settings)[0])
ready = time.process_time()
bot.ask("Who founded the city?")
asked = time.process_time()
bot.prepare()
rollup = Path("/proc/self/smaps_rollup")
def held():
    told = rollup.read_text() if rollup.exists() else ""
    return next((int(l.split()[1]) // 1024 for l in told.splitlines() if l.startswith("Pss:")), 0)
print(len(bot.passages), imported, ready - imported, asked - ready, flush=True)
sys.stdin.readline()
print(held(), flush=True)
sys.stdin.readline()
"""


class Started:
    """A process that has opened an index and answered a question."""

    def __init__(self, corpus: Path, cache: Path) -> None:
        command = [sys.executable, "-c", START, str(corpus), str(cache)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout
        size, *seconds = self.process.stdout.readline().split()
        self.size = int(size)
        self.imported, self.ready, self.asked = map(float, seconds)

    def held(self) -> int:
        """Return how many megabytes the process holds now."""
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def stop(self) -> None:
        """End the process."""
        self.process.communicate("\n")


def write_articles(folder: Path, passages: int) -> list[Path]:
    """Write articles with about `passages` passages in all; return their files."""
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


def main(sizes: list[int]) -> None:
    """Print a table with lines for corpora of these numbers of passages."""
    print("passages  start         imports   open  first question  MB alone  MB of each of two")
    for size in sizes:
        with tempfile.TemporaryDirectory() as place:
            corpus, cache = Path(place, "corpus"), Path(place, "cache")
            corpus.mkdir()
            files = write_articles(corpus, size)
            time.sleep(3)  # files that were written a moment ago do not count as unchanged
            for label in ("cold", "warm", "one changed"):
                if label == "one changed":
                    files[0].write_text("# Changed\n\nIt is open on Sundays, too.\n", "utf-8")
                    time.sleep(3)
                report(label, corpus, cache)


def report(label: str, corpus: Path, cache: Path) -> None:
    """Print the line for one kind of start: cold, warm or one changed."""
    first = Started(corpus, cache)
    second = Started(corpus, cache) if label == "warm" else None
    both = second.held() if second else 0
    if second:
        second.stop()
    alone = first.held()
    first.stop()
    print(f"{first.size:8,}  {label:12}  {first.imported:5.2f} s {first.ready:5.2f} s "
          f"{first.asked:14.2f} s {alone:8,} {both or '':>10}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [100, 10_000, 30_000])
