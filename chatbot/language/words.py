"""Lists English words by class: pronouns, auxiliaries, prepositions, months, persons and more.

No other module has such a list; `tests/test_words_home.py` checks that. Irregular verbs and nouns
are in `lexicon`. If a rule needs only part of a class, that part has its own name, and a comment
says why.
"""

from __future__ import annotations

import re
from collections.abc import Iterable


def either(words: Iterable[str]) -> str:
    """Return a pattern for any of `words`; longer words are tried first."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return f"(?:{'|'.join(map(re.escape, ordered))})"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Pronouns and determiners

MASCULINE_PRONOUNS = _words("he him his himself")
FEMININE_PRONOUNS = _words("she her hers herself")
NEUTER_PRONOUNS = _words("it its itself")
PLURAL_PRONOUNS = _words("they them their theirs themselves")
FIRST_PERSON_SINGULAR = _words("i me my mine myself")
FIRST_PERSON_PLURAL = _words("we us our ours ourselves")
FIRST_PERSON = FIRST_PERSON_SINGULAR | FIRST_PERSON_PLURAL
SECOND_PERSON = _words("you your yours yourself yourselves")
THIRD_PERSON = MASCULINE_PRONOUNS | FEMININE_PRONOUNS | NEUTER_PRONOUNS | PLURAL_PRONOUNS
PRONOUNS = FIRST_PERSON | SECOND_PERSON | THIRD_PERSON
THIRD_PERSON_SUBJECTS = _words("he she it they")
SUBJECT_PRONOUNS = THIRD_PERSON_SUBJECTS | _words("i you we")
THIRD_PERSON_DETERMINERS = _words("his her its their")
"""Possessives before a noun."""
THIRD_PERSON_POSSESSIVES = THIRD_PERSON_DETERMINERS | _words("hers theirs")
DEMONSTRATIVES = _words("this that these those")
PRO_FORMS = _words("one ones")
"""They replace a noun: "the large one"."""

A_AN = _words("a an")
A_AN_THE = A_AN | {"the"}
DETERMINERS = A_AN_THE | DEMONSTRATIVES | _words("my your our")
"""A noun follows them. Other possessives, such as "his", refer to something said before."""
QUANTIFIERS = _words("another any few many more most no other some")

# Words that ask

INTERROGATIVES = _words("what which who whom whose where when why how")
WHAT_OR_WHICH = _words("what which")
BEFORE_FOCUS = WHAT_OR_WHICH | _words("many much whose")
"""The thing asked for follows them: "which ship", "how many ships"."""
RELATIVE_WORDS = _words("that where which")
"""After a noun, they begin a relative clause."""
COMPLEMENTIZERS = INTERROGATIVES | _words("for if that to whether")
"""They begin the clause that "it" refers to: "is it allowed to …"."""
BARE_INTERROGATIVES = INTERROGATIVES - _words("which whose")
"""Each can be a whole question: "why?". After "which" and "whose" comes a noun."""
DEGREES = _words("much many long old often far")
"""Together with "how", each can be a whole question: "how much?"."""
SIZES = _words("far tall high wide deep big large heavy fast")
"""After "how", they ask for a number."""

# Auxiliaries

BE = _words("is are was were")
"""Without "am", since the weights of the readers were learnt without it."""
DO = _words("do does did")
HAVE = _words("have has had")
MODALS = _words("can could may might must shall should will would")
VERB_AUXILIARIES = DO | HAVE | MODALS
"""Auxiliaries that another verb follows, after the subject: "did he make", "can I pay"."""
FINITE_AUXILIARIES = BE | VERB_AUXILIARIES
NEGATED_AUXILIARIES = _words(
    "isn't aren't wasn't weren't don't doesn't didn't hasn't haven't hadn't can't cannot couldn't"
    " won't wouldn't shouldn't shan't"
)
AUXILIARIES = FINITE_AUXILIARIES | NEGATED_AUXILIARIES | _words("be been")

# Prepositions, conjunctions, adverbs

PLACE_PREPOSITIONS = _words("at from in near on to")
"""Prepositions before the name of a place."""
PREPOSITIONS = PLACE_PREPOSITIONS | _words(
    "about after before by during for into of per since under until with without"
)
SWAPPED_PREPOSITIONS = PREPOSITIONS - _words("about into near of until")
"""Prepositions before a phrase that replaces another one: "in 2024?".

"About" begins a new subject, and "of" says more about one: "of the film".
"""
NOUN_PREPOSITIONS = _words("by for from to under with without")
"""Prepositions before things other than places and times: "for students"."""
SUBORDINATORS = _words(
    "after although as because before if since that though until when where while"
)
CLAUSE_STARTERS = (SUBORDINATORS - {"as"}) | _words(
    "but despite following including so which who whose"
)
"""The main clause ends before one of them."""
LOCATION_PREPOSITIONS = PLACE_PREPOSITIONS | _words("by into under with")
"""Prepositions before a noun that only says where the subject is: "on the page"."""
CONNECTIVES = _words("also and but ok okay or so then")
"""They connect a question with the turn before: "and the budget?"."""
PARTICLES = _words("again away back down in off on out over too up")
"""They belong to a verb: "turn it off"."""

FUNCTION_WORDS: frozenset[str] = (
    PRONOUNS
    | DEMONSTRATIVES
    | A_AN_THE
    | QUANTIFIERS
    | INTERROGATIVES
    | AUXILIARIES
    | (PREPOSITIONS - {"near"})
    | SUBORDINATORS
    | (PARTICLES - {"away", "back"})
    | _words(
        "above against all also always am among and anybody anyone anything being below between"
        " both but called doing done each either else ever every further having he'd he'll he's"
        " here here's how's however i'd i'll i'm i've it'd it'll it's just know let's like maybe"
        " much name named neither nor not often once one only or ought own perhaps please quite"
        " rather really same she'd she'll she's so somebody someone something still such tell than"
        " that's then there there's they'd they'll they're they've thing through thus together up"
        " upon very via we'd we'll we're we've what's whatever when's where's whether who's why's"
        " within yet you'd you'll you're you've"
    )
)
"""Words that say nothing about the subject of a question, including question words."""
ANAPHORIC = (
    PRONOUNS
    | DEMONSTRATIVES
    | PRO_FORMS
    | _words("there here such former latter other another same both each")
)
"""Words that point to something said elsewhere."""
BACKWARD = THIRD_PERSON_SUBJECTS | THIRD_PERSON_DETERMINERS | DEMONSTRATIVES | {"such", "there"}
"""Words at the start of a sentence that point to the sentence before.

The readers' weights were learnt with these words; `ANAPHORIC` has more.
"""
SENTENCE_STARTERS = (
    SUBJECT_PRONOUNS
    | THIRD_PERSON_DETERMINERS
    | DEMONSTRATIVES
    | A_AN_THE
    | SUBORDINATORS
    | _words(
        "there here our my in on at by for from with during but and or so yet however moreover"
        " therefore meanwhile also then both each some many most all several no one two"
    )
)
"""With a capital, they begin a sentence even after an abbreviation: "… in the U.S. She …"."""
NEVER_LAST = A_AN_THE | NOUN_PREPOSITIONS | _words("and at my of or your")
"""Another word must follow them, so they cannot end a phrase."""
BEFORE_COMMON_NOUNS = A_AN | DEMONSTRATIVES | WHAT_OR_WHICH | _words("any how my no our some your")
"""The word after one of them is not a name: "a new router"."""
SMALL_IN_TITLES = _words(
    "a an and as at but by de for from in into is nor of off on onto or over per so than the their"
    " to up upon via vs with your you"
)
"""Words written in lower case in titles."""
NAME_PARTICLES = _words("al bin da de del den der di du ibn la le van von")
"""Small words inside the names of persons."""
PLACE_NAME_PARTICLES = NAME_PARTICLES | _words("a am an and do dos el of on sur the upon")
"""Small words inside the names of places: "Frankfurt am Main", "Stratford-upon-Avon"."""
TITLE_JOINS = _words("a an and for in to")
"""They do not join two names into one: "Oppenheimer in Germany"."""
TITLE_PARTICLES = NAME_PARTICLES | TITLE_JOINS | {"of", "the"}
"""Small words inside the titles of works."""

# Numbers and time

CARDINALS = tuple("one two three four five six seven eight nine ten eleven twelve".split())
NUMBER_WORDS = (
    *CARDINALS,
    *"thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split(),
    *"thirty forty fifty sixty seventy eighty ninety".split(),
)
MAGNITUDES = _words("hundred thousand million billion trillion")
ORDINALS = tuple("first second third fourth fifth sixth seventh eighth ninth tenth".split())
MONTHS = tuple(
    "january february march april may june july august september october november december".split()
)
MONTH_ABBREVIATIONS = _words("jan feb mar apr jun jul aug sep sept oct nov dec")
WEEKDAYS = tuple("monday tuesday wednesday thursday friday saturday sunday".split())
SEASONS = _words("spring summer autumn winter")
TIMES_OF_DAY = _words("morning afternoon evening night")
COUNTED_UNITS = _words("minute hour day week month year")
"""After "how many", they ask for a duration. "Season" is left out: it may be one of a series."""
CALENDAR_UNITS = _words("day week month year decade century season")
TIME_UNITS = COUNTED_UNITS | CALENDAR_UNITS | {"second", "night"}
TIME_NOUNS = TIME_UNITS | {"time"}
DATE_NOUNS = CALENDAR_UNITS | _words("date era period time")
"""After "which", they ask for a date. "Second" is left out: it may be an ordinal."""
CURRENCIES = _words("dollars euros pounds yen rupees francs cents")

# Persons and groups

RELATIVES = _words("wife husband spouse parents mother father children siblings")
"""Relatives that only a person has. "Sister" and "daughter" are left out: they may be companies."""
FEMALE_NOUNS = _words(
    "actress aunt daughter girlfriend mother princess queen sister widow wife woman"
)
MALE_NOUNS = _words("actor boyfriend brother father husband king man prince son uncle")
PERSON_NOUNS = _words(
    "actor actress architect artist author bishop brother captain chemist coach composer daughter"
    " director emperor engineer father founder general historian husband inventor king leader"
    " mathematician mayor minister mother philosopher physicist player poet pope president prince"
    " princess producer queen scientist senator singer sister son wife winner writer"
)
GENERIC_PERSONS = _words("man people person woman")
ASKED_PERSONS = (
    PERSON_NOUNS
    | GENERIC_PERSONS
    | _words("child children daughters governor monarch nominee parents sons spouse star stars")
)
"""After "which", they ask for a person. "Manager" is left out: it may be a program."""
NAMED_PERSONS = PERSON_NOUNS | _words(
    "activist businessman businesswoman choreographer comedian companion contributor dancer"
    " duchess duke economist entrepreneur executive explorer filmmaker footballer friend host"
    " journalist judge lawyer manager member monk musician novelist painter politician presenter"
    " priest professor rapper ruler soldier theologian"
)
"""The name after one of them is a person's. "Star" is left out: it may be in the sky."""
PERSON_TITLES = _words(
    "capt cmdr col dr gen gov hon lt maj mr mrs ms mx pres prof rep rev sen sgt st"
)
"""Titles before a name."""
NATIONALITIES = _words(
    "african american arab arabic argentine asian australian austrian belgian brazilian british"
    " bulgarian canadian catalan chinese croatian czech danish dutch egyptian english estonian"
    " european finnish french german greek hebrew hindi hungarian icelandic indian indonesian"
    " iranian iraqi irish israeli italian japanese jewish korean latin latvian lithuanian mexican"
    " norwegian persian polish portuguese roman romanian russian scottish serbian slovak slovenian"
    " spanish swedish swiss thai turkish ukrainian vietnamese welsh"
)
"""Nations and their languages; neither "he" nor "it" refers to them."""
ORGANISATIONS = _words(
    "academy agency army association band bank board church club college committee company council"
    " corporation court department firm foundation guild institute institution league ministry"
    " museum network organisation organization party school society studio team trust union"
    " university"
)

# What questions ask for

MONEY_NOUNS = _words(
    "budget budgets cost costs debt earnings fare fee fees funding gross income price prices"
    " profit profits rent revenue revenues salaries salary tuition wage wages"
)
MONEY_WORDS = CURRENCIES | _words(
    "charge charged donate donated earn earned earns fine fined grossed invested money paid pay"
    " pays priced raise raised sell sold spend spent worth"
)
"""After "how much", they ask for an amount of money."""
PLACES = _words(
    "area building capital city continent country county district island lake location mountain"
    " nation place province region river stadium state street town venue village"
)
WORKS = _words(
    "album albums book books episode episodes film films game magazine movie movies newspaper"
    " novel novels opera painting play plays poem poems series show single song songs title"
)
DIMENSIONS = _words("depth height length population speed temperature weight width")
MEASURES = DIMENSIONS | _words("amount distance number rate score size total")
STATED_MEASURES = DIMENSIONS | _words(
    "area budget capacity cost density deposit diameter fee price revenue turnover value"
)
"""Kinds of amount that a sentence gives for its subject: "has an area of 12 km²"."""
NUMBERED = _words(
    "account contact customer emergency fax flight house invoice mobile model order phone"
    " reference room serial telephone tracking version"
)
"""Things whose number is a name, not an amount: "room number"."""
REPORTING_VERBS = _words("claim said say state tell told")
ASKED_REPORTS = REPORTING_VERBS | _words("argue think warn write written")
"""After "what did …", they ask for a quotation. "Think" may also be in an answer."""
TASK_VERBS = _words(
    "activate add adjust apply archive assign attach back block book borrow buy cancel change"
    " check choose clean clear close configure connect contact convert copy create customise"
    " customize deactivate delete disable disconnect download duplicate edit enable exchange"
    " export extend file filter find fix format get hide import insert install invite join link"
    " log make manage merge mount move mute open order pair pause pay pin place plan post print"
    " protect publish reactivate recover redeem register remove rename renew repair replace report"
    " request reset restart restore resume return save schedule search select sell send set share"
    " ship sign sort start stop store submit subscribe switch sync test top track transfer"
    " translate turn unblock uninstall unlink unlock unpair unsubscribe update upgrade upload use"
    " verify view write"
)
"""They begin a help page's heading that names a task: "Export data"."""
