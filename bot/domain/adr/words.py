"""The words of decision records in several languages: headings, statuses, relations, and days."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import Enum, auto

from bot.domain.decisions import DecisionStatus
from bot.domain.interchange.entries import FIRST_DAY, Relation


class Part(Enum):
    """What a heading, or a line such as "* Status: accepted", is about."""

    STATUS = auto()
    DATE = auto()
    DECIDERS = auto()
    CONSULTED = auto()
    INFORMED = auto()
    CONTEXT = auto()
    DRIVERS = auto()
    OPTIONS = auto()
    PROS = auto()
    DECISION = auto()
    CONSEQUENCES = auto()
    CONFIRMATION = auto()
    LINKS = auto()
    TAGS = auto()
    NUMBER = auto()
    TITLE = auto()
    SUPERSEDES = auto()
    SUPERSEDED_BY = auto()
    AMENDS = auto()
    AMENDED_BY = auto()


_PARTS = {
    Part.STATUS: "status | state | decision status | estado | statut | estatus | stato | situacao | tila | stan",
    Part.DATE: "date | datum | fecha | data | created | created on | decided on | decision date | erstellt | creado",
    Part.DECIDERS: """deciders | decider | decision makers | decision maker | decided by | decision owners | authors
        | author | entscheider | entscheidungstrager | beteiligte | decideurs | decideur | decisores | decisor
        | responsables | responsable | responsaveis | autor | autoren | auteur | auteurs | autores | besluitnemers""",
    Part.CONSULTED: "consulted | konsultiert | consultes | consultados | befragt",
    Part.INFORMED: "informed | informiert | informes | informados",
    Part.CONTEXT: """context | context and problem statement | context and problem | context and forces | problem
        | problem statement | issue | background | motivation | why | the problem | rationale | kontext
        | kontext und problemstellung | problemstellung | ausgangslage | hintergrund | contexte
        | contexte et problematique | contexte et enonce du probleme | problematique | contexto
        | contexto y planteamiento del problema | contexto y problema | planteamiento del problema | antecedentes
        | contexto e declaracao do problema | contexto e problema | contesto | context en probleemstelling""",
    Part.DRIVERS: """decision drivers | drivers | forces | requirements | criteria | entscheidungstreiber
        | einflussfaktoren | entscheidungskriterien | facteurs de decision | criteres de decision | criteres
        | factores de decision | factores de la decision | criterios | criterios de decision | fatores de decisao
        | direcionadores da decisao | fatores da decisao""",
    Part.OPTIONS: """considered options | options considered | options | alternatives | alternatives considered
        | considered alternatives | betrachtete optionen | betrachtete alternativen | optionen | alternativen
        | erwogene optionen | options envisagees | options considerees | alternatives envisagees
        | opciones consideradas | opciones | alternativas | alternativas consideradas | opcoes consideradas | opcoes""",
    Part.PROS: """pros and cons of the options | pros and cons | vor und nachteile der optionen | vor und nachteile
        | bewertung der optionen | avantages et inconvenients des options | avantages et inconvenients
        | pros y contras de las opciones | pros y contras | ventajas y desventajas | pros e contras das opcoes
        | pros e contras""",
    Part.DECISION: """decision | the decision | decision outcome | outcome | resolution | entscheidung
        | entscheidungsergebnis | ergebnis der entscheidung | ergebnis | beschluss | resultat de la decision
        | decision retenue | decision prise | resultado de la decision | resultado | decisao | resultado da decisao
        | decisione | beslissing | besluit""",
    Part.CONSEQUENCES: """consequences | consequence | implications | impact | positive consequences | konsequenzen
        | folgen | auswirkungen | consecuencias | consequencias | conseguenze | gevolgen | results""",
    Part.CONFIRMATION: """confirmation | validation | compliance | verification | bestatigung | uberprufung | nachweis
        | confirmacion | validacion | cumplimiento | confirmacao | validacao""",
    Part.LINKS: """links | link | more information | related decisions | related | references | notes | see also
        | verweise | weitere informationen | mehr informationen | liens | plus d informations | informations
        complementaires | enlaces | mas informacion | referencias | mais informacoes | ligacoes""",
    Part.TAGS: "tags | tag | area | areas | category | kategorie | categorie | categoria | bereich | etiquetas",
    Part.NUMBER: "id | number | adr | adr id | adr number | nummer | numero",
    Part.TITLE: "title | titel | titre | titulo",
    Part.SUPERSEDES: "supersedes | supercedes | replaces | ersetzt | remplace | reemplaza | sustituye | substitui",
    Part.SUPERSEDED_BY: """superseded by | superceded by | superseded | supersededby | replaced by | ersetzt durch
        | abgelost durch | remplace par | remplacee par | reemplazado por | reemplazada por | sustituida por
        | substituido por | substituida por""",
    Part.AMENDS: "amends | erganzt | amende | modifica | altera",
    Part.AMENDED_BY: "amended by | amendedby | erganzt durch | amende par | modificada por | alterada por",
}
_PART_OF = {" ".join(name.split()): part for part, names in _PARTS.items() for name in names.split("|")}


def fold(text: str) -> str:
    """Without case and accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in parts if not unicodedata.combining(char)).replace("ß", "ss")


def part_of(heading: str) -> Part | None:
    """What this heading or key is about, where one of the languages known here has it."""
    words = " ".join(re.sub(r"[^\w]+|_+", " ", fold(heading)).split())
    words = re.sub(r"^\d+ ", "", words)
    if words in _PART_OF:
        return _PART_OF[words]
    first = re.split(r"[/(:]", heading, maxsplit=1)[0]
    return part_of(first) if first.strip() and first != heading else None


# --- statuses ------------------------------------------------------------------------------------------------------

_STATUSES = {
    DecisionStatus.REJECTED: r"reject\w*|declined|denied|abandon\w*|withdrawn|cancell?ed|not (?:accepted|approved)"
    r"|abgelehnt\w*|verworfen\w*|zuruckgezogen|rejete\w*|refuse\w*|rechazad\w*|descartad\w*|rejeitad\w*|recusad\w*",
    DecisionStatus.SUPERSEDED: r"supers?[ce]+ded|superceeded|replaced|obsoleted|abgelost|ersetzt|remplacee?s?"
    r"|reemplazad\w*|sustituid\w*|substituid\w*|superad\w*",
    DecisionStatus.AMENDED: r"amended|erganzt|amendee?|modificad\w*|alterad\w*|emendad\w*",
    DecisionStatus.REVERSED: r"deprecat\w*|obsolete|retired|reversed|revoked|outdated|veraltet\w*|uberholt\w*"
    r"|expired|lapsed|no longer|nicht mehr|aufgehoben"
    r"|obsoletee?|deprecie\w*|obsolet\w*|caducad\w*|revogad\w*|descontinuad\w*",
    DecisionStatus.PROPOSED: r"propos\w*|draft|pending|open|in (?:discussion|review|progress)|rfc"
    r"|under (?:discussion|review)|on hold|deferred|postponed"
    r"|vorgeschlagen\w*|entwurf|in diskussion|brouillon|en (?:discussion|revision)"
    r"|propuest\w*|borrador|rascunho|em (?:discussao|revisao)|not yet (?:accepted|decided)",
    DecisionStatus.DECIDED: r"accept\w*|approved|decided|adopted|agreed|active|implemented|done|final|in force"
    r"|angenommen\w*|akzeptiert\w*|entschieden|beschlossen|genehmigt|umgesetzt|adoptee?|approuvee?|decidee?|validee?"
    r"|aceptad\w*|aprobad\w*|decidid\w*|adoptad\w*|aceit[oae]|aprovad\w*|adotad\w*|implementad\w*|accettat\w*"
    r"|geaccepteerd",
}
_STATUS = [(status, re.compile(rf"(?<!\w)(?:{words})(?!\w)")) for status, words in _STATUSES.items()]
LONGEST_LINE = 1000  # characters that are looked at; what stands in a status is short
_STRUCK = re.compile(r"~~.*?~~|<(?:s|del|strike)>.*?</(?:s|del|strike)>", re.DOTALL)
_UNTICKED = re.compile(r"^\s*(?:[-*+]\s*)?\[ \].*$", re.MULTILINE)
_OFFER = re.compile(r"[\[{]?[^|\n]+(?:\|[^|\n]+){2,}[\]}]?")  # [proposed | rejected | accepted]: nobody chose


def status_in(line: str) -> DecisionStatus | None:
    """The status that a line says: the word that comes first in it."""
    words = fold(_STRUCK.sub(" ", _UNTICKED.sub(" ", line[:LONGEST_LINE])))
    if is_offer(words):
        return None
    found = [
        (match.start(), order, status) for order, (status, each) in enumerate(_STATUS) if (match := each.search(words))
    ]
    return min(found)[2] if found else None


def is_offer(line: str) -> bool:
    """Whether it lists the choices, as a template does, with none made."""
    if len(line) > LONGEST_LINE:
        return False
    bare = line.strip().strip("{}[]")
    choices = [each for each in bare.split("|") if any(pattern.search(fold(each)) for _, pattern in _STATUS)]
    return bool(_OFFER.fullmatch(line.strip())) and len(choices) >= 3


# --- relations -----------------------------------------------------------------------------------------------------

_PARTLY = r"(?:partially|partly|in part|teilweise|partiellement|parcialmente) "
_RELATIONS = (
    (
        Relation.AMENDED_BY,
        _PARTLY + r"(?:supers?[ce]+e?ded by|replaced by|ersetzt durch|remplacee? par|sustituid[oa] por)",
    ),
    (Relation.AMENDS, _PARTLY + r"(?:supers?[ce]+e?des|replaces|ersetzt|remplace|sustituye|substitui)"),
    (
        Relation.SUPERSEDED_BY,
        r"supers?[ce]+e?ded[ -]by|replaced by|obsoleted by|abgelost (?:durch|von)|ersetzt durch|remplacee? par"
        r"|reemplazad[oa] por|sustituid[oa] por|substituid[oa] por|superad[oa] por",
    ),
    (
        Relation.AMENDED_BY,
        r"amended[ -]by|updated by|geandert durch|erganzt durch|modifiee? par|amendee? par|modificad[oa] por"
        r"|alterad[oa] por|emendad[oa] por",
    ),
    (
        Relation.SUPERSEDES,
        r"supers?[ce]+e?des?|replaces|obsoletes|ersetzt|lost ab|remplace|reemplaza|sustituye|substitui",
    ),
    (Relation.AMENDS, r"amends|erganzt|andert|amende|modifie|modifica|altera|emenda"),
)
_RELATION = [(relation, re.compile(rf"(?<!\w)(?:{words})(?!\w)")) for relation, words in _RELATIONS]


@dataclass(frozen=True, slots=True)
class Related:
    """A relation that a line speaks of, with what stands before and after its words."""

    relation: Relation
    before: str
    after: str


def relation_in(line: str) -> Related | None:
    line = line[:LONGEST_LINE]
    words = fold(line)
    for relation, pattern in _RELATION:
        if found := pattern.search(words):
            # Where folding changed its length, the places are not the line's: then all of it stands after the words.
            after = line[found.end() :] if len(words) == len(line) else line
            return Related(relation, words[: found.start()], after)
    return None


# --- days ----------------------------------------------------------------------------------------------------------

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan ene", "feb fev", "mar mrz maa", "apr abr avr", "may mai mei", "jun juin", "jul juil",
            "aug ago aou", "sep set", "oct okt out", "nov", "dec dez dic",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_DOTTED = re.compile(r"(?<!\d)(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)")
_DAY_FIRST = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|\.)?\s+(?:de\s+)?([a-z]{3,10})\.?,?\s+(?:de\s+|del\s+)?(\d{4})"
)
_MONTH_FIRST = re.compile(r"(?<![a-z])([a-z]{3,10})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")


def day_in(text: str) -> date | None:
    """The first day that `text` names. 3/4/2020 could be two days, and is none; 3.4.2020 is the third of April."""
    words = fold(text)
    if found := _ISO.search(words):
        return _day(found[1], found[2], found[3])
    if found := _DOTTED.search(words):
        one, mark, other, year = found.groups()
        if mark == "." or int(one) > 12 or one == other:
            return _day(year, other, one)
        return _day(year, one, other) if int(other) > 12 else None
    if found := _DAY_FIRST.search(words):
        return _day(found[3], _month(found[2]), found[1])
    if found := _MONTH_FIRST.search(words):
        return _day(found[3], _month(found[1]), found[2])
    return None


def _month(name: str) -> int:
    return _MONTHS.get(name[:4]) or _MONTHS.get(name[:3]) or 0


def _day(year: str, month: str | int, day: str) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if found >= FIRST_DAY else None
