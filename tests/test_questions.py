"""A follow-up question and the turns before it become one complete question."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chatbot import passages
from chatbot.config import Settings
from chatbot.conversation import evidence, nouns, questions, subjects
from chatbot.errors import QuestionError
from chatbot.retrievers import Retriever, make
from chatbot.types import Article, Block, Question, Turn


def article(name: str, title: str, *paragraphs: str) -> Article:
    text, blocks = "", []
    for paragraph in paragraphs:
        text += "\n\n" if text else ""
        blocks.append(Block("paragraph", len(text), len(text) + len(paragraph)))
        text += paragraph
    return Article(name, title, text, tuple(blocks), source=f"{name}.md")


ARTICLES = [
    article(
        "router",
        "The Tarn 200 router",
        "To reset the router, hold the button on its back for ten seconds. A reset takes about "
        "four minutes, and the lamp turns green when it is over.",
        "The warranty of the Tarn 200 lasts three years. It covers the power supply and the "
        "aerials, but no damage by water.",
        "Updates are installed at night. The newest firmware is version 4.2, which was published "
        "on 3 May 2024.",
    ),
    article(
        "lovel",
        "Ada Lovel",
        "Ada Lovel was a British astronomer who was born in Whitby in 1871. Her father, a "
        "clockmaker named Josiah Lovel, taught her mathematics.",
        "Lovel discovered the comet Perrin in 1903 with a telescope that she had built herself. "
        "She published her book Silent Skies in 1911.",
        "In 1899 she married the painter Hugo Brandt. Brandt died in 1920 in Vienna, where he had "
        "taught drawing.",
    ),
    article(
        "harbour",
        "The Last Harbour",
        "The Last Harbour is a 2016 drama film by the director Ines Calder. It stars Tom Reyes as "
        "a lighthouse keeper who loses his sight.",
        "The Last Harbour was filmed in Porto on a budget of $4 million. Calder, 41, wrote the "
        "script in three weeks.",
        "The film won the Silver Heron at the festival of Ghent in 2017.",
    ),
    article(
        "glass",
        "Glass Summer",
        "Glass Summer is a comedy of 2019 directed by Paul Ostrander. It stars Nina Falk as a "
        "swimming teacher.",
        "Glass Summer was made on a budget of $9 million and was filmed in Lisbon.",
    ),
    article(
        "brennstadt",
        "Brennstadt",
        "Brennstadt is a city on the river Ulm. Its mayor is Clara Henning, who was elected in "
        "2021.",
        "The cathedral of Brennstadt was built between 1250 and 1390. Its tower is 98 metres high.",
        "A day ticket costs 6 euros. In 2022 trams carried 31 million people, in 2023 they carried "
        "35 million.",
        "The Ulm flood destroyed the bridge in 1784. Its Tarn Falls are the highest of the land.",
    ),
    article(
        "night",
        "A Night in Porto",
        "A Night in Porto is a novel by Ines Calder. The Porto girl is a sailor.",
    ),
]
DIRECTED = Turn(
    "Who directed The Last Harbour?",
    "The Last Harbour is a 2016 drama film by the director Ines Calder.",
)
MARRIED = Turn("Who did Ada Lovel marry?", "In 1899 she married the painter Hugo Brandt.")


def proposed(asked: str, history: Sequence[Turn], retriever: Retriever) -> Question:
    """Return the likeliest reading that a rule proposes, or else the visitor's own words."""
    return questions.understand(asked, history, index=retriever)[:2][-1].question


def taken(asked: str, history: Sequence[Turn], retriever: Retriever) -> Question:
    """Return the reading with the most evidence."""
    readings = questions.understand(asked, history, index=retriever)
    found = [retriever.search(reading.question, evidence.HITS) for reading in readings]
    best = evidence.surest(evidence.evidence(readings, found, retriever.idf))
    return readings[best].question


@pytest.fixture(scope="module")
def retriever() -> Retriever:
    cut = [passage for a in ARTICLES for passage in passages.cut(a, 20, 220)]
    return make(Settings(), cut)


@pytest.mark.parametrize(
    ("before", "asked", "understood"),
    [
        # "It" refers to a thing, "he" and "she" to a person. The person gets the surname if the
        # articles mostly use that.
        ([DIRECTED], "Where was it filmed?", "Where was The Last Harbour filmed?"),
        ([DIRECTED], "How old is she?", "How old is Calder?"),
        ([MARRIED], "Where did he die?", "Where did Hugo Brandt die?"),
        (["Where was Ada Lovel born?"], "What was her book?", "What was Ada Lovel's book?"),
        (["Where was Ada Lovel born?"], "Who met her when?", "Who met Ada Lovel when?"),
        (["Where was Ada Lovel born?"], "When was her Silver Heron lost?",
         "When was Ada Lovel's Silver Heron lost?"),
        (["Who stars in Glass Summer?"], "and its budget?", "What is Glass Summer's budget?"),
        (["Who stars in Glass Summer?"], "And where was it filmed?",
         "where was Glass Summer filmed?"),
        (["What is the newest firmware?"], "When was it published?",
         "When was the newest firmware published?"),
        ([Turn("Who won best actress at the show?", "Ines Calder did.", "Ines Calder")],
         "and best actor?", "Who won best actor at the show?"),
        # "There" and "that film" stay; what they refer to is added in brackets.
        (["When was the cathedral of Brennstadt built?"], "Who is the mayor there?",
         "Who is the mayor there (Brennstadt)?"),
        (["Who stars in Glass Summer?"], "Who directed that film?",
         "Who directed that film (Glass Summer)?"),
        ([DIRECTED], "What did that director write?", "What did that director write (Calder)?"),
        ([DIRECTED, "How old is she?", Turn("What did she win?", "Calder beat Hugo Brandt.")],
         "What did that director write?", "What did that director write (Calder)?"),
        ([DIRECTED, "How old is she?"], "When was this film shot?",
         "When was this film shot (The Last Harbour)?"),
        # A guild is no person, whether the question or the name says so.
        ([Turn("Which guild gave Hugo Brandt a prize?", "Calder Writers gave Hugo Brandt a prize.",
               "Calder Writers")], "Where did he die?", "Where did Hugo Brandt die?"),
        (["When did Hugo Brandt leave Calder Guild?"], "Where is that picture of his?",
         "Where is that picture of Hugo Brandt's?"),
        # A common noun, as on a help page, replaces the one in the last question.
        (["How much is a day ticket?"], "and a child's ticket?", "How much is a child's ticket?"),
        (["How much is a day ticket?"], "and the trams?", "How much are the trams?"),
        (["Where do I leave the key?"], "What about the ticket?", "Where do I leave the ticket?"),
        (["Can I change the lamp's colour?"], "and the brightness?",
         "Can I change the lamp's brightness?"),
        (["Can I change the lamp's colour?", "and the brightness?"], "Does it blink?",
         "Does the lamp blink?"),
        (["Where is the tower?"], "and the price?", "What is the price of the tower?"),
        (["How much is a day ticket?", "and the trams?"], "Where do they go?",
         "Where do the trams go?"),
        (["Who repairs the aerials?"], "What do they cost?", "What do the aerials cost?"),
        # Neither a verb nor a distance is the noun that "it" refers to.
        (["How is the lamp turned on?", "How far do you come?"], "And if it turns green?",
         "And if the lamp turns green?"),
        (["Where is Ada Lovel buried?"], "What about Lord Quorvex?",
         "Where is Lord Quorvex buried?"),
        ([Turn("Who will guide us?", "Our guides Hugo Brandt and Ada Lovel take groups.",
               "Hugo Brandt and Ada Lovel")], "Do they speak English?",
         "Do Hugo Brandt and Ada Lovel speak English?"),
        # A name keeps its article.
        (["How high is the Silver Heron?"], "Who won it?", "Who won the Silver Heron?"),
        # "It" is the one that was chosen; "which one" asks for another one of the kind.
        ([Turn("Which ticket is cheap?", "A day ticket is cheap.", "A day ticket")],
         "Where do I get it?", "Where do I get the day ticket?"),
        ([Turn("Which ticket is cheap?", "A day ticket is cheap.", "A day ticket")],
         "and which one lasts longer?", "and which one lasts longer (ticket)?"),
        # Another time is added. "Who did that?" does not repeat the words of a "when" question.
        (["Where is the key kept?"], "and today?", "Where is the key kept today?"),
        (["How many people did trams carry in 2022?"], "What about the year before?",
         "How many people did trams carry in 2022 (the year before)?"),
        (["When was Brennstadt destroyed?"], "Who did that?",
         "Who did that (Brennstadt destroyed)?"),
        (["Where is the lamp?"], "What is it used for?", "What is the lamp used for?"),
        # "How much is that?" asks about what the last question says.
        (["Can I bring my dog?"], "how much is that?", "how much is that (I bring my dog)?"),
        # A noun alone asks about the subject, a question word alone about the last question.
        (["Who stars in Glass Summer?"], "budget?", "What is the budget of Glass Summer?"),
        (["Who stars in Glass Summer?"], "and the director?",
         "Who is the director of Glass Summer?"),
        (["What did Ada Lovel discover?"], "when was that?", "when did Ada Lovel discover that?"),
        (["Did The Last Harbour win an award?"], "When?",
         "When did The Last Harbour win an award?"),
        (["Who won the Silver Heron?"], "why?", "why (won the Silver Heron)?"),
        (["Where are conversations kept?"], "for how long?",
         "for how long are conversations kept?"),
        (["What time does the boat leave?"], "where?", "where does the boat leave?"),
        (["How old is the router?"], "why?", "why (the router)?"),
        (["Which film did Ines Calder make?"], "why?", "why did Ines Calder make that film?"),
        (["Who is the star of Glass Summer?"], "why?", "why (the star of Glass Summer)?"),
        # The person in the question stays the subject, whoever the answer names.
        ([Turn("Who is Ada Lovel?", "In 1899 Ada Lovel married Hugo Brandt.")],
         "Where did she die?", "Where did Ada Lovel die?"),
        (["Is the tower high?", "Does it have bells?"], "How old is it?", "How old is the tower?"),
        # A question word may have a preposition. Brackets are never nested.
        (["Where is Ada Lovel buried?"], "since when?", "since when is Ada Lovel buried?"),
        (["Who won the Silver Heron?", "why?"], "for how long?",
         "for how long (won the Silver Heron)?"),
        # Pointers: "that" before a particle, and "of them", which never refers to a single name.
        (["Are updates installed at night?"], "Can I turn that off?",
         "Can I turn that off (updates installed at night)?"),
        (["Does it cover the aerials?"], "How many of them are broken?",
         "How many of them are broken (the aerials)?"),
        # Persons need "who", plurals need "are". The verb after "who" is no subject.
        (["When was Ada Lovel born?"], "and her children?", "Who are Ada Lovel's children?"),
        (["Who sang?", "Who won Super Bowl 50?"], "Where was it played?",
         "Where was Super Bowl 50 played?"),
        # A capital at the start of a sentence does not make a name.
        ([Turn("What is the warranty?", "Power is not covered.")], "How long is it?",
         "How long is the warranty?"),
        # Another subject or another time replaces only that part of the question.
        (["Is there news of Glass Summer?"], "and the 2016 one?", "Is there news of 2016?"),
        (["What was the budget of The Last Harbour?"], "and Glass Summer's?",
         "What was the budget of Glass Summer?"),
        (["What was the budget of The Last Harbour?"], "What about Glass Summer?",
         "What was the budget of Glass Summer?"),
        (["How many people did trams carry in 2022?"], "in 2023?",
         "How many people did trams carry in 2023?"),
        (["Is the tower open in winter?"], "and without a ticket?",
         "Is the tower open in winter without a ticket?"),
        # The subject stays the same over several turns.
        (["Who stars in Glass Summer?", "and the director?"], "What is its budget?",
         "What is Glass Summer's budget?"),
        # "For teachers" replaces "for students"; "under water" is added to "without a ticket".
        (["Is there a discount for students?"], "and for teachers?",
         "Is there a discount for teachers?"),
        (["Does it work without a ticket?"], "and under water?",
         "Does it work without a ticket under water?"),
        (["Does it run on my telephone?"], "what about Lisbon?", "Does it run on Lisbon?"),
        # "What's" begins a question. "What time" is not the subject of a conversation.
        (["Where is the lamp?", "what's the budget of Glass Summer?"], "and The Last Harbour's?",
         "what's the budget of The Last Harbour?"),
        (["Where is the lamp?", "What time do you open?"], "Does it blink?",
         "Does the lamp blink?"),
        # A surname refers to the person whose full name was mentioned.
        (["How high is the tower?", Turn("Who built it?", "Hugo Brandt built it.", "Hugo Brandt"),
          "When was Brandt born?"], "Is it closed?", "Is the tower closed?"),
        # "It" does not refer to a place in an answer once there is another subject; "there" may.
        ([Turn("Where is the mayor?", "She is in Lisbon.", "Lisbon"), "How fast is the tram?"],
         "How often does it run?", "How often does the tram run?"),
        (["Where is the tower?"], "Who died there?", "Who died there (the tower)?"),
        # "They" refers to things with an owner, or to the last plural.
        (["What did Hugo Brandt do?", "When are his walks?", "What do they cost?"],
         "How long are they?", "How long are Hugo Brandt's walks?"),
        (["Where are the trams?", "Who is Ada Lovel?", "Who saw her in paintings?"],
         "How long are they?", "How long are the trams?"),
        (["When can I see puffins?"], "how many are there?", "how many puffins are there?"),
        (["Which lamps did they use?"], "until when?", "until when did they use those lamps?"),
        # "It" refers to a new thing, whatever was named before.
        (["Who directed Glass Summer?", "Is there a ferry?"], "When does it leave?",
         "When does the ferry leave?"),
        (["Who directed Glass Summer?", "How do I reset the router?"], "Does it need a key?",
         "Does the router need a key?"),
        (["Can I go by tram?"], "How often does it run?", "How often does the tram run?"),
        (["Who directed Glass Summer?", "Who plays the teacher?"], "Where was it filmed?",
         "Where was Glass Summer filmed?"),
        # "It" is none of several things, "which one" is one of them, and "how many" asks for their
        # number.
        ([DIRECTED, Turn("What did she win?", "Calder won the Silver Heron and the Grand Ulm.",
                         "the Silver Heron and the Grand Ulm")],
         "Where was it filmed?", "Where was The Last Harbour filmed?"),
        ([Turn("Which films did Calder make?", "Calder made Glass Summer.", "Glass Summer")],
         "Which one is short?", "Which one is short (films)?"),
        (["Which films did Calder make?"], "how many?", "how many films did Calder make?"),
        # "It" is no nation, language, day or people, nor a name in an answer that says how.
        (["Who is Hugo Brandt?", "Can I read that in German?"], "Who helped him?",
         "Who helped Hugo Brandt?"),
        (["Can I read this in German?"], "Who wrote it?", None),
        ([Turn("How do I reset the router?", "Hold Lamp Control.", "Lamp Control")],
         "How long does it take?", "How long does it take (I reset the router)?"),
        (["Where is the lamp?", "Is the tower open on Sundays?"], "Is it free?",
         "Is the tower free?"),
        (["How many people died?"], "Which ship was it?", None),
        # In a question about what the visitor does, another thing is added in brackets.
        (["Do I need to book?"], "what about school classes?",
         "Do I need to book (school classes)?"),
        (["Which version do I need?"], "and Lisbon?", "Which version do I need (Lisbon)?"),
        (["When did the light become electric?"], "when was it automated?",
         "when was the light automated?"),
        # The articles show who is "he", "she" or "it": Calder is 41, and Lovel is called "she".
        ([DIRECTED, "What did Calder win?"], "Where was it filmed?",
         "Where was The Last Harbour filmed?"),
        (["Who stars in Glass Summer?", "Did Lovel see it?"], "When did she die?",
         "When did Lovel die?"),
        # "They" are two persons; "he" is the one whom the visitor called "he" before.
        (["Where did Ada Lovel live?", MARRIED], "How long were they together?",
         "How long were Ada Lovel and Hugo Brandt together?"),
        ([MARRIED, "Where did he die?", "Who was Tom Reyes?", "How long were they friends?"],
         "What did he teach?", "What did Hugo Brandt teach?"),
        (["When did Hugo Brandt die?", "What did he teach?",
          Turn("Who stars in Glass Summer?", "It stars Tom Reyes.", "Tom Reyes"),
          "Where was it filmed?"],
         "Where is he buried?", "Where is Hugo Brandt buried?"),
        # A full name is preferred to a year, and to words that are no name in the articles.
        (["Hugo Brandt", "Power supply"], "Where did he die?", "Where did Hugo Brandt die?"),
        (["Nina Falk", "1945-63"], "What did she do?", "What did Nina Falk do?"),
        # Several persons are neither "he" nor "she"; a wife is "she".
        ([Turn("Who are Ada Lovel's parents?", "Josiah Lovel taught her.", "Josiah Lovel")],
         "Where did she die?", "Where did Ada Lovel die?"),
        (["When did Hugo Brandt die?", Turn("Who was his wife?", "It was Nina Falk.", "Nina Falk")],
         "What did he teach?", "What did Hugo Brandt teach?"),
        (["When did Hugo Brandt die?",
          Turn("Of what?", "He died with his sister Nina Falk.", "sister Nina Falk")],
         "What did he teach?", "What did Hugo Brandt teach?"),
        # "It" does not refer to a name that an answer only mentions.
        ([Turn("What did Calder win?", "Calder won the Silver Heron in Porto.")],
         "Where was it filmed?", None),
        # "He" stays the person who did something, not a companion in the answer.
        (["When did Hugo Brandt die?",
          Turn("Who did he teach with?", "He taught with Tom Reyes.", "Tom Reyes")],
         "Where is he buried?", "Where is Hugo Brandt buried?"),
        # Names of several words stay whole: a title, a name with its noun, a king with his number.
        (["Who wrote A Night in Porto?"], "When was it published?",
         "When was A Night in Porto published?"),
        ([Turn("What was her book called?", "Her book Silence in Space sold well.",
               "Silence in Space")],
         "When was it published?", "When was Silence in Space published?"),
        (["When was the Ulm flood?"], "How high was it?", "How high was the Ulm flood?"),
        ([Turn("Who ruled Brennstadt?", "Hugo II ruled Brennstadt.", "Hugo II")],
         "Where did he die?", "Where did Hugo II die?"),
        # "That" is what was done, together with the person who did it if the answer has one.
        ([Turn("Who ruled Brennstadt?", "Hugo II ruled Brennstadt.", "Hugo II")],
         "When was that?", "When was that (Hugo II ruled Brennstadt)?"),
        (["What did Ada Lovel say about Brandt?"], "why?",
         "why did Ada Lovel say that about Brandt?"),
        # A place with its own article stays the subject.
        (["Who lives in Brennstadt?", "Where is the tower?"], "and the mayor?",
         "Who is the mayor of Brennstadt?"),
        ([Turn("Where is the tower?", "The tower is in Porto.", "Porto")], "How high is it?",
         "How high is the tower?"),
        (["Who stars in Glass Summer?", "Budget?"], "Who directed it?",
         "Who directed Glass Summer?"),
        # "They" are the things that were counted; "which" asks for one of a plural.
        (["How high is Glass Summer?", "How many stars does it have?"], "What do they mean?",
         "What do the stars mean?"),
        (["How many parks does Brennstadt have?"], "Which is the largest?",
         "Which is the largest (parks)?"),
        (["Which is the largest park of Brennstadt?"], "and the smallest?",
         "Which is the smallest park of Brennstadt?"),
        ([Turn("What is the capital of Brennstadt?", "Its capital is Porto.", "Porto")],
         "and its largest bridge?", "What is Brennstadt's largest bridge?"),
        # "It" refers to a new thing, even in a question about a person.
        (["Where is the tower?", "When did Ada Lovel die?", "Did she write a book?"],
         "What's it called?", "What's the book called?"),
        (["What did Ada Lovel say about Brandt?"], "about what?",
         "about what did Ada Lovel say about Brandt?"),
        ([Turn("When does the bus go?", "It goes from May to October.", "May to October")],
         "How much is it?", "How much is the bus?"),
        ([Turn("Who saved Hugo Brandt?", "The Calder Trust saved him.", "The Calder Trust")],
         "What did he paint?", "What did Hugo Brandt paint?"),
        # If "it" is unknown, it stays so, whatever names the answer or the question has.
        ([Turn("Is it free?", "It is sold in Porto by Nina Falk.")], "Who wrote it?", None),
        (["How do I embed it in my page?"], "How big is it?", None),
        (["Can I put the lamp on the left?"], "Does it blink?", "Does the lamp blink?"),
        (["Are updates installed at night?", "since when?"], "Can I turn that off?",
         "Can I turn that off (updates installed at night)?"),
        (["Who wrote A Night in Porto?", "Who is the Porto girl?"], "When was it published?",
         "When was A Night in Porto published?"),
        (["How many tickets did Glass Summer sell in the USA?"], "and in Brennstadt?",
         "How many tickets did Glass Summer sell in Brennstadt?"),
        (["Who is Hugo Brandt?", Turn("Did he have sisters?", "He had Nina Falk.", "Nina Falk")],
         "When did they die?", "When did the sisters die?"),
        ([Turn("Which awards did Calder win?", "Calder won the Grand and Best Awards.",
               "the Grand and Best Awards")], "Where was it filmed?", None),
        # The same noun again repeats the last question.
        (["Does the lamp need aerials?"], "what about the aerials?",
         "Does the lamp need aerials?"),
        # A name before a plural ("Porto films") is not the subject.
        (["Who directed Glass Summer?", "Are there other Porto films?"], "How long is it?",
         "How long is Glass Summer?"),
        # Another ordinal, or another adjective with "one", replaces the one before.
        (["Who was the first mayor of Brennstadt?"], "and the second?",
         "Who was the second mayor of Brennstadt?"),
        (["Who is the mayor?"], "and the first one?", "Who is the first mayor?"),
        (["How much is a small lamp?"], "and a large one?", "How much is a large lamp?"),
        (["What do the red lamps cost?"], "and the blue ones?", "What do the blue lamps cost?"),
        # A verb is recognised by its form, and a year is not a thing that "it" refers to.
        (["Who helps if my router gets broken?"], "Can I insure it?", "Can I insure the router?"),
        (["How many lamps were sold in 2023?"], "When was it founded?", None),
        # A statement by the visitor is no follow-up question, and "there" is no group.
        (["Can I bring my dog?"], "I lost my towel", None),
        (["Do small kids pay?"], "How do I get there?", None),
        (["When did the Ulm flood reach Lisbon?"], "and Porto?",
         "When did the Ulm flood reach Porto?"),
        (["Can I swim in Brennstadt?"], "and the mayor?", "Who is the mayor of Brennstadt?"),
        ([Turn("What is the capital of Brennstadt?", "Its capital is Porto.", "Porto")],
         "and the largest bridge?", "What is the largest bridge of Brennstadt?"),
        (["Is water bad for aerials?"], "and oil?", "Is oil bad for aerials?"),
        # "They" refers to the last plural; "their" may refer to those whom the question asks for.
        (["How long are the Tarn Falls?", Turn("Where are they?", "Near Porto.", "Porto")],
         "How high are they?", "How high are the Tarn Falls?"),
        (["How do the aerials work?", "Who invented the lamp?"], "Can I paint them?",
         "Can I paint the aerials?"),
        (["When was the Ulm flood?"], "How many lost their tower?",
         "How many lost their tower (the Ulm flood)?"),
        # A day replaces a day, and "on a watch" replaces "on a telephone".
        (["When do you open on saturday?"], "and on sunday?", "When do you open on sunday?"),
        (["Does it run on a telephone?"], "and on a watch?", "Does it run on a watch?"),
        (["Is the tower open in winter?"], "and in Porto?",
         "Is the tower open in winter in Porto?"),
        (["Is the tower open on sundays?"], "and in summer?",
         "Is the tower open on sundays in summer?"),
        # "Dr." is part of the name, and "it" is not what it has.
        ([Turn("Who runs the clinic?", "Dr. Hugo Brandt runs it.", "Dr. Hugo Brandt")],
         "When was he born?", "When was Dr. Hugo Brandt born?"),
        (["Where is the lamp?", Turn("What make is it of?", "It is a Tarn.", "Tarn")],
         "Who built it?", "Who built the lamp?"),
        (["How high is Glass Summer?",
          Turn("What prize did it win?", "It won the Silver Heron.", "the Silver Heron")],
         "Who directed it?", "Who directed Glass Summer?"),
        (["Where is the lamp?", Turn("What is it called?", "It is called Tarn.", "Tarn")],
         "Who built it?", "Who built Tarn?"),
        # A person marked without his office, a person known by the surname, a thing mentioned
        # again.
        ([Turn("Who is it?", "Mayor Hugo Brandt is it.", "Hugo Brandt")],
         "Where did he die?", "Where did Hugo Brandt die?"),
        ([DIRECTED, "How old is she?"], "and Reyes?", "How old is Reyes?"),
        (["How big is the lamp?", "Who stars in Glass Summer?", "Where is the lamp?"],
         "Does it blink?", "Does the lamp blink?"),
        (["Do you have house keys?"], "What do they cost?", "What do house keys cost?"),
        (["When were the tarn falls found?"], "How high are they?",
         "How high are the tarn falls?"),
        (["Will the tower be closed?"], "Is it high?", "Is the tower high?"),
        # A kind that was asked for before; one thing, although several were mentioned since.
        (["Which lamp is green?", "Does it blink?"], "which came second?",
         "which came second (lamp)?"),
        (["Where is the lamp?", "How many trams are there?", "and tickets?"], "How big is it?",
         "How big is the lamp?"),
        (["How much is Glass Summer?"], "and the Harbour One?", "How much is the Harbour One?"),
        # If a statement comes before a question, the question is about its subject.
        (["My dog needs a key, may it come?"], "what about water?",
         "My dog needs a key, may it come (water)?"),
        (["My dog needs a key, may it come?"], "Where can it sleep?",
         "Where can the dog sleep?"),
        (["Can I bring a dog?"], "why not?", "why can I not bring a dog?"),
        (["How do I get to Porto?"], "how long does it take?",
         "how long does it take (I get to Porto)?"),
        (["What prize did Calder win?"], "Where?", "Where did Calder win that prize?"),
        (["Which film did Ada Lovel make with Calder?"], "was that good?",
         "was that good (Which film did Ada Lovel make with Calder)?"),
        (["What happens when the lamp turns green?"], "Which one breaks?",
         "Which one breaks (the lamp turns green)?"),
        # Names need no capitals in a question if the articles capitalise them.
        (["who directed glass summer?"], "where was it filmed?", "where was glass summer filmed?"),
    ],
)  # fmt: skip
def test_a_follow_up_is_understood_in_full(
    retriever: Retriever, before: list[Turn | str], asked: str, understood: str | None
) -> None:
    """Pronouns, pointers and ellipses are filled in from earlier questions and answers."""
    history = [turn if isinstance(turn, Turn) else Turn(turn) for turn in before]
    assert proposed(asked, history, retriever).understood_as == understood


@pytest.mark.parametrize(
    ("before", "asked"),
    [
        (["Who directed Glass Summer?"], "How long does the warranty of the Tarn 200 last?"),
        (["How do I reset the router?"], "What did Ada Lovel discover in 1903?"),
        (["What was the budget of The Last Harbour?"], "Who directed Glass Summer?"),
        (["What was the budget of The Last Harbour?"], "Glass Summer"),
        (["Where was Ada Lovel born?"], "When did Brandt die in the city where he taught drawing?"),
        ([], "How old is he?"),
        (["How do I reset the router?"], "Where do I report a bug?"),
    ],
)
def test_own_words_that_suffice_carry_nothing(
    retriever: Retriever, before: list[str], asked: str
) -> None:
    """A question that depends on nothing is not changed, whatever was asked before."""
    history = [Turn(question) for question in before]
    assert taken(asked, history, retriever) == Question(asked)


def test_a_new_topic_drops_the_old(retriever: Retriever) -> None:
    """After a question about another article, a pronoun refers to a name in that question."""
    history = [Turn("Who directed The Last Harbour?"), Turn("Who stars in Glass Summer?")]
    understood = taken("Where was it filmed?", history, retriever)
    assert understood.understood_as == "Where was Glass Summer filmed?"
    assert retriever.search(understood, 1)[0].passage.article == "glass"


def test_it_of_another_article_leaves_the_topic(retriever: Retriever) -> None:
    """If "it" refers to a thing in another article, that article is found, whatever came before."""
    history = [Turn("Who directed Glass Summer?"), Turn("How do I reset the router?")]
    understood = proposed("Does it need a key?", history, retriever)
    assert understood.understood_as == "Does the router need a key?"
    assert retriever.search(understood, 1)[0].passage.article == "router"


def test_a_turn_without_answer_poisons_nothing(retriever: Retriever) -> None:
    """A thing that no article has is never the subject; the earlier subject stays."""
    history = [DIRECTED, Turn("What is the airspeed of a Quorvex?")]
    understood = proposed("Where was it filmed?", history, retriever)
    assert understood.understood_as == "Where was The Last Harbour filmed?"
    history = [
        Turn("How do I reset the router?", "To reset the router, hold the button on its back."),
        Turn("How heavy is the quorvex?"),
    ]
    understood = proposed("How long does it take?", history, retriever)
    assert understood.understood_as == "How long does the router take?"


def test_why_is_asked_about_what_was_answered(retriever: Retriever) -> None:
    """A bare "when?" refers to the last question with an answer, "and its ...?" to the last one."""
    failed = Turn("How long is The Last Harbour?")
    answered = Turn("Where was Glass Summer filmed?", "Glass Summer was filmed in Lisbon.")
    when = proposed("When?", [answered, failed], retriever)
    assert when.understood_as == "When was Glass Summer filmed?"
    swapped = proposed("And Glass Summer?", [answered, failed], retriever)
    assert swapped.understood_as == "How long is Glass Summer?"


@pytest.mark.parametrize("name", ["Brennstadt", "brennstadt"])
def test_a_name_alone_is_a_new_subject(retriever: Retriever, name: str) -> None:
    """A name alone, with capitals or not, is a question about that name."""
    history = [Turn("Who stars in Glass Summer?")]
    assert taken(name, history, retriever).understood_as is None


def test_a_given_name_weighs_little(retriever: Retriever) -> None:
    """In a person's name that was filled in, the surname counts most: articles use it alone."""
    understood = proposed("How old is she?", [DIRECTED], retriever)
    weights = dict(understood.context)
    assert weights["Ines"] < weights["Calder"] < 1


def test_the_first_one_is_the_first_of_the_last_answer(retriever: Retriever) -> None:
    """An ordinal refers to the names in the last answer."""
    history = [Turn("Which films are there?", "There are Glass Summer and The Last Harbour.")]
    understood = proposed("Who directed the first one?", history, retriever)
    assert "Glass Summer" in (understood.understood_as or "")


def test_the_short_answer_is_the_next_subject(retriever: Retriever) -> None:
    """Among the names in an answer, "it" refers to the one that was asked for."""
    history = [
        Turn(
            "Which film beat The Last Harbour?",
            "At the Silver Heron in Brennstadt, Glass Summer by Ada Lovel beat The Last Harbour.",
            "Glass Summer",
        )
    ]
    understood = proposed("What was its budget?", history, retriever)
    assert understood.understood_as == "What was Glass Summer's budget?"


def test_a_name_in_a_long_short_answer_is_not_it(retriever: Retriever) -> None:
    """A name inside a long short answer is not what was asked for."""
    marked = "turn it off in the menu of the Tarn 200"
    history = [Turn("How do I stop the lamp?", f"You {marked}.", marked)]
    understood = proposed("Can it blink?", history, retriever)
    assert understood.understood_as == "Can the lamp blink?"


def test_he_is_not_whom_the_visitor_calls_she(retriever: Retriever) -> None:
    """A person whom the visitor called "she" is never "he" later."""
    history = [
        Turn("Where was Ada Lovel born?"),
        Turn("Who did she marry?", "In 1899 she married the painter Hugo Brandt."),
    ]
    understood = proposed("When did he die?", history, retriever)
    assert understood.understood_as == "When did Hugo Brandt die?"


def test_a_name_of_common_words_is_no_person(retriever: Retriever) -> None:
    """In an answer, "she" is no name that begins with a common word."""
    history = [Turn("Who wrote it?", "Of all who tried, Film Night took Ines Calder longest.")]
    understood = proposed("How old is she?", history, retriever)
    assert understood.understood_as == "How old is Calder?"


def test_they_are_no_place(retriever: Retriever) -> None:
    """The word "they" does not refer to the place that answered a "where" question."""
    history = [
        Turn(
            "Where did the painter die?",
            "Brandt died in 1920 in Vienna, where he had taught drawing.",
            "Vienna",
        )
    ]
    understood = proposed("What did they teach?", history, retriever)
    assert understood.understood_as == "What did Brandt teach?"


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("Does the chat set cookies?", "the chat"),
        ("How long does the power supply last?", "the power supply"),
        ("Where does the couple marry?", "the couple"),
        ("Is the tower high?", "the tower"),
        ("Who repairs the aerials?", "the aerials"),
        ("How do I put the chat on my page?", "the chat"),
        ("Are updates installed at night?", "updates"),
        ("Where are conversations kept?", "conversations"),
        ("Can children come along?", "children"),
        ("Do you take cards?", "cards"),
        ("How much are children's bikes?", "children's bikes"),
        ("What was night ferry's budget?", "night ferry"),
        ("Is the tour cheaper for kids?", "the tour"),
        ("The chain broke, who can help me?", "the chain"),
        ("Can I keep the bike overnight?", "the bike"),
        ("Who will guide us?", None),
        ("Which film won?", "film"),
        ("Who else won?", None),
        ("How do I see what was asked?", None),
        ("What feed do they need?", "feed"),
        ("What do I have to pay?", None),
        ("How far is it?", None),
        ("Is it open?", None),
    ],
)
def test_a_question_is_about_a_noun(question: str, about: str | None) -> None:
    """The subject of a question has no verb in it, and is not the place where it is."""
    assert nouns.phrase(question) == about


@pytest.mark.parametrize(
    "asked",
    ["Where can I park?", "Can I bring my children?", "Is the tower closed?"],
)
def test_nothing_is_added_to_what_says_enough(retriever: Retriever, asked: str) -> None:
    """Nothing is added to a question about the visitor, or with a noun mentioned before."""
    history = [Turn("How high is the tower?"), Turn("When was Hugo Brandt born?")]
    assert taken(asked, history, retriever).understood == asked


def test_what_is_mine_is_no_name(retriever: Retriever) -> None:
    """A word that only the articles capitalise is a name, but not after "my" or "a"."""
    found = {asked: subjects.in_question(asked, retriever.naming) for asked in
             ("is harbour lit?", "is my harbour lit?", "is a harbour lit?")}  # fmt: skip
    assert [asked for asked, names in found.items() if names] == ["is harbour lit?"]


def test_it_that_rains_means_nothing(retriever: Retriever) -> None:
    """In "is it raining?", "it" refers to nothing in the conversation."""
    found = taken("What if it rains?", [DIRECTED], retriever)
    assert "it rains" in found.understood


def test_then_may_mean_nothing(retriever: Retriever) -> None:
    """ "Then" at the end of a complete question refers to nothing."""
    understood = taken("Who directed Glass Summer then?", [DIRECTED], retriever)
    assert understood.understood_as is None


def test_filled_in_words_weigh_less_than_typed_ones(retriever: Retriever) -> None:
    """The visitor's own words have weight 1; words that were filled in have less."""
    understood = proposed("Where was it filmed?", [DIRECTED], retriever)
    weights = retriever.weights(understood)
    assert weights["film"] == 1
    assert 0 < weights["harbour"] < 1


def test_follow_ups_find_the_article_of_the_conversation(retriever: Retriever) -> None:
    """A question that fits several articles is answered from the conversation's article."""
    for name, subject in (("glass", "Glass Summer"), ("harbour", "The Last Harbour")):
        history = [Turn(f"Who directed {subject}?")]
        understood = taken("What was the budget?", history, retriever)
        assert retriever.search(understood, 1)[0].passage.article == name


@pytest.mark.parametrize("text", ["", " \n\t", "x" * (questions.MAX_LENGTH + 1)])
def test_what_cannot_be_asked_is_refused(text: str) -> None:
    """An empty question, or one that is too long, is an error that says so."""
    with pytest.raises(QuestionError, match=r"empty|allowed"):
        questions.understand(text)


@given(st.text(min_size=1, max_size=60), st.lists(st.text(max_size=60), max_size=4))
@example("OF:0;0:b:0", ["0"])  # no name is empty
@example("0", ['"', '"'])
@example("the last one", ["Where is the lamp?"])  # nothing is listed
def test_any_text_after_any_text_is_understood(
    retriever: Retriever, text: str, before: list[str]
) -> None:
    """No history causes an error, and the visitor's own words are not changed."""
    if not text.strip():
        return
    understood = taken(text, [Turn(q, q) for q in before], retriever)
    assert understood.text == " ".join(text.split())
    assert all(0 < weight <= 1 for _, weight in understood.context)
    retriever.search(understood, 3)


def test_a_name_that_no_article_has_is_a_topic_of_its_own(retriever: Retriever) -> None:
    """Nothing is filled into a question about something unknown."""
    asked = "Who painted Guernica?"
    assert taken(asked, [DIRECTED], retriever) == Question(asked)


@pytest.mark.parametrize("asked", ["Wo ist das Kino?", "Quel est le budget ?", "كم سعر التذكرة؟"])
def test_nothing_is_filled_into_other_languages(retriever: Retriever, asked: str) -> None:
    """Questions in other languages are not completed, since the rules are for English."""
    assert taken(asked, [DIRECTED], retriever) == Question(asked)


def test_who_is_told_of_in_the_same_breath(retriever: Retriever) -> None:
    """A pronoun refers to a person whom its own question names before it."""
    asked = "And the director of The Last Harbour, how old is she?"
    understood = taken(asked, [DIRECTED], retriever)
    assert understood.understood_as is None
