"""Recognises small talk: hello, thanks, "who are you?".

The whole message must be small talk: "thanks" is, but "thanks to whom did Baker win?" is a
question. A message that may be about an article or about the last answer is a question too: "how
does it work?", "tell me more", "options?".
"""

from __future__ import annotations

import re
from typing import Literal, get_args

from chatbot.language.text import fold

Intent = Literal["greeting", "thanks", "goodbye", "identity", "ability", "insult", "assent"]
INTENTS: tuple[Intent, ...] = get_args(Intent)

_YOU = "(you|u|ya|this (chat ?)?bot|the (chat ?)?bot)"
_BOT = "((chat ?|ro)?bot|assistant|machine|computer|program|ai|human|(real )?person)"
_RUDE = (
    "(stupid|dumb|useless|idiot(ic)?|crap|rubbish|shit(ty)?|terrible|awful|bad|silly|ugly"
    "|worthless|annoying|moron(ic)?|pathetic|trash|garbage|hopeless|wrong|the worst)"
)
_HELLO = "(hi+|hey+|hello+|hallo|hullo|hiya|howdy|yo|greetings)"
_THERE = "( there| all| everyone| everybody| again| bot| chatbot| assistant| friend| mate)*"

# Each line is a pattern for a whole message, folded and without punctuation.
_PATTERNS: dict[Intent, str] = {
    "thanks": """
        ((ok(ay)?|great|perfect|cool|nice|good|wow|oh|yes|no) )?\
(thanks?|thank (you|u)|thankyou|thx|thnx|tnx|ty|tysm|cheers|merci|danke|gracias)\
( you| so much| very much| a lot| a million| again| bot| anyway| for (that|this|helping( me)?)\
| for (your|the|all your) (help|time|answers?|info|information))*
        (much|very much) appreciated
        (i )?appreciate (it|that|this|your help)
    """,
    "goodbye": """
        ((ok(ay)?|thanks|thank you) )?(good ?bye|bye( ?bye)?|cya|see (you|ya)|so long|farewell\
|good ?night|cheerio|ttyl|take care)\
( later| soon| tomorrow| around| for now| then| now| bot| thanks| thank you| everyone)*
        have a (nice|good|great|lovely) (day|one|evening|night|weekend)
        (talk to|see|catch) (you|ya) (later|soon)
        (no )?(that's|thats|that is|that was|that will be) all( for now| thanks| thank you)*
    """,
    "identity": f"""
        ({_HELLO}{_THERE} )?((so|and|but) )?(who|what)( the hell)? (are|r|is) {_YOU}( exactly)?
        are you (an? )?((real|actual) )?{_BOT}( or an? {_BOT})?
        are you (real|alive|chat ?gpt|gpt|alexa|siri)
        am i (talking|speaking|chatting) (to|with) an? ((real|actual) )?{_BOT}
        (what is|what's|whats|tell me|do you have a) (your )?name
        what (are you called|should i call you)
        who (made|built|created|wrote|programmed) you
        (tell me|say something) about yourself
        introduce yourself
        (how old|where) are you( from)?
    """,
    "ability": f"""
        ({_HELLO}{_THERE} )?((please|can you|could you|i need|i want|some) )*help( me)?( please)?
        ((and|so) )?what (can|do|could|will) {_YOU} (do|know|answer|tell me|help( me)? with)\
( for me| about)?
        what (can|could|should|shall|may) i (ask|say)( you)?( here)?
        what (questions|topics) (can|do|could) (i ask|you answer|you know|you cover)( you)?
        how (do (you|u) work|can (you|u) help( me)?|(do|can|should) i use {_YOU})
        can (you|u) help( me)?
        (tell|ask) me (something|anything)
        /(help|start)
    """,
    "greeting": f"""
        {_HELLO}{_THERE}( (how are (you|u)|what'?s up)( doing)?( today)?)?
        good (morning|afternoon|evening|day){_THERE}
        (what'?s|wass|wazz) ?up|sup
        how are (you|u|things)( doing)?( today)?
        how('s| is) it going
        (nice|pleased|good) to meet you
    """,
    "insult": f"""
        (you('re| are)?|u( r)?|this( bot)? is|that('s| is| was)) ((so|such|really|an?|very|just) )*\
{_RUDE}( bot| chatbot| machine| answer)?
        (you )?{_RUDE} (bot|chatbot|machine|thing|answer)
        (you |this (bot )?)?sucks?
        (you )?(idiot|moron|stupid|dumb|useless|dumbass|asshole|bastard|bitch)
        (what the )?fuck( you| off| this)?
        i hate (you|this)|damn( you| it)?|(bull)?shit|screw you|wtf|shut up|go to hell
        (bugger|piss) off|go away|get lost
    """,
    "assent": """
        ((ok(ay)?|okey|kk?|yes|yeah|yep|yup|no|nope|nah|sure|fine|right|alright|all right|cool\
|great|nice|wow|good|perfect|awesome|excellent|amazing|super|lol|(ha){2,}|(he){2,}|hm+|oh|ah|aha\
|i see|got it|understood|interesting|never ?mind|(good|nice) (job|bot|answer|one)|well done\
|no problem|my bad|sorry|you('re| are) welcome|not really|maybe|test|testing|very good|that helps\
|(that's|thats|that is) (it|right|great|good|nice|cool|correct|interesting|helpful))( |$))+
    """,
}
_INTENTS = {
    intent: re.compile("|".join(line.strip() for line in lines.strip().splitlines()))
    for intent, lines in _PATTERNS.items()
}
_SIGN = re.compile(r"[^\w\s'/]|_")
_LONGEST = 80


def recognise(message: str) -> Intent | None:
    """Return what kind of small talk `message` is; None if it is a question.

    A message without letters or digits ("👋", "?!") is a greeting.
    """
    bare = " ".join(_SIGN.sub(" ", fold(message)).split())
    if not bare.strip("'/ "):
        return "greeting" if message.strip() else None
    if len(bare) > _LONGEST:
        return None
    return next((intent for intent, pattern in _INTENTS.items() if pattern.fullmatch(bare)), None)
