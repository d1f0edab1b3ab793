"""Words that people use for one another when they ask, and the owner's own.

The groups are few and common on purpose: what helps visitors of help pages and news find the
word that the article has. A word may be in several groups; it is not the same as those of its
groups, only a likely other way to say it, and counts less than the word itself.
"""

from __future__ import annotations

from collections.abc import Iterable

from chatbot.language.text import terms

GROUPS = """
film movie picture; cinema theater theatre; actor actress star performer; cast role character part
play; book novel; song track; album record; music tune; show series program programme; author
writer; director filmmaker; photo photograph picture image; video clip footage; drawing sketch
illustration; newspaper paper journal; article story report post; game match; team club side squad
cost price fee charge budget; pay spend; buy purchase acquire; sell market; money cash fund; cheap
inexpensive affordable; expensive costly; free complimentary; salary wage pay income earning; profit
gain; debt loan; tax duty levy; rich wealthy; poor needy; refund reimburse; bill invoice
delete remove erase discard; cancel stop end terminate; create make build produce generate; add
insert include append; change modify alter edit adjust; replace swap substitute; copy duplicate
clone; move transfer migrate; send deliver ship; receive get obtain; show display view see; hide
conceal; find locate search; choose select pick; open launch start; close shut quit exit; save store
keep; load upload; download export; import bring; print output; sort order arrange; group cluster
organize; merge combine join unite; split divide separate; share distribute; connect link attach
join; disconnect detach unlink; enable activate; disable deactivate; install setup; update upgrade
refresh renew; fix repair mend solve resolve; fail crash break; error problem issue bug fault;
block ban prevent forbid prohibit; allow permit let; limit restrict restriction; sync synchronize
email mail message; phone telephone mobile cellphone smartphone; computer pc laptop desktop; website
site webpage page; app application program software; browser chrome firefox; folder directory; file
document; account profile; user member; password passcode pin; login signin logon; picture avatar;
setting option preference configuration; list listing; contact person; calendar schedule agenda;
event meeting appointment; reminder notification alert; comment remark note; tag label category;
filter rule; spreadsheet sheet table; column field; row line; cell box; address location; link url;
button key; screen display monitor; internet web online; automatic automatically; multiple several
many various; different distinct separate; simultaneously once together; specific certain particular
begin start commence launch; finish end complete conclude; continue proceed; increase grow rise gain
climb; decrease fall drop decline reduce lower; win triumph victory claim; lose defeat; beat defeat
overcome; award prize honor honour; kill murder slay; die death perish; born birth; marry wed
marriage wedding; wife spouse husband; child kid son daughter; parent father mother; teach
instruct educate; learn study; school college university; student pupil; teacher professor
instructor; job work occupation profession career; boss manager chief head leader; worker employee
staff; company firm business corporation enterprise; founder establish found create; build construct
erect; destroy demolish ruin wreck; damage harm injure hurt; attack assault raid; war conflict
battle fight; army military force troop; soldier troop; weapon arm gun; law act statute legislation;
court tribunal; judge justice; crime offence offense; prison jail; police officer; king monarch
ruler; government administration state; president leader; election vote poll; party group; country
nation state land; city town; area region zone district territory; border boundary frontier; river
stream; sea ocean; hill mountain; forest wood; road street highway; car automobile vehicle; ship
boat vessel; plane aircraft airplane; train railway railroad; journey trip travel voyage tour; house
home building; church cathedral; hospital clinic; doctor physician; nurse carer; illness disease
sickness; medicine drug medication; cure treat treatment; food meal; drink beverage; big large huge
great; small little tiny; old ancient aged; new recent modern; fast quick rapid; slow gradual; hard
difficult tough; easy simple; important significant major main key; famous known popular notable;
strange odd unusual; correct right accurate; wrong incorrect false; similar alike comparable;
common frequent usual; rare uncommon scarce; main primary principal chief; first initial original;
last final; whole entire total; part portion section piece; kind type sort; way method means manner
technique; reason cause; effect result consequence outcome impact; aim goal purpose objective
target; idea concept notion; belief view opinion; plan scheme strategy; answer reply response;
question query inquiry; ask request; tell inform; say state claim; speak talk; call name; describe
depict portray; explain clarify; mean signify; suggest propose recommend; agree accept; refuse
reject decline deny; help assist aid support; protect defend guard; try attempt; need require; want
wish desire; like enjoy love; hate dislike; fear worry; happy glad pleased; sad unhappy; angry
furious; think believe consider; know understand; remember recall; forget overlook; use employ
utilize; possess own have; hold contain; consist comprise compose; belong pertain; happen occur
take; live reside inhabit dwell; stay remain; leave depart; arrive come reach; return come; enter
join; hour time; year annual yearly; month monthly; week weekly; day daily; amount quantity number
sum; size dimension; height tall; length long; width wide; depth deep; weight heavy; speed fast;
age old; temperature heat; cold cool chilly; hot warm; rain rainfall; wind breeze; light bright;
dark dim; colour color hue; shape form; material substance; metal iron; wood timber; stone rock;
animal beast creature; dog puppy; cat kitten; bird fowl; plant crop; tree wood; flower bloom;
science scientific; scientist researcher; research study investigation; discover find detect; invent
devise; invention innovation; theory hypothesis; test experiment trial; measure gauge; calculate
compute; energy power; gas fuel; engine motor; machine device apparatus; device gadget tool; tool
instrument; religion faith; god deity; priest clergy minister; holy sacred; language tongue; word
term; letter character; sentence phrase; culture civilization; custom tradition; art artwork;
painter artist; sculpture statue; dance ballet; sport game; player athlete; coach trainer; race
contest competition; ticket pass admission; visitor guest tourist; customer client buyer; seller
vendor; shop store; opening premiere debut release; publish issue release; nominee nomination
nominate; hometown birthplace; funny humorous comic; warn caution; urge encourage; angry anger
"""


class Synonyms:
    """Looks up the terms that may stand for a term."""

    def __init__(self, groups: Iterable[Iterable[str]]) -> None:
        self._terms: dict[str, set[str]] = {}
        for group in groups:
            members = {term for word in group for term in terms(word)}
            for term in members:
                self._terms.setdefault(term, set()).update(members - {term})

    def of(self, term: str) -> frozenset[str]:
        """Return the terms that may stand for `term`, without itself."""
        return frozenset(self._terms.get(term, ()))


def english() -> list[list[str]]:
    """Return the groups that are shipped, each a list of words."""
    return [group.split() for group in GROUPS.replace("\n", " ").split(";")]
