"""Lists irregular forms of English verbs and nouns, which a stemmer does not know.

`IRREGULAR` maps a form to its lemma if a stemmer would not give both the same stem. It includes
forms that are often another word: "saw" the tool, "found" a company, "left", "felt", "lay". That
does little harm: questions and passages are analysed in the same way, so two words only share a
term.
"""

from __future__ import annotations

_VERBS = """
arise arose arisen; awake awoke awoken; bear bore borne; beat beaten; become became; begin began
begun; bend bent; bind bound; bite bit bitten; bleed bled; blow blew blown; break broke broken;
breed bred; bring brought; build built; burn burnt; buy bought; catch caught; choose chose chosen;
cling clung; come came; creep crept; deal dealt; dig dug; draw drew drawn; dream dreamt;
drink drank drunk; drive drove driven; eat ate eaten; fall fell fallen; feed fed; feel felt;
fight fought; find found; flee fled; fling flung; fly flew flown; forbid forbade forbidden;
forget forgot forgotten; forgive forgave forgiven; freeze froze frozen; get got gotten;
give gave given; go went gone; grind ground; grow grew grown; hang hung; hear heard; hide hid
hidden; hold held; keep kept; kneel knelt; know knew known; lay laid; lead led; lean leant;
leap leapt; learn learnt; leave left; lend lent; lie lain; light lit; lose lost; make made;
mean meant; meet met; mistake mistook mistaken; overcome overcame; overtake overtook overtaken;
pay paid; prove proven; ride rode ridden; ring rang rung; rise rose risen; run ran; say said;
see saw seen; seek sought; sell sold; send sent; sew sewn; shake shook shaken; shine shone;
shoot shot; show shown; shrink shrank shrunk; sing sang sung; sink sank sunk; sit sat;
slay slew slain; sleep slept; slide slid; smell smelt; sow sown; speak spoke spoken; speed sped;
spell spelt; spend spent; spill spilt; spin spun; spoil spoilt; spring sprang sprung; stand stood;
steal stole stolen; stick stuck; sting stung; strike struck stricken; string strung; strive strove
striven; swear swore sworn; sweep swept; swell swollen; swim swam swum; swing swung; take took
taken; teach taught; tear tore torn; tell told; think thought; throw threw thrown;
undergo underwent undergone; understand understood; undertake undertook undertaken;
wake woke woken; wear wore worn; weave wove woven; weep wept; win won; wind wound;
withdraw withdrew withdrawn; withstand withstood; write wrote written
"""

_NOUNS = """
man men; woman women; child children; person people; foot feet; tooth teeth; goose geese;
mouse mice; ox oxen; life lives; wife wives; knife knives; leaf leaves; half halves; wolf wolves;
shelf shelves; thief thieves; calf calves; loaf loaves; self selves; crisis crises; basis bases;
analysis analyses; thesis theses; hypothesis hypotheses; phenomenon phenomena;
criterion criteria; bacterium bacteria; medium media; datum data; index indices; matrix matrices;
vertex vertices; axis axes; alumnus alumni; fungus fungi; nucleus nuclei; radius radii;
stimulus stimuli; genus genera; curriculum curricula; memorandum memoranda; louse lice
"""

_RELATED = """
high height; long length; wide width; deep depth; strong strength; die death dead; born birth;
marry marriage; choose choice; lose loss; sell sale; grow growth; speak speech; give gift;
think thought; see sight; weigh weight; fly flight; true truth; warm warmth; poor poverty;
able ability; long lengthy; produce production; destroy destruction; describe description;
receive reception; believe belief; prove proof; live alive; begin beginning; win winner;
good better best; bad worse worst; far further furthest farther farthest
"""


def _forms(table: str) -> dict[str, str]:
    """Return form -> lemma for a table of entries "lemma form form" separated by ";"."""
    entries = [entry.split() for entry in table.replace("\n", " ").split(";")]
    return {form: lemma for lemma, *forms in entries for form in forms}


IRREGULAR: dict[str, str] = {**_forms(_RELATED), **_forms(_NOUNS), **_forms(_VERBS)}

PAST_FORMS: frozenset[str] = frozenset(_forms(_VERBS))
"""Past tenses and participles of irregular verbs: "kept"."""
