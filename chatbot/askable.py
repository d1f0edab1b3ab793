"""What can be asked of an article: questions that its headings and sentences answer.

No grammar is parsed and no model asked: a sentence of one of a few plain forms, whose words can be
put the other way round without bending any, makes a question; every other makes none. A few good
ones are worth more than many.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from chatbot.lexicon import FUNCTION_WORDS, IRREGULAR
from chatbot.text import fold, split
from chatbot.types import Article, Passage


@dataclass(frozen=True, slots=True)
class Askable:
    """A question, and the stretch of the article, `text[start:end]`, that is to answer it."""

    question: str
    start: int
    end: int


_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_WHEN = rf"(?:in (?:(?:{_MONTH}),? )?(?:1\d{{3}}|20\d\d)|on (?:\d\d? )?(?:{_MONTH})(?: \d\d?)?(?:,? \d{{4}})?)\b"
_CAPITAL = r"[A-Z][\w’'-]*"
_NAME = rf"{_CAPITAL}(?: (?:(?:of|de|la|von|van|du) )?(?:the )?{_CAPITAL}){{0,4}}"
_NUMBER = r"(?:[$€£]?\d[\d,.]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
_AMOUNT = rf"[$€£]?\d[\d,.]*(?: (?:hundred|thousand|million|billion))?"
_SUBJECT = r"(?P<subject>(?:[\w’'-]+ ){0,5}?[\w’'-]+)"
_LONG_SUBJECT = r"(?P<subject>(?:[\w’'-]+ ){2,11}?[\w’'-]+)"
_LINKS = "of the and in for to on at during a an most first between"
# "In 1598, …", "At the 97th Academy Awards, …": where it happened, not who did what.
_LEAD = r"(?:(?:In|On|At|During|After|By) [^,]{3,60}, )?"

# Participles that are the past tense as well, and those that are not.
_MADE = (
    "founded|established|created|formed|opened|published|released|signed|completed|introduced"
    "|discovered|invented|launched|adopted|abolished|designed|developed|produced|directed|built"
    "|painted|composed|commissioned|organised|organized|led|won|edited|rebuilt|destroyed"
)
_PAST = {"written": "wrote", "drawn": "drew", "chosen": "chose", "given": "gave", "sung": "sang"}
_DONE = f"{_MADE}|born|held|killed|executed|elected|appointed|crowned|ratified|dissolved|renamed|{'|'.join(_PAST)}"
_PEOPLE = (
    "actor|actress|director|filmmaker|author|writer|singer|player|king|queen|president|scientist"
    "|artist|composer|architect|engineer|inventor|philosopher|poet|politician|mathematician|chemist"
    "|physicist|historian|theologian|monk|priest|general|explorer|lawyer|journalist|economist|leader"
    "|ruler|emperor|footballer|musician|painter|priest|professor|professor|producer|founder"
)
# Of things that have an amount: "a budget of $6 million".
_MEASURES = (
    "budget|population|area|length|height|depth|width|capacity|price|cost|fee|deposit|value"
    "|revenue|turnover|weight|speed|diameter|temperature|density"
)
# What a help page tells how to do, as the first word of a heading.
_TASKS = frozenset(
    """
    activate add adjust apply archive assign attach back block book borrow buy cancel change check
    choose clean clear close configure connect contact convert copy create customise customize
    deactivate delete disable disconnect download duplicate edit enable exchange export extend file
    filter find fix format get hide import insert install invite join link log make manage merge
    mount move mute open order pair pause pay pin place plan post print protect publish reactivate
    recover redeem register remove rename renew repair replace report request reset restart restore
    resume return save schedule search select sell send set share ship sign sort start stop store
    submit subscribe switch sync test top track transfer translate turn unblock uninstall unlink
    unlock unpair unsubscribe update upgrade upload use verify view write
    """.split()
)
_REFERRING = frozenset(
    """
    he she it they him her them his hers its their theirs this that these those there here such
    former latter other another same we our us i me my you your one ones both each former latter
    """.split()
)
_OF_PEOPLE = frozenset(
    """
    wrote played directed composed painted invented discovered married designed conquered defeated
    signed coined translated assassinated founded proposed commanded ruled erected described visited
    """.split()
)
"""What only people do, so that whoever does it is asked for with "who"."""
_SAYING = frozenset(
    "said added noted stated argued wrote told claimed believed warned urged".split()
)
_VERBS = frozenset(form for form in IRREGULAR if not form.endswith(("er", "est", "th")))
# Behind these words a clause goes on to something else.
_STOP = re.compile(
    r"[,;:—–(\"“]| (?:for|with|in|to|of|by|from|at|on|as|and|but|after|before|while|when|where"
    r"|because|although|since|until|if|that|which|who|whose|so|including) "
    r"(?:his|her|its|their|he|she|it|they|this|that|these|those|which|whom)\b"
    r"| (?:but|after|before|while|when|where|because|although|though|since|until|if|that|which|who"
    r"|whose|so|including|following|despite) "
)  # fmt: skip


def of_article(article: Article, passages: Sequence[Passage]) -> list[Askable]:
    """Return what can be asked of `article`, which was cut into `passages`, in its order.

    The author's own questions come first; the whole article may answer them.
    """
    found = [Askable(question, 0, len(article.text)) for question in article.questions]
    names = _Names(article.text)
    heading: str | None = None
    for passage in passages:
        if passage.heading and passage.heading != heading:
            end = max(p.end for p in passages if p.heading == passage.heading)
            question = of_heading(passage.heading, article.title)
            found += [Askable(question, passage.start, end)] if question else []
        heading = passage.heading
        for start, end in passage.sentences:
            sentence = article.text[start:end]
            found += [Askable(question, start, end) for question in of_sentence(sentence, names)]
    seen: dict[frozenset[str], Askable] = {}
    for askable in found:
        seen.setdefault(meaning(askable.question), askable)
    return list(seen.values())


def meaning(question: str) -> frozenset[str]:
    """Return the terms of `question` and what it asks with: alike in questions that are the same."""
    words = split(question)
    asking = {w.term for w in words if w.term in ("who", "when", "where", "why", "how", "many")}
    return frozenset({word.term for word in words if not word.is_function} | asking)


def of_heading(heading: str, title: str = "") -> str | None:
    """Return the question that `heading` is, or the task it names; None where it is neither."""
    heading = re.sub(r"^[\d.)\s]+", "", heading).strip()
    words = heading.rstrip("?.!:").split()
    if len(words) > 14 or not words:
        return None
    if heading.endswith("?"):
        return heading if len(words) > 2 else None
    task = words[2:] if [w.lower() for w in words[:2]] == ["how", "to"] else words
    if not task or task[0].lower() not in _TASKS and task is words:
        return None
    if len(task) == 1:
        # "Install" alone: what its article is about, if that is a name.
        about = title.split()
        if not 0 < len(about) < 4 or not all(word[0].isupper() for word in about):
            return None
        task = [*task, *about]
    return f"How do I {_as_visitor(' '.join([task[0].lower(), *task[1:]]))}?"


def of_sentence(sentence: str, names: _Names) -> list[str]:
    """Return the questions that `sentence` answers by itself."""
    plain = " ".join(re.sub(r" ?\([^)]*\)", "", sentence).split()).rstrip(".!")
    if plain.endswith("?") or not plain:
        return []
    questions = (question for form in _FORMS for question in form(plain, names))
    return [question for question in dict.fromkeys(questions) if _reads_well(question)]


class _Names:
    """Which words of a text are names, and which names are people's."""

    def __init__(self, text: str) -> None:
        self._inside = set(re.findall(rf"(?<=[a-z,] )({_CAPITAL})", text))
        self._lower = set(re.findall(r"\b[a-z][\w’'-]*", text))
        people = (
            re.findall(rf"({_NAME}), (?:\d\d,|who\b)", text)
            + re.findall(rf"({_NAME}) (?:said|told|was born|died|married|wrote)\b", text)
            + re.findall(rf"\b(?:said|told) ({_NAME})", text)
            + re.findall(rf"({_NAME}) \((?:born|\d{{4}}\s?[–-])", text)
        )
        self._people = {name.split()[-1] for name in people}

    def is_name(self, word: str) -> bool:
        bare = re.sub(r"['’]s?$", "", word)
        return bare[:1].isupper() and bare in self._inside and bare.lower() not in self._lower

    def is_person(self, name: str) -> bool:
        words = name.split()
        return len(words) < 5 and words[-1] in self._people and all(map(self.is_name, words))


def _subject(words: str, names: _Names, links: str = "of the and") -> str | None:
    """Return the subject of a sentence as it stands inside a question; None if it is no plain one.

    Plain: a name, "Warsaw's" or "the" with nouns; no pronoun, and of small words only `links`.
    """
    first, *rest = words.split()
    inner = rest if first in ("The", "A", "An") else [first, *rest]
    small = links.split()
    if not inner or any(fold(word) in FUNCTION_WORDS and word not in small for word in inner):
        return None
    if inner[-1] in small or inner[-1].endswith("ly"):
        return None
    if first in ("The", "A", "An"):
        return " ".join([first.lower(), *rest])
    if names.is_name(first):
        plain = first.endswith(("'s", "’s")) or all(w[0].isupper() or w in small for w in rest)
        return words if plain else None
    return " ".join([first.lower(), *rest]) if not any(w[0].isupper() for w in rest) else None


def _definition(sentence: str, names: _Names) -> Iterator[str]:
    match = re.match(rf"{_SUBJECT} (?P<be>is|was) (?P<what>(?:an?|the) .+)", sentence)
    subject = match and _subject(match["subject"], names)
    if match and subject and len(sentence.split()) > 7:
        bare = subject.removeprefix("the ")
        if all(w[0].isupper() or w in ("of", "the", "and") for w in bare.split()):
            person = re.match(rf"(?:[\w-]+ ){{1,6}}?(?:{_PEOPLE})\b", match["what"])
            yield f"{'Who' if person and ' of ' not in subject else 'What'} {match['be']} {subject}?"


def _identity(sentence: str, names: _Names) -> Iterator[str]:
    """"The basic unit of division is a commune": what is?"""
    match = re.match(rf"{_LONG_SUBJECT} (?P<be>is|was) (?P<what>(?:an?|the|{_CAPITAL}|\d).*)", sentence)
    subject = match and _subject(match["subject"], names, _LINKS)
    if not match or not subject or sum(not w.is_function for w in split(subject)) < 3:
        return
    if not (subject.startswith("the ") or re.match(rf"{_CAPITAL}['’]s ", subject)):
        return
    who = re.search(rf"\b(?:{_PEOPLE}|contributor|winner|head|member|companion)\b", subject)
    name = re.match(_NAME, match["what"])
    if who and name:
        yield f"Who {match['be']} {subject}?"
    elif not who and not (name and names.is_person(name[0])):
        yield f"What {match['be']} {subject}?"


def _including(sentence: str, names: _Names) -> Iterator[str]:
    match = re.match(rf"{_LONG_SUBJECT} (?P<verb>include|included) \w", sentence)
    subject = match and _subject(match["subject"], names, _LINKS)
    if match and subject and subject.startswith("the "):
        if subject.split(" of ")[0].endswith("s"):
            yield f"What {'are' if match['verb'] == 'include' else 'were'} {subject}?"


def _known_for(sentence: str, names: _Names) -> Iterator[str]:
    match = re.match(
        rf"{_SUBJECT} (?P<be>is|are|was|were) (?:\w+ )?(?P<how>known for|famous for|named after|based on) ",
        sentence,
    )
    subject = match and _subject(match["subject"], names)
    if match and subject:
        yield f"What {match['be']} {subject} {match['how']}?"


def _passive(sentence: str, names: _Names) -> Iterator[str]:
    match = re.match(
        rf"{_LEAD}{_SUBJECT} (?P<be>was|were) (?:\w+ly )?(?P<done>{_DONE})\b(?P<rest>.*)", sentence
    )
    subject = match and _subject(match["subject"], names)
    if not match or not subject:
        return
    be, done, rest = match["be"], match["done"], match["rest"]
    if by := re.match(rf" by (?:the )?{_NAME}", rest):
        past = _PAST.get(done, done)
        if re.fullmatch(_MADE, done) or done in _PAST:
            yield f"Who {past} {subject}?"
    if when := re.search(rf"(?P<between>(?: [\w’'-]+){{0,5}}?) {_WHEN}", rest):
        if when.start() == 0 and not by:
            yield f"When {be} {subject} {done}{when['between']}?"
    elif (
        sentence.startswith("In ") and re.match(rf"{_WHEN}", "in " + sentence[3:]) and len(rest) < 3
    ):
        yield f"When {be} {subject} {done}?"
    if done in ("born", "held", "built", "founded", "signed", "killed") and (
        re.match(rf" (?:in|at) (?:the )?(?!{_MONTH}){_NAME}", rest)
    ):
        yield f"Where {be} {subject} {done}?"


def _place(sentence: str, names: _Names) -> Iterator[str]:
    match = re.match(
        rf"{_SUBJECT} (?P<be>is|are) (?P<how>located|situated|based) (?:in|at|on|near)\b", sentence
    )
    subject = match and _subject(match["subject"], names)
    if match and subject:
        yield f"Where {match['be']} {subject} {match['how']}?"


def _deed(sentence: str, names: _Names) -> Iterator[str]:
    """ "Sean Baker claimed the Oscar …": who did?"""
    match = re.match(
        rf"{_LEAD}(?P<who>{_NAME})(?: and {_NAME})? (?P<did>[a-z]+)(?P<rest> .+)", sentence
    )
    if not match:
        return
    did = match["did"]
    is_doer = did in _OF_PEOPLE and re.match(rf" (?:the|an?|{_CAPITAL})\b", match["rest"])
    if not (names.is_person(match["who"]) or (is_doer and names.is_name(match["who"].split()[0]))):
        return
    if not (did.endswith("ed") or (did in _VERBS and did not in FUNCTION_WORDS)) or did in _SAYING:
        return
    stop = _STOP.search(match["rest"])
    rest = match["rest"][: stop.start()] if stop else match["rest"]
    words = split(rest)
    if 3 <= len(words) <= 12 and not words[-1].is_function:
        yield f"Who {did}{rest}?"


def _amount(sentence: str, names: _Names) -> Iterator[str]:
    match = re.match(
        rf"{_SUBJECT} (?P<be>is|was|has|had)\b[^,;]*\b(?P<measure>{_MEASURES}) of (?:about |over |nearly )?{_AMOUNT}",
        sentence,
    )
    subject = match and _subject(match["subject"], names)
    if match and subject:
        be = "is" if match["be"] in ("is", "has") else "was"
        yield f"What {be} the {match['measure']} of {subject}?"


def _count(sentence: str, names: _Names) -> Iterator[str]:
    match = re.match(
        rf"There (?P<be>are|were) (?:about |over |only )?{_NUMBER} (?P<what>[^,;:—(]+)", sentence
    )
    if match and 2 <= len(match["what"].split()) <= 8:
        what, _, where = match["what"].partition(" in ")
        where = f" in {where}" if where else ""
        yield f"How many {what} {match['be']} there{where}?"


def _does(sentence: str, names: _Names) -> Iterator[str]:
    match = re.match(
        rf"{_SUBJECT} (?P<does>costs?|takes?|stands? for|consists? of|lasts?) (?P<rest>.+)",
        sentence,
    )
    subject = match and _subject(match["subject"], names)
    if not match or not subject:
        return
    verb, _, particle = match["does"].partition(" ")
    do, verb = ("does", verb[:-1]) if verb.endswith("s") else ("do", verb)
    amount = re.match(rf"(?:about |up to |at least |only )?{_NUMBER}\b", match["rest"])
    if verb in ("take", "last") and amount:
        yield f"How long {do} {subject} {verb}?"
    elif verb == "cost" and amount:
        yield f"How much {do} {subject} cost?"
    elif particle:
        yield f"What {do} {subject} {verb} {particle}?"


def _task(sentence: str, names: _Names) -> Iterator[str]:
    """ "To reset your password, open …", "You can pay by …": how does one?"""
    match = re.match(r"To (?P<task>[a-z]+ [^,;:]+), \w+", sentence)
    if match and match["task"].split()[0] in _TASKS and len(match["task"].split()) < 12:
        yield f"How do I {_as_visitor(match['task'])}?"
    match = re.match(
        r"You can (?P<task>[a-z]+ [^,;:]+?) (?:by|under|via|from the|in the|using) ", sentence
    )
    if match and match["task"].split()[0] in _TASKS and len(match["task"].split()) < 12:
        yield f"How can I {_as_visitor(match['task'])}?"


def _case(sentence: str, names: _Names) -> Iterator[str]:
    match = re.match(r"If you (?P<case>[a-z]+ [^,;:]+), \w+", sentence)
    if match and len(match["case"].split()) < 12:
        yield f"What should I do if {_as_visitor('you ' + match['case'])}?"


_FORMS: tuple[Callable[[str, _Names], Iterator[str]], ...] = (
    _definition, _identity, _including, _known_for, _passive, _place, _deed, _amount, _count, _does, _task, _case,
)  # fmt: skip


def _as_visitor(words: str) -> str:
    """Return what is said to a visitor as the visitor says it: "your" is "my"."""
    for said, says in (
        ("you are", "I am"), ("you're", "I'm"), ("yourself", "myself"), ("yours", "mine"),
        ("your", "my"), ("you", "I"),
    ):  # fmt: skip
        words = re.sub(rf"\b{said}\b", says, words, flags=re.IGNORECASE)
    return words


def _reads_well(question: str) -> bool:
    """Tell whether a question is of a fair length and points to nothing that it does not name."""
    words = split(question)
    folded = [fold(word.text) for word in words]
    mine = folded[0] == "how" or folded[:2] == ["what", "should"]
    pointing = _REFERRING - {"i", "my", "me"} if mine else _REFERRING
    if folded[:2] == ["how", "many"]:
        pointing = pointing - {"there"}
    of_substance = sum(not word.is_function for word in words)
    return (
        3 <= len(words) <= 16
        and of_substance > 0
        and not pointing & set(folded)
        and not re.search(r"[\"“”;:()\[\]]", question)
    )
