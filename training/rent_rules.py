"""Measures how much each rule of language brings, by leaving out one condition after another.

    python training/rent_rules.py --shared ../shared --out .chatbot/rent FILE...

Every condition and function of the modules in `WATCHED` is left out in turn (`switches`), and the
questions for which it makes a difference are asked again, end to end. The result is a JSON file for
each FILE: what each condition brings in points, by figure.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from switches import Switch, Switches

WATCHED = (
    "chatbot.conversation",
    "chatbot.bot",
    *(
        f"chatbot.readers.{name}"
        for name in "features headings highlights quotes spans candidates sentence".split()
    ),
    *(f"chatbot.language.{name}" for name in "kinds forms codes people foreign".split()),
)
UNWATCHED = ("chatbot.conversation.budget",)
switches = Switches()
switches.watch(WATCHED)

from benchmarks.canard import FollowUp  # noqa: E402
from benchmarks.published import read_cases  # noqa: E402
from chatbot import encoder, evaluation  # noqa: E402
from chatbot.articles import read_corpus  # noqa: E402
from chatbot.bot import Bot, build_bot  # noqa: E402
from chatbot.config import Settings  # noqa: E402
from chatbot.encoder.vectors import Vectors  # noqa: E402
from chatbot.evaluation.cases import Case  # noqa: E402
from chatbot.types import Article, Turn  # noqa: E402
from learn_readings import read_answers  # noqa: E402
from memory import Memory, Remembered, forget  # noqa: E402
from rent_parts import parts  # noqa: E402

TOO_LONG = 20
"""Seconds after which a question without some condition is given up."""
OF_FUNCTIONS = ("returns", "yields", "does")
"""The kinds of switches that leave out a whole function."""
Scores = dict[str, float]
Unit = Sequence[Case]
"""The cases of a conversation, which are asked together."""


@dataclass
class Asked:
    """A file of questions with its articles."""

    name: str
    articles: Sequence[Article]
    units: list[Unit]
    others: dict[str, Any] = field(default_factory=dict)
    """The turns to ask a case after, so that it may be distracted, by its id."""
    answers: dict[tuple[str, str], str] = field(default_factory=dict)
    """CANARD's answers by dialogue and question."""


@dataclass
class Rent:
    """What a condition brings."""

    fires: int = 0
    """For how many conversations it makes a difference within."""
    asked: int = 0
    """How many of these were asked again without it."""
    changed: int = 0
    """How many of these got another answer."""
    failed: str = ""
    """The error without it, if there was one."""
    at_build: bool = False
    """Whether it also makes a difference while the index is built."""
    brings: Scores = field(default_factory=dict)
    """Figure -> points lost without it."""


def read(shared: Path, name: str, most: int) -> Asked:
    """Return a file of the shared folder, with at most about `most` questions."""
    if name.startswith("cases/") and not name.endswith(".jsonl"):
        path, corpus = shared / name / "questions.jsonl", shared / name / "corpus"
    elif name.startswith("sites/"):
        path, corpus = shared / f"{name}.jsonl", shared / name
    else:
        path, corpus = shared / name, Path("corpus")
    found = read_cases(path)
    articles = found.articles or read_corpus(corpus, Settings().corpus.max_bytes).articles
    cases = evaluation.sampled(found.cases, min(most, len(found.cases)))
    units: list[list[Case]] = []
    for case in cases:
        if case.follows:
            units[-1].append(case)
        else:
            units.append([case])
    is_squad = bool(found.articles) and "canard" not in name
    others = evaluation.distractions(found.cases) if is_squad else {}
    answers = read_answers(path) if "canard" in name else {}
    return Asked(name, articles, list(units), others, answers)


def ask(bot: Bot, unit: Unit, asked: Asked, threshold: float) -> tuple[list[Any], list[Scores]]:
    """Return the answers to the questions of a conversation, and how good each is."""
    answers, scores = [], []
    said: Sequence[Turn] = ()
    for case in unit:
        if isinstance(case, FollowUp):
            answer, score = _searched(bot, case, asked)
            answers.append(answer)
            scores.append(score)
            continue
        history = said if case.follows else case.history
        answer = bot.ask(case.question, history)
        outcome = evaluation._outcome(bot, case, answer, [], threshold, 0.0, left_out=False)
        given = evaluation._given(answer, threshold)
        score = {"right": outcome.right, "sentence": outcome.quoted_right or not outcome.answerable}
        if outcome.f1 is not None:
            score["f1"] = outcome.f1
        if case.id in asked.others:
            again = bot.ask(case.question, asked.others[case.id])
            score["undistracted"] = evaluation._given(again, threshold) == given
        answers.append((given, outcome.quote, outcome.highlight, score.get("undistracted")))
        scores.append({name: float(value) for name, value in score.items()})
        told = (outcome.quote, outcome.highlight) if outcome.answered else ()
        said = (*history, Turn(case.question, *told))
    return answers, scores


def _searched(bot: Bot, case: FollowUp, asked: Asked) -> tuple[Any, Scores]:
    """Return what is found for a question of CANARD, and the figures of it."""
    scores: Scores = {}
    found = []
    answered = tuple(
        replace(turn, answer=asked.answers.get((case.group, turn.question)))
        for turn in case.untitled
    )
    histories = {"": case.history, "untitled ": case.untitled, "answered ": answered}
    for name, history in histories.items():
        hits = bot.search(case.question, history, 3)
        found.append(tuple((hit.passage.article, hit.passage.start) for hit in hits))
        if case.gold:
            scores[f"{name}first"] = float(evaluation.rank_of(case.gold, hits) == 1)
        if case.own:
            scores[f"{name}own in 3"] = float(evaluation.rank_of(case.own, hits) > 0)
    return tuple(found), scores


class TooLong(Exception):
    """A question takes too long."""


def _alarm(*_: Any) -> None:
    raise TooLong


class Measuring:
    """Asks the questions of a file, all of them at first, and then some without a condition."""

    def __init__(self, asked: Asked, vectors: Vectors, given: argparse.Namespace) -> None:
        self._asked, self._vectors, self._given = asked, vectors, given
        self._threshold = Settings().reader.threshold
        self._draw = random.Random(0)
        self._fires: dict[int, list[int]] = defaultdict(list)
        self._base: list[tuple[list[Any], list[Scores]]] = []
        switches.off = None
        switches.made_a_difference.clear()
        self._bot = made(asked, vectors)
        self._at_build = set(switches.made_a_difference)
        self._remembered = Remembered(self._bot)
        self._remembered.searches = self._remembered.reads = True
        for place, unit in enumerate(asked.units):
            forget()
            switches.made_a_difference.clear()
            self._base.append(ask(self._bot, unit, asked, self._threshold))
            for number in switches.made_a_difference:
                self._fires[number].append(place)
        every = [score for _, scores in self._base for score in scores]
        names = {name for score in every for name in score}
        self._counts = {name: sum(name in score for score in every) for name in names}
        sums = {name: sum(score.get(name, 0) for score in every) for name in sorted(names)}
        self.figures = {name: 100 * of / self._counts[name] for name, of in sums.items()}
        self.rents: list[dict[str, Any]] = []

    def measure(self) -> None:
        """Leave out each condition and each part, and note what it brings."""
        which, only = self._given.which, self._given.only
        for number, switch in enumerate(list(switches.all)):
            is_meant = which is None or (which == "functions" and switch.kind in OF_FUNCTIONS)
            is_named = only in f"{switch.module}:{switch.function}"
            if not (is_meant and is_named) or switch.module in UNWATCHED:
                continue
            rent = Rent(at_build=number in self._at_build)
            is_built = self._given.build and rent.at_build
            places = range(len(self._asked.units)) if is_built else self._fires[number]
            switches.off = number
            if places:
                self._leave_out(switch, rent, places, is_built)
            switches.off = None
            self._note(switch, rent)
        for module, name, part in parts(self._bot):
            if only in f"{module}:{name}" and which != "functions":
                switch, rent = Switch(module, name, 0, "part", name, None), Rent()
                with part():
                    self._leave_out(switch, rent, range(len(self._asked.units)), is_built=False)
                self._note(switch, rent)
        forget()

    def _leave_out(self, switch: Switch, rent: Rent, places: Sequence[int], is_built: bool) -> None:
        """Ask again while something is left out."""
        forget()
        remembered = self._remembered
        try:
            signal.alarm(TOO_LONG * 3)
            remembered.searches = not switch.module.startswith("chatbot.language")
            remembered.reads = switch.module.startswith(("chatbot.conversation", "chatbot.bot"))
            without = made(self._asked, self._vectors) if is_built else self._bot
            self._ask_again(rent, places, without)
        except Exception as error:  # without the condition, the program does not work
            rent.failed = f"{type(error).__name__}: {error}"
        finally:
            signal.alarm(0)
            remembered.searches = remembered.reads = True

    def _ask_again(self, rent: Rent, places: Sequence[int], without: Bot) -> None:
        """Ask the conversations at `places` again, and note what is worse."""
        rent.fires, most = len(places), self._given.most
        # What makes a difference everywhere is needed; a few questions are enough to show it.
        is_everywhere = 2 * len(places) > len(self._asked.units) > most and not self._given.which
        limit = most // 4 if is_everywhere else most
        chosen = places if len(places) <= limit else self._draw.sample(places, limit)
        rent.asked = len(chosen)
        lost: Scores = defaultdict(float)
        for place in chosen:
            signal.alarm(TOO_LONG)
            answers, scores = ask(without, self._asked.units[place], self._asked, self._threshold)
            rent.changed += answers != self._base[place][0]
            for before, after in zip(self._base[place][1], scores, strict=True):
                for name in before:
                    lost[name] += before[name] - after.get(name, 0.0)
        scale = 100 * len(places) / max(1, len(chosen))
        points = {name: scale * value / self._counts[name] for name, value in lost.items()}
        rent.brings = {name: round(of, 3) for name, of in points.items() if abs(of) > 1e-9}

    def _note(self, switch: Switch, rent: Rent) -> None:
        self.rents.append(asdict(switch) | asdict(rent) | {"off": str(switch.off)})


def made(asked: Asked, vectors: Vectors) -> Bot:
    """Return a bot for the articles of a file."""
    settings = Settings()
    reader = settings.reader.model_copy(update={"threshold": 0.0})
    quiet = settings.suggestions.model_copy(update={"enabled": False})
    changed = settings.model_copy(update={"reader": reader, "suggestions": quiet})
    bot = build_bot(changed, asked.articles, vectors)
    bot.prepare()
    return bot


def main() -> None:
    """Read the arguments, and measure the files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shared", type=Path, required=True, help="folder of the files")
    parser.add_argument("--out", type=Path, required=True, help="folder of the results")
    parser.add_argument("--most", type=int, default=60, help="conversations asked again at most")
    parser.add_argument("--questions", type=int, default=100_000, help="questions of a file")
    parser.add_argument("--only", default="", help="only conditions in functions with this name")
    parser.add_argument("--build", action="store_true", help="build the index again too")
    parser.add_argument("--which", choices=("functions", "parts"), help="only these")
    parser.add_argument("files", nargs="+")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    memory = Memory(arguments.out / "networks.pickle")
    memory.patch()
    signal.signal(signal.SIGALRM, _alarm)
    for name in arguments.files:
        asked = read(arguments.shared, name, arguments.questions)
        measuring = Measuring(asked, Vectors(encoder.shipped()), arguments)
        memory.keep()
        figures = ", ".join(f"{of} {value:.1f}" for of, value in measuring.figures.items())
        print(f"{name}: {figures}", flush=True)
        measuring.measure()
        memory.keep()
        found = {"figures": measuring.figures, "rents": measuring.rents}
        path = arguments.out / f"{name.replace('/', '-')}.json"
        path.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
