"""Turns a sentence into the questions that it answers.

There is no parser and no model. A sentence becomes a question only if it has one of a few plain
forms, in which words can be reordered without inflecting them. A few good questions are better than
many bad ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from chatbot.language.lexicon import IRREGULAR
from chatbot.language.people import CAPITAL
from chatbot.language.text import fold, split
from chatbot.language.words import (
    ANAPHORIC,
    BACKWARD,
    BE,
    CARDINALS,
    CLAUSE_STARTERS,
    FIRST_PERSON,
    FIRST_PERSON_SINGULAR,
    FUNCTION_WORDS,
    MAGNITUDES,
    MONTHS,
    NAME_PARTICLES,
    NAMED_PERSONS,
    PLACE_PREPOSITIONS,
    PREPOSITIONS,
    STATED_MEASURES,
    TASK_VERBS,
    either,
)
from chatbot.suggestions.usage import Usage

_MONTH = either(map(str.capitalize, MONTHS))
_PERSON = either(NAMED_PERSONS)
_MEASURE = either(STATED_MEASURES)
_WHEN = (
    rf"(?:in (?:{_MONTH},? )?(?:1\d{{3}}|20\d\d)"
    rf"|on (?:\d\d? )?{_MONTH}(?: \d\d?)?(?:,? \d{{4}})?)\b"
)
_NAME = rf"{CAPITAL}(?: (?:(?:of|{either(NAME_PARTICLES)}) )?(?:the )?{CAPITAL}){{0,4}}"
_NUMBER = rf"(?:[$€£]?\d[\d,.]*|{either(CARDINALS[1:])})"
_AMOUNT = rf"[$€£]?\d[\d,.]*(?: {either(MAGNITUDES)})?"
_SUBJECT = r"(?P<subject>(?:[\w’'-]+ ){0,5}?[\w’'-]+)"
_LONG_SUBJECT = r"(?P<subject>(?:[\w’'-]+ ){2,11}?[\w’'-]+)"
_LINKS = "of the and in for to on at during a an most first between"
# "In 1598, …", "At the 97th Academy Awards, …": phrases that say when or where, not who did what.
_LEAD = r"(?:(?:In|On|At|During|After|By) [^,]{3,60}, )?"

# Participles that are equal to the past tense, and those that are not.
_MADE = (
    "founded|established|created|formed|opened|published|released|signed|completed|introduced"
    "|discovered|invented|launched|adopted|abolished|designed|developed|produced|directed|built"
    "|painted|composed|commissioned|organised|organized|led|won|edited|rebuilt|destroyed"
)
_PAST = {"written": "wrote", "drawn": "drew", "chosen": "chose", "given": "gave", "sung": "sang"}
_DONE = (
    f"{_MADE}|born|held|killed|executed|elected|appointed|crowned|ratified|dissolved|renamed"
    f"|{'|'.join(_PAST)}"
)
OF_US = re.compile(rf"\b{either(FIRST_PERSON)}\b")
_OF_PEOPLE = frozenset(
    """
    wrote played directed composed painted invented discovered married designed conquered defeated
    signed coined translated assassinated founded proposed commanded ruled erected described visited
    """.split()
)
"""Verbs whose subject is always a person, so that the question begins with "who"."""
_SAYING = frozenset(
    "said added noted stated argued wrote told claimed believed warned urged".split()
)
_VERBS = frozenset(form for form in IRREGULAR if not form.endswith(("er", "est", "th")))
_ABOUT = r"(?:about |over |nearly |up to |at least |only )?"
_PLAIN = tuple(
    (re.compile(f"{_SUBJECT} {pattern}"), template)
    for pattern, template in (
        (r"(?P<be>is|are) (?P<how>located|situated|based) "
         rf"{either(PLACE_PREPOSITIONS)} (?:the )?[A-Z]",
         "Where {be} {subject} {how}?"),
        (rf"(?P<be>{either(BE)}) (?:\w+ )?(?P<how>known for|famous for|named after|based on) ",
         "What {be} {subject} {how}?"),
        (rf"(?:is|has)\b[^,;]*\b(?P<measure>{_MEASURE}) of {_ABOUT}{_AMOUNT}",
         "What is the {measure} of {subject}?"),
        (rf"(?:was|had)\b[^,;]*\b(?P<measure>{_MEASURE}) of {_ABOUT}{_AMOUNT}",
         "What was the {measure} of {subject}?"),
        (rf"(?P<verb>take|last)(?P<s>s?) {_ABOUT}{_NUMBER}\b", "How long {do} {subject} {verb}?"),
        (rf"cost(?P<s>s?) {_ABOUT}{_NUMBER}\b", "How much {do} {subject} cost?"),
        (r"(?P<verb>stand|consist)(?P<s>s?) (?P<particle>for|of) ",
         "What {do} {subject} {verb} {particle}?"),
    )
)  # fmt: skip
# Words for the only thing of its kind, so that a question can ask for it.
_ONLY_ONE = re.compile(
    r"\b(?:most|least|first|last|only|main|primary|chief|basic|average|median|best|worst|[a-z]{2,}est"
    r"|total|current|official|standard|usual|minimum|maximum|annual|national)\b"
)
# A clause ends, or changes its subject, at these signs and words.
_STOP = re.compile(
    rf"[,;:—–(\"“]| {either(PREPOSITIONS | {'and', 'as'})} "
    rf"{either(BACKWARD | {'which', 'whom'})}\b"
    rf"| {either(CLAUSE_STARTERS)} "
)  # fmt: skip


def of_sentence(sentence: str, usage: Usage) -> list[str]:
    """Return the questions that `sentence` answers by itself."""
    plain = " ".join(re.sub(r" ?\([^)]*\)", "", sentence).split()).rstrip(".!")
    if plain.endswith("?") or not plain:
        return []
    questions = (question for form in _FORMS for question in form(plain, usage))
    return [question for question in dict.fromkeys(questions) if _reads_well(question)]


def _subject(words: str, usage: Usage, links: str = "of the and") -> str | None:
    """Return the subject of a sentence as written inside a question; None if it is not plain.

    It is plain if it is a name, or "Warsaw's" or "the" with nouns. It must have no pronoun, and its
    function words must be in `links`.
    """
    first, *rest = words.split()
    inner = rest if fold(first) in ("the", "a", "an") else [first, *rest]
    small = links.split()
    if not inner or any(fold(word) in FUNCTION_WORDS and word not in small for word in inner):
        return None
    if inner[-1] in small or inner[-1].endswith("ly"):
        return None
    if inner is rest:
        return " ".join([first.lower(), *rest])
    if usage.is_name(first):
        plain = first.endswith(("'s", "’s")) or all(w[0].isupper() or w in small for w in rest)
        return words if plain else None
    return " ".join([first.lower(), *rest]) if not any(w[0].isupper() for w in rest) else None


def _plain(sentence: str, usage: Usage) -> Iterator[str]:
    """Yield the questions for the forms that need only a pattern."""
    for pattern, template in _PLAIN:
        match = pattern.match(sentence)
        subject = match and _subject(match["subject"], usage)
        if match and subject:
            parts = match.groupdict() | {"subject": subject}
            yield template.format(**parts, do="does" if parts.get("s") else "do")


def _definition(sentence: str, usage: Usage) -> Iterator[str]:
    """Yield "What is DECnet?" for "DECnet is a suite of protocols …"."""
    match = re.match(rf"{_SUBJECT} (?P<be>is|was) (?P<what>(?:an?|the) .+)", sentence)
    subject = match and _subject(match["subject"], usage)
    if match and subject and len(sentence.split()) > 7:
        bare = subject.removeprefix("the ")
        if all(w[0].isupper() or w in ("of", "the", "and") for w in bare.split()):
            person = re.match(rf"(?:[\w-]+ ){{1,6}}?{_PERSON}\b", match["what"])
            asks = "Who" if person and " of " not in subject else "What"
            yield f"{asks} {match['be']} {subject}?"


def _identity(sentence: str, usage: Usage) -> Iterator[str]:
    """Yield "What is the basic unit …?" for "The basic unit of division in Poland is a commune"."""
    match = re.match(rf"{_LONG_SUBJECT} (?P<be>is|was) (?P<what>(?:an?|the|[A-Z]|\d).*)", sentence)
    subject = match and _subject(match["subject"], usage, _LINKS)
    if not match or not subject or sum(not word.is_function for word in split(subject)) < 3:
        return
    if not re.match(rf"the |{CAPITAL}['’]s ", subject):
        return
    if not (_ONLY_ONE.search(subject) or match["what"][0].isdigit()):
        return
    who = re.search(rf"\b{_PERSON}\b", subject)
    name = re.match(_NAME, match["what"])
    if who and name:
        yield f"Who {match['be']} {subject}?"
    elif not who and not (name and usage.is_person(name[0])):
        yield f"What {match['be']} {subject}?"


def _list(sentence: str, usage: Usage) -> Iterator[str]:
    """Yield "What are the causes of child labour?" for "The causes of child labour include …"."""
    match = re.match(rf"{_LONG_SUBJECT} include(?P<past>d?) \w", sentence)
    subject = match and _subject(match["subject"], usage, _LINKS)
    if match and subject and re.match(r"the [^ ]*(?: [^ ]+)?s of ", subject):
        yield f"What {'were' if match['past'] else 'are'} {subject}?"


def _passive(sentence: str, usage: Usage) -> Iterator[str]:
    """Yield "Who founded Lumen?" for "Lumen was founded by Ada Byrne"; also "when" and "where"."""
    match = re.match(
        rf"{_LEAD}{_SUBJECT} (?P<be>was|were) (?:\w+ly )?(?P<done>{_DONE})\b(?P<rest>.*)", sentence
    )
    subject = match and _subject(match["subject"], usage)
    if not match or not subject:
        return
    be, done, rest = match["be"], match["done"], match["rest"]
    by = re.match(rf" by (?:the )?{_NAME}", rest)
    if by and (done in _PAST or re.fullmatch(_MADE, done)):
        yield f"Who {_PAST.get(done, done)} {subject}?"
    when = re.match(rf"(?P<between>(?: [\w’'-]+){{0,5}}?) {_WHEN}", rest)
    if when and not by:
        yield f"When {be} {subject} {done}{when['between']}?"
    elif re.match(_WHEN, sentence[:1].lower() + sentence[1:]) and not rest:
        yield f"When {be} {subject} {done}?"
    place = re.match(rf" (?:in|at) (?:the )?(?!{_MONTH}){_NAME}", rest)
    if place and done in ("born", "held", "built", "founded", "signed", "killed"):
        yield f"Where {be} {subject} {done}?"


def _deed(sentence: str, usage: Usage) -> Iterator[str]:
    """Yield "Who claimed the Oscar …?" for "Sean Baker claimed the Oscar …"."""
    match = re.match(
        rf"{_LEAD}(?P<who>{_NAME})(?: and {_NAME})? (?P<did>[a-z]+)(?P<rest> .+)", sentence
    )
    if not match:
        return
    did = match["did"]
    of_people = did in _OF_PEOPLE and usage.is_name(match["who"].split()[0])
    is_past = did.endswith("ed") or (did in _VERBS and did not in FUNCTION_WORDS)
    has_object = re.match(rf" (?:the|an?|{CAPITAL})\b", match["rest"])
    if not is_past or not (usage.is_person(match["who"]) or (of_people and has_object)):
        return
    if did in _SAYING and not has_object:
        return
    stop = _STOP.search(match["rest"])
    rest = match["rest"][: stop.start()] if stop else match["rest"]
    words = split(rest)
    if 3 <= len(words) <= 12 and not words[-1].is_function:
        yield f"Who {did}{rest}?"


def _count(sentence: str, usage: Usage) -> Iterator[str]:
    match = re.match(
        rf"There (?P<be>are|were) (?:about |over |only )?{_NUMBER} (?P<what>[^,;:—(]+)", sentence
    )
    if match and 2 <= len(match["what"].split()) <= 8:
        what, _, where = match["what"].partition(" in ")
        where = f" in {where}" if where else ""
        yield f"How many {what} {match['be']} there{where}?"


def _task(sentence: str, usage: Usage) -> Iterator[str]:
    """Yield "How do I …?" for "To reset your password, …"; "How can I …?" for "You can pay by"."""
    match = re.match(r"To (?P<task>[a-z]+ [^,;:]+), \w+", sentence)
    if match and _is_task(match["task"]):
        yield f"How do I {as_visitor(match['task'])}?"
    match = re.match(
        r"You can (?P<task>[a-z]+ [^,;:]+?) (?:by|under|via|using|(?:from|in) the) ", sentence
    )
    if match and _is_task(match["task"]):
        yield f"How can I {as_visitor(match['task'])}?"


def _is_task(words: str) -> bool:
    task, *rest = words.split()
    return task in TASK_VERBS and len(rest) < 11 and not OF_US.search(words)


def _case(sentence: str, usage: Usage) -> Iterator[str]:
    match = re.match(r"If you (?P<case>[a-z]+ [^,;:]+), \w+", sentence)
    if match and len(match["case"].split()) < 12 and not OF_US.search(match["case"]):
        yield f"What should I do if {as_visitor('you ' + match['case'])}?"


_FORMS: tuple[Callable[[str, Usage], Iterator[str]], ...] = (
    _definition, _identity, _list, _passive, _deed, _plain, _count, _task, _case
)  # fmt: skip


def as_visitor(words: str) -> str:
    """Return words addressed to the visitor as the visitor would say them: "your" becomes "my"."""
    for said, says in (
        ("you are", "I am"), ("you're", "I'm"), ("yourself", "myself"), ("yours", "mine"),
        ("your", "my"), ("you", "I"),
    ):  # fmt: skip
        words = re.sub(rf"\b{said}\b", says, words, flags=re.IGNORECASE)
    return words


def _reads_well(question: str) -> bool:
    """Return whether a question has a good length and does not refer to something outside it."""
    words = split(question)
    folded = [fold(word.text) for word in words]
    mine = folded[0] == "how" or folded[:2] == ["what", "should"]
    pointing = ANAPHORIC - FIRST_PERSON_SINGULAR if mine else ANAPHORIC
    if folded[:2] == ["how", "many"]:
        pointing = pointing - {"there"}
    of_substance = sum(not word.is_function for word in words)
    return (
        3 <= len(words) <= 16
        and of_substance > 0
        and not pointing & set(folded)
        # Bad are signs, single letters, and "I" where "me" would be right.
        and not re.search(r"[\"“”;:()\[\]]|\b[b-z]\b(?<!['’][a-z])(?!-)|\bI\?", question)
    )
