"""Tables of the phrases that describe a procedure, in Dutch and English."""

from collections.abc import Mapping
from typing import Final

from rules.words import Words

PHRASES: Final[Mapping[str, Words]] = {
    # proofs
    "refuted": Words("weerlegd ({id})", "refuted ({id})"),
    "undecided": Words("onbeslist ({id})", "undecided ({id})"),
    "of whom": Words("voor wie: {facts}", "for whom: {facts}"),
    "others": Words("met {others} anderen", "with {others} others"),
    "differs for": Words("“{a}” wordt “{b}” ({facts})", "“{a}” becomes “{b}” ({facts})"),
    "kind differs": Words("“{state}”: “{a}” wordt “{b}” ({facts})", "“{state}”: “{a}” becomes “{b}” ({facts})"),
    "no kind": Words("van geen soort", "of no kind"),
    "term differs": Words(
        "de reserve van wie hetzelfde deed geldt {a}, en dan {b}",
        "the reserve of those who did the same is valid {a}, and then {b}",
    ),
    "endless": Words("zonder einde", "without end"),
    "not admitted": Words("geen kandidaat", "no candidate"),
    "anybody": Words("wie ook", "anybody"),
    "nothing known": Words("niets is gekend", "nothing is known"),
    # sections
    "sources": Words("Bronnen", "Sources"),
    "position": Words("Functie", "Position"),
    "pay": Words("Verloning", "Pay"),
    "competencies": Words("Competenties", "Competencies"),
    "applications": Words("Kandidaatstelling", "Applications"),
    "facts": Words("Wat van een kandidaat gekend kan zijn", "What may be known of a candidate"),
    "scores": Words("Berekende scores", "Computed scores"),
    "conditions": Words("Voorwaarden", "Conditions"),
    "steps": Words("Stappen", "Steps"),
    "states": Words("Toestanden", "States"),
    "reserve": Words("Reserve", "Reserve"),
    "readings": Words("Wat de bron openlaat", "What the source leaves open"),
    # head
    "version": Words("versie {number}", "version {number}"),
    "fingerprint": Words("vingerafdruk van de regels: {digest}", "fingerprint of the rules: {digest}"),
    "no procedure": Words(
        "De bron beschrijft een functie en vermeldt geen selectieprocedure; hier wordt er geen verzonnen.",
        "The source describes a position and states no selection procedure; none is invented here.",
    ),
    "template": Words(
        "Dit is een sjabloon: andere definities breiden het uit, niemand wordt ermee geselecteerd.",
        "This is a template: other definitions extend it, and nobody is selected by it.",
    ),
    # position
    "grade": Words("graad: {text}", "grade: {text}"),
    "contract": Words("contract: {text}", "contract: {text}"),
    "hours": Words("uren: {text}", "hours: {text}"),
    "meaning": Words("{label}: {meaning}", "{label}: {meaning}"),
    "counts": Words("anciënniteit: {what} telt volledig mee", "seniority: {what} counts in full"),
    "counts up to": Words(
        "anciënniteit: {what} telt mee tot {ceiling}", "seniority: {what} counts up to {ceiling}"
    ),
    "no amounts": Words("er staan geen bedragen vermeld", "no amounts are printed"),
    # time
    "open window": Words("wanneer: geen termijn vermeld", "when: no period is stated"),
    "from": Words("vanaf {time}", "from {time}"),
    "until": Words("tot en met {time}", "up to and including {time}"),
    "before": Words("vóór {time}", "before {time}"),
    "on": Words("op {time}", "on {time}"),
    "within": Words("binnen {time} nadat de kandidaat hier aankwam", "within {time} of the candidate's arriving here"),
    "at": Words("{day} om {clock} uur", "{day} at {clock}"),
    "when": Words("wanneer: {window}", "when: {window}"),
    "zone": Words("tijden zijn die van {zone}", "times are those of {zone}"),
    "tentative": Words(
        "onder voorbehoud aangekondigd: de data worden getoond, niet afgedwongen",
        "announced with a reservation: the dates are shown, not enforced",
    ),
    "lapses": Words("geen resultaat op tijd: naar “{state}”", "no result in time: on to “{state}”"),
    "stays": Words(
        "geen resultaat op tijd: de kandidaat blijft waar hij staat, tot een persoon beslist",
        "no result in time: the candidate stays where they are until a person decides",
    ),
    "notified": Words("resultaat meegedeeld op {time}", "results announced on {time}"),
    # steps
    "road": Words("{origins} → {to}", "{origins} → {to}"),
    "road otherwise": Words("{origins} → {to}, anders → {otherwise}", "{origins} → {to}, otherwise → {otherwise}"),
    "held": Words(
        "alleen gehouden bij {number} kandidaten in “{state}”, geteld bij de afsluiting van {feeders}; "
        "anders gaat iedereen door naar “{to}”",
        "held only with {number} candidates in “{state}”, counted at the closing of {feeders}; "
        "if not, everybody goes on to “{to}”",
    ),
    "the applications": Words("de kandidaturen", "the applications"),
    "held rule": Words(
        "alleen gehouden als (anders gaat iedereen door naar “{to}”): {rule}",
        "held only if (if not, everybody goes on to “{to}”): {rule}",
    ),
    "exempt": Words("vrijgesteld, rechtstreeks naar “{to}”: {rule}", "exempt, straight on to “{to}”: {rule}"),
    "passes": Words("slaagt: {rule}", "passes: {rule}"),
    "all pass": Words("iedereen gaat door: er wordt niets beslist", "everybody goes on: nothing is decided"),
    "outcome": Words("naar “{to}”: {rule}", "to “{to}”: {rule}"),
    "everybody else": Words("naar “{to}”: alle anderen", "to “{to}”: everybody else"),
    "records": Words("vastgelegd: {fact}", "recorded: {fact}"),
    "closing": Words("vastgelegd bij de afsluiting: {fact}", "recorded at the closing: {fact}"),
    "keeps": Words(
        "bij de afsluiting gaan de {best} besten door naar “{to}”, volgens {by}",
        "at the closing the best {best} go on to “{to}”, by {by}",
    ),
    "keeps next": Words("de volgende {best} gaan naar “{to}”", "the next {best} go to “{to}”"),
    "best of closing": Words("(“{fact}”, vastgelegd bij de afsluiting)", "(“{fact}”, recorded at the closing)"),
    "cut": Words("de overigen naar “{otherwise}”", "the others to “{otherwise}”"),
    "tie break": Words("gelijken worden gerangschikt volgens {by}", "those who are equal are ranked by {by}"),
    "ties keep": Words(
        "wie gelijk is aan de grens, gaat mee door: het kunnen er dus meer zijn",
        "all who are equal at the cut go on, so there may be more",
    ),
    "ties none": Words(
        "wie gelijk is aan de grens, gaat niet door: het kunnen er dus minder zijn",
        "none of those who are equal at the cut goes on, so there may be fewer",
    ),
    "ties lot": Words(
        "wie gelijk is aan de grens, loot: met de loting die bij de afsluiting wordt opgegeven",
        "those who are equal at the cut draw lots, by the seed given at the closing",
    ),
    "automatic": Words(
        "een ongunstige uitkomst vraagt geen beslissing van een persoon", "an adverse outcome needs no person"
    ),
    "in order": Words(
        "in volgorde: alleen wie nu het hoogst gerangschikt staat", "in order: only whoever is now ranked highest"
    ),
    "slot": Words("duur: {time} per kandidaat", "length: {time} for each candidate"),
    "channel": Words("hoe: {channel}", "how: {channel}"),
    "measures": Words("meet: {competencies}", "measures: {competencies}"),
    # states and reserve
    "final": Words("einde", "final"),
    "unsuccessful": Words("ongunstig", "adverse"),
    "stands in": Words("wie erop staat: {state}", "those on it: {state}"),
    "reserve kind": Words("{kind}: {rule}", "{kind}: {rule}"),
    "everybody": Words("iedereen", "everybody"),
    "ranked": Words("gerangschikt volgens {by}", "ranked by {by}"),
    "valid for": Words(
        "geldt {time} vanaf de afsluiting van {feeders}, tot en met de laatste dag",
        "valid for {time} from the closing of {feeders}, the last day included",
    ),
    "valid until": Words("geldt tot en met {time}", "valid up to and including {time}"),
    "no end": Words("geldt zonder einddatum", "valid without an end"),
    "extendable": Words("kan verlengd worden vóór ze vervalt", "may be extended before it ends"),
    # readings
    "as it stands": Words("{option}: zoals de definitie er staat", "{option}: the definition as it stands"),
    "changes": Words("{option}: wijzigt {paths}", "{option}: changes {paths}"),
    "chosen": Words("{option} — gekozen", "{option} — chosen"),
    # kinds of fact
    "flag": Words("ja of nee", "yes or no"),
    "date": Words("een datum", "a date"),
    "moment": Words("een tijdstip", "a moment"),
    "text": Words("tekst, als bewijs bewaard", "text, kept as evidence"),
    "level": Words("van laag naar hoog: {values}", "low to high: {values}"),
    "duration": Words("een duur in {unit}", "a duration in {unit}"),
    "number": Words("een getal", "a number"),
    "number from": Words("een getal vanaf {least}", "a number from {least}"),
    "number to": Words("een getal tot en met {most}", "a number up to {most}"),
    "number between": Words("een getal van {least} tot {most}", "a number from {least} to {most}"),
    "asked": Words("{label} ({name}): {kind}", "{label} ({name}): {kind}"),
    "mean": Words("{label} ({name}): gewogen gemiddelde van {parts}", "{label} ({name}): weighted mean of {parts}"),
    "sum": Words("{label} ({name}): som van {parts}", "{label} ({name}): sum of {parts}"),
    "best": Words("{label} ({name}): het hoogste van {parts}", "{label} ({name}): the greatest of {parts}"),
    "weighed": Words("{part} (gewicht {weight})", "{part} (weight {weight})"),
    # a finding
    "finding exempt": Words("vrijstelling", "exemption"),
    "finding passes": Words("wie slaagt", "who passes"),
    "finding outcome": Words("naar “{to}”", "to “{to}”"),
    "nothing asked": Words("iedereen gaat door", "everybody goes on"),
    # what is known of a case
    "applied": Words("kandidaat gesteld; nog geen stap genomen", "applied; no step taken yet"),
    "unranked": Words("nog niet te rangschikken zonder {missing}", "cannot be ranked without {missing}"),
    "recorded": Words("het resultaat wacht op de afsluiting", "the result waits for the closing"),
    "kept": Words("rang {rank}, bij de besten", "rank {rank}, among the best"),
    "cut at": Words("rang {rank}, niet bij de besten", "rank {rank}, not among the best"),
    "not_held": Words("de stap werd niet gehouden", "the step was not held"),
    "not_held count": Words(
        "de stap werd niet gehouden: {count} geteld", "the step was not held: {count} were counted"
    ),
    "lapsed": Words("geen resultaat binnen de termijn", "no result within the time set"),
    "expired": Words("de reserve liep af op {day}", "the reserve ended on {day}"),
    "expired unknown": Words("de reserve liep af", "the reserve ended"),
    "withdrawn": Words("trok zich terug", "withdrew"),
    "reopened": Words("heropend: {why}", "reopened: {why}"),
    "differs": Words(
        "Na een verbetering zou dit nu anders uitvallen: {steps}.", "After a correction this would now differ: {steps}."
    ),
}  # fmt: skip

MOVES: Final[Mapping[str, Words]] = {
    "applied": Words("kandidaat gesteld", "applied"),
    "recorded": Words("resultaat vastgelegd", "result recorded"),
    "passed": Words("geslaagd", "passed"),
    "failed": Words("niet geslaagd", "failed"),
    "exempt": Words("vrijgesteld", "exempt"),
    "not_held": Words("niet gehouden", "not held"),
    "kept": Words("weerhouden bij de besten", "kept among the best"),
    "cut": Words("niet bij de besten", "not among the best"),
    "lapsed": Words("termijn verstreken", "lapsed"),
    "expired": Words("reserve verlopen", "reserve expired"),
    "withdrawn": Words("teruggetrokken", "withdrawn"),
    "corrected": Words("feiten verbeterd", "facts corrected"),
    "reopened": Words("heropend", "reopened"),
}

# The kinds of reserve in Flemish selections; any other kind is described by its name.
RESERVE_KINDS: Final[Mapping[str, Words]] = {
    "recruitment": Words("werving", "recruitment"),
    "promotion": Words("bevordering", "promotion"),
}
