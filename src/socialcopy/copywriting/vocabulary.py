"""Word lists for English speech: what to drop, what asks the viewer to act, what is no topic."""

from __future__ import annotations

import regex

INTRODUCERS = frozenset(
    "a an the my your our their his her its this that these those every each any some more most "
    "for with of in into on from at about by per like as between than new first next own best "
    "free great good better big small real full daily weekly perfect modern local fresh".split()
)
"""What stands before a noun rather than before a verb."""

NUMBER_WORDS = frozenset(
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety "
    "hundred thousand million billion percent half double triple twice".split()
)

LEANING_WORDS = frozenset(
    "it it's its they they're their them he she his her him he's she's which because then so therefore "
    "also instead otherwise either neither such that's".split()
)
"""A sentence that begins with one leans on the sentence before it."""

POINTING_WORDS = frozenset({"this", "that", "these", "those"})
"""They lean too, unless a noun follows ("this house")."""

PRONOUNS = frozenset({"it", "they", "them", "he", "she", "him"})
ELLIPTIC = frozenset({"if", "why", "how", "when", "unless", "until"})
"""A very short sentence that begins with one is half of a thought."""

STEP = regex.compile(
    r"^(?:(?:step|number|tip|reason|rule|lesson|mistake|no\.)\s+(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten)\b"
    r"|(?:first|second|third|fourth|fifth|firstly|secondly|thirdly|lastly|finally)(?: of all)?,)",
    regex.IGNORECASE,
)
"""How one item of a spoken list begins."""

FUNCTION_WORDS = frozenset(
    "a about above across actually after again against ago all almost along already also although always "
    "am among an and another any anybody anyone anything anyway are aren't around as ask at away back "
    "be became because been before behind being below best better between both but by called can "
    "can't cannot could couldn't did didn't different do does doesn't doing don't done down during "
    "each either else enough especially even ever every everybody everyone everything exactly far few "
    "first for from full further great had hadn't has hasn't have haven't having he he'd he'll he's her here here's hers "
    "herself hi hello hey him himself his how however i i'd i'll i'm i've if in inside instead into is isn't it "
    "it'd it'll it's its itself just kind last least less let let's like little long lots made main "
    "many may maybe me might mine more most much must my myself near nearly need never new next "
    "no nobody none nor not nothing now of off often oh ok okay old on once one ones only onto or "
    "other others otherwise our ours ourselves out over own per perhaps please pretty probably quite rather "
    "ready real really right same second several shall she she's should shouldn't simply since so some "
    "somebody someone something sometimes somewhere soon sort still such sure than thank thanks that "
    "that'll that's the their theirs them themselves then there there's these they they'd they'll "
    "they're they've third this those though through throughout till to together too toward towards "
    "twice under unless until up upon us usually very via was wasn't way we we'd we'll we're we've "
    "well were weren't what what's whatever when where whether which while who who's whole whom "
    "whose why will with within without won't would wouldn't yeah yes yet you you'd you'll you're "
    "you've your yours yourself plain fellow entire big small huge whole amazing awesome nice easy hard "
    "quick fast slow high low early late young good bad simple able available possible free "
    "everyday daily weekly monthly yearly automatically easily finally immediately instantly quickly recently "
    "currently directly completely basically literally seriously honestly obviously".split()
)

VERBS = frozenset(
    "accept add allow answer appear apply arrive ask become begin believe belong bring build "
    "buy call care carry catch change check choose click close come connect consider contain continue "
    "copy cost cover create cut decide deliver depend develop discover download drag drive drop eat edit "
    "enable end enjoy enter explain feel figure fill find finish fit fix focus follow forget get give go "
    "grab grow guess handle happen hate head hear help hit hold hope imagine improve include "
    "increase introduce involve join jump keep know launch lead learn leave let lie like listen live "
    "look lose love make matter mean meet mention miss move need notice offer open order own pass pay "
    "pick play press prefer prepare pretend prove provide publish pull push put raise reach read realize receive "
    "recommend reduce remember remove replace require run save say see seem sell send serve set "
    "share ship show sign sit skip solve sound speak spend stand start stay stick stop suggest support "
    "supply switch take talk teach tell tend thank think throw touch track transform treat try turn "
    "understand update upload use visit wait walk want watch wear win wish wonder work worry write".split()
)
IRREGULAR = frozenset(
    "began begun brought bought built came chose chosen did done drew drawn drove driven ate eaten fell "
    "felt found forgot got gotten gave given went gone grew grown heard held kept knew known led left "
    "lost made meant met paid put ran read said saw seen sent sold set showed shown sat spoke spent "
    "stood stuck took taken taught told thought threw understood woke wore won wrote written "
    "gonna wanna gotta".split()
)

VAGUE_NOUNS = frozenset(
    "amount answer area bit bunch case chance channel couple course day days deal detail example "
    "episode episodes fact friend friends fun guy guys hour hours idea ideas information item job kind "
    "level life line list lot man men minute minutes moment month months morning name night number numbers "
    "part people person piece place plan point problem question questions reason result rest room second seconds "
    "session set show side sort step steps stuff subject term thing things time times today tomorrow "
    "tonight top type types user video videos view way ways week weeks woman women word words world "
    "year years yesterday english french german spanish italian chinese japanese "
    "monday tuesday wednesday thursday friday saturday sunday january february march april "
    "june july august september october november december american americans british europeans "
    "everyone everybody folks ladies gentlemen mr mrs ms dr sir ma'am com net org dot www "
    "percent dollar dollars euro euros cent cents pound pounds copyright notice".split()
)

GIVEN_NAMES = frozenset(
    "aaron adam adrian ahmed aisha alan albert alejandro alex alexander alexandra alice alicia ali amanda amir "
    "amy ana andrea andreas andrew andy angela anita anna anne anthony antonio ariana arthur ashley barbara "
    "ben benjamin beth bob brandon brenda brian bruce carl carla carlos carol caroline catherine charles "
    "charlie charlotte chloe chris christian christina christine christopher claire claudia craig cynthia "
    "daniel daniela danny david deborah dennis diana diego donald donna dorothy douglas dylan edward elena eli "
    "elizabeth ella ellen emily emma eric erica ethan eva evan fatima fernando fiona frances francesca frank "
    "gabriel gary george gerald gloria greg hannah harry heather helen henry ian ibrahim ingrid isaac isabel "
    "isabella ivan jack jacob jake james jamie jan jane janet jason javier jean jeff jeffrey jennifer jeremy "
    "jerry jesse jessica jim joan joe joel john johnny jonathan jordan jorge jose joseph joshua juan judith "
    "judy julia julian julie justin karen karl kate katherine kathleen katie keith kelly ken kenneth kevin kim "
    "kyle larry laura lauren leah lena leo leon leonardo liam lily linda lisa liz louis louise lucas lucia lucy "
    "luis luke lydia madison marco margaret maria marie mario mark marta martha martin mary mateo matthew "
    "maya megan mei melissa mia michael michelle miguel mike mohamed mohammed molly monica nancy naomi natalie "
    "nathan nicholas nick nicole nina noah nora oliver olivia omar oscar pablo pamela patricia patrick paul "
    "paula pedro peter philip priya rachel raj ralph ray rebecca ricardo richard rita robert roberto roger "
    "ronald rosa rose roy russell ruth ryan sally sam samantha samuel sandra sara sarah scott sean sergio "
    "sharon simon sofia sophia sophie stefan stephanie stephen steve steven stuart susan suzanne sydney teresa "
    "terry theo theresa thomas tim timothy tina todd tom tony tracy tyler vanessa vera victor victoria vincent "
    "virginia walter wei wendy will william xavier yasmin yusuf zoe".split()
)

GREETING_CLAUSE = regex.compile(
    r"^(?:hi|hello|hey|good (?:morning|afternoon|evening))"
    r"(?: there| everyone| everybody| all| guys| folks| friends| team| you guys)*[,.!]\s+",
    regex.IGNORECASE,
)
INTRODUCTION = regex.compile(
    r"^(?:i'm|i am|my name is|my name's|this is|it's)\s+(?P<name>[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?)"
    r"(?:[ ,]+(?:and i'm |here |from |at |of |with |your ).{0,60})?[.!]?$",
    regex.IGNORECASE,
)
NAME_IN_INTRODUCTION = regex.compile(
    r"\b(?:[Ii]'m|[Ii] am|[Mm]y name is|[Mm]y name's|[Mm]r\.|[Mm]rs\.|[Mm]s\.|[Dd]r\.)\s+"
    r"(?P<name>\p{Lu}[\w'’-]+(?: \p{Lu}[\w'’-]+)?)"
)
SMALL_TALK = regex.compile(
    r"^(?:welcome(?: back)?(?: everyone| everybody| guys| friends| all)?[.!]"
    r"|welcome(?: back)? to (?:my|our|the|another|this|a new)\b.{0,40}"
    r"|(?:hi|hello|hey|good (?:morning|afternoon|evening))\b(?:\W+\w+){0,6}\W*"
    r"|(?:¡?hola|buen[oa]s|bonjour|salut|hallo|guten|olá|oi|ciao|buongiorno)\b(?:\W+\w+){0,4}\W*"
    r"|(?:muchas gracias|gracias|merci|vielen dank|danke|obrigad[oa]|grazie)\b(?:\W+\w+){0,5}\W*"
    r"|(?:thanks?|thank you)\b.{0,60}"
    r"|(?:see you|bye|goodbye|take care|cheers|that's (?:it|all)|that is (?:it|all)|and that's it)\b.{0,50}"
    r"|(?:let's (?:get started|dive in|go|begin|jump in)|here we go|stay tuned)\b.{0,30}"
    r"|(?:without further ado|can you hear me|is this on|testing)\b.{0,40})$",
    regex.IGNORECASE,
)
ABOUT_ITSELF = regex.compile(
    r"\b(?:(?:in|about) (?:this|today's) (?:video|episode|clip|tutorial)|today (?:i|we)(?:'m|'re|'ll| am| are| want| will)"
    r"|i(?:'m going to| want to| wanted to|'ll) (?:show|tell|talk|walk)|let me (?:show|tell|walk)"
    r"|we(?:'re going to|'ll) (?:look|talk|be)|as you can see|last (?:couple|few) (?:of )?episodes?)\b",
    regex.IGNORECASE,
)
CALL_TO_ACTION = regex.compile(
    r"^(?:(?:so |and |now |please |just )*"
    r"(?:try (?:it|us|them|our|out|[A-Z]\w+|the (?:app|demo|beta|free))|visit|go to|head (?:over )?to"
    r"|check (?:it|us|them|out)|sign up|download|join|book (?:a|your|now|today)|order (?:now|today|your|yours|at|online|it)"
    r"|pre-?order|register|shop|buy|get (?:yours|started|your|in touch|it (?:now|today))|start your|learn more"
    r"|find (?:out more|us)|come (?:and )?(?:see|visit|by|say)|follow (?:us|me|along|for)|call us|email us|message us"
    r"|reach out|share this|save this|send this|comment|leave a comment|tell us|let us know|send us|write to us|apply (?:now|today|at|by)|don't miss|tune in"
    r"|click (?:the|on the) link|tap the link|use (?:the )?code|save (?:the date|your)))\b"
    r"|\blink in (?:the |our )?(?:bio|description|comments)\b"
    r"|^(?:if you|for more|to (?:learn|find|try|get|see|sign|book|order))\b.*\b(?:visit|go to|head to|sign up|check|call|dot com)\b",
    regex.IGNORECASE,
)
"""What a speaker says to send viewers somewhere."""


def is_verb(word: str) -> bool:
    """Whether a lower-case word is a common verb in any of its forms."""
    if word in VERBS or word in IRREGULAR:
        return True
    return any(
        word.endswith(ending) and _stems(word, ending) & VERBS for ending in ("s", "ed", "ing")
    )


def _stems(word: str, ending: str) -> frozenset[str]:
    """What a verb form may come from: `trying` try, `making` make, `cutting` cut, `tries` try."""
    stem = word.removesuffix(ending)
    undoubled = stem[:-1] if len(stem) > 2 and stem[-1] == stem[-2] else stem  # noqa: PLR2004
    third = stem.removesuffix("ie") + "y" if ending in ("s", "ed") else stem
    return frozenset({stem, f"{stem}e", undoubled, third, stem.removesuffix("e")})
