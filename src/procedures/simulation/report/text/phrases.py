"""The words of a report, in Dutch and English."""

from collections.abc import Mapping
from typing import Final

from rules.words import Language, Words

PHRASES: Final[Mapping[str, Words]] = {
    # the page
    "report": Words("Wat als: kandidatenstromen gesimuleerd", "What if: candidate flows, simulated"),
    "partial": Words(
        "Onvolledig: de simulatie werd onderbroken. De cijfers gelden voor de replicaties die af waren.",
        "Partial: the simulation was interrupted. The figures are those of the replications that were done.",
    ),
    "procedure": Words("Procedure", "Procedure"),
    "version": Words("{name}, versie {number}", "{name}, version {number}"),
    "digest": Words("Vingerafdruk van de regels", "Fingerprint of the rules"),
    "scenario": Words("Scenario", "Scenario"),
    "scenario digest": Words("Vingerafdruk van het scenario", "Fingerprint of the scenario"),
    "seed": Words("Startgetal", "Seed"),
    "replications": Words("Replicaties", "Replications"),
    "readings": Words("Lezingen", "Readings"),
    "assumed scenario": Words("aangenomen, uit de procedure alleen", "assumed, from the procedure alone"),
    "contents": Words("Inhoud", "Contents"),
    "table of": Words("Dezelfde cijfers als tabel: {title}", "The same figures as a table: {title}"),
    "figures are": Words(
        "Een replicatie is één gesimuleerde selectie. Een gemiddelde is dat over alle replicaties, met het interval "
        "waarin het met 95% zekerheid ligt; 5–95% zegt tussen welke waarden negen op de tien selecties vallen.",
        "A replication is one simulated selection. A mean is that over all replications, with the interval in which "
        "it lies with 95% certainty; 5–95% tells between which values nine in ten selections fall.",
    ),
    "made by": Words(
        "Gemaakt zonder netwerk; hetzelfde startgetal geeft dezelfde bladzijde.",
        "Made without a network; the same seed gives the same page.",
    ),
    # sections
    "summary": Words("Samenvatting", "Summary"),
    "flow": Words("Stroom van kandidaten", "Flow of candidates"),
    "funnel": Words("Hoever kandidaten komen", "How far candidates come"),
    "states": Words("Toestanden", "States"),
    "reserve": Words("Hoeveel kandidaten geselecteerd worden", "How many candidates are selected"),
    "lasting": Words("Hoe lang de reserve meegaat", "How long the reserve lasts"),
    "gates": Words("Drempels", "Gates"),
    "calendar": Words("Kalender van de stappen en jurydagen", "Calendar of steps and jury days"),
    "workload": Words("Jurywerk", "Jury work"),
    "groups": Words("Groepen", "Groups"),
    "compared": Words("Vergeleken met de eerste groep", "Compared with the first group"),
    "sweep": Words("Sweep: telkens een andere waarde", "Sweep: other values in turn"),
    "trade": Words("Sweep: kwaliteit tegenover ongunstige impact", "Sweep: quality against adverse impact"),
    "impact": Words("Kwaliteit tegenover ongunstige impact", "Quality against adverse impact"),
    "assumed": Words("Wat werd aangenomen", "What was assumed"),
    "taken for granted": Words("Aangenomen omdat niemand het zei", "Taken for granted, because nobody said it"),
    "stated": Words("Wat het scenario zegt", "What the scenario says"),
    "in full": Words("Hetzelfde voluit", "The same in full"),
    "steps": Words("De stappen van de procedure", "The steps of the procedure"),
    # columns
    "state": Words("toestand", "state"),
    "mean": Words("gemiddelde", "mean"),
    "interval": Words("95%-interval", "95% interval"),
    "range": Words("5–95%", "5–95%"),
    "median": Words("mediaan", "median"),
    "ended": Words("eindigt hier", "ends here"),
    "share": Words("aandeel", "share"),
    "from": Words("van", "from"),
    "to": Words("naar", "to"),
    "a selection": Words("per selectie", "a selection"),
    "number selected": Words("aantal geselecteerd", "number selected"),
    "share of selections": Words("aandeel van de selecties", "share of selections"),
    "step": Words("stap", "step"),
    "held": Words("gehouden in", "held in"),
    "group": Words("groep", "group"),
    "applied": Words("kandidaten", "candidates"),
    "selected share": Words("aandeel geselecteerd", "share selected"),
    "ratio": Words("verhouding", "ratio"),
    "below": Words("onder vier vijfde", "below four fifths"),
    "by luck": Words("door toeval", "by luck"),
    "significant": Words("significant (5%)", "significant (5%)"),
    "sessions": Words("sessies", "sessions"),
    "jury hours": Words("jury-uren", "jury hours"),
    "days": Words("dagen", "days"),
    "available": Words("beschikbaar", "available"),
    "fits": Words("volstaat in", "enough in"),
    "date": Words("datum", "date"),
    "capacity": Words("plaatsen", "places"),
    "candidates seen": Words("kandidaten gezien", "candidates seen"),
    "what": Words("wat", "what"),
    "years it lasts": Words("jaren tot ze leeg of vervallen is", "years until nobody is left or it ends"),
    "vacancies filled": Words("vacatures die ze vult", "vacancies that it fills"),
    "emptied": Words("leeg vóór ze vervalt", "nobody left before it ends"),
    "changed": Words("Anders dan geschreven", "Otherwise than written"),
    "variant": Words("variant", "variant"),
    "quality": Words("kwaliteit", "quality"),
    "adverse": Words("ongunstige impact", "adverse impact"),
    # the table of a sweep
    "as it is": Words("nu", "as it is"),
    "selected": Words("geselecteerd", "selected"),
    "do well": Words("voldoen", "do well"),
    "too few": Words("te weinig", "too few"),
    "jury days": Words("jurydagen", "jury days"),
    "front": Words("front", "front"),
    "half": Words("± en haakjes: 95%-intervallen", "± and brackets: 95% intervals"),
    "on the front": Words(
        "● geen andere van de waarden is in het ene beter en in het andere minstens even goed: {quality}; ongunstige "
        "impact",
        "● no other of the values is better in the one and at least as good in the other: {quality}; adverse impact",
    ),
    # descriptions and notes of pictures
    "panels alt": Words(
        "Voor elke uitkomst een grafiek: het gemiddelde bij elke waarde van {path}, met het 95%-interval.",
        "For each outcome a chart: its mean at each value of {path}, with the 95% interval.",
    ),
    "heat alt": Words(
        "Voor elke uitkomst een tabel: de waarden van {down} naar onder, die van {across} naar rechts.",
        "For each outcome a table: the values of {down} downwards, those of {across} to the right.",
    ),
    "trade alt": Words(
        "Spreidingsdiagram: van elk punt van de sweep de kwaliteit van wie geselecteerd wordt en de ongunstige impact.",
        "Scatter plot: for each point of the sweep the quality of those selected and adverse impact.",
    ),
    "panels note": Words(
        "Stippen: gemiddelden met hun 95%-interval. Wat nergens verschilt, heeft geen grafiek.",
        "Dots: means with their 95% intervals. What differs nowhere has no chart.",
    ),
    "heat note": Words(
        "Hoe sterker de tint, hoe hoger. Een kader: zoals het nu is; onderstreept: op het front tussen kwaliteit en "
        "ongunstige impact. Wat nergens verschilt, heeft geen tabel.",
        "The stronger the shade, the higher. A frame: as it is now; underlined: on the front between quality and "
        "adverse impact. What differs nowhere has no table.",
    ),
    "heat plain": Words(
        "Voor getallen in de vakken zijn er te veel; ze staan in de tabel hieronder.",
        "There are too many cells for numbers in them; those are in the table below.",
    ),
    "trade note": Words(
        "Lijn: het front, waarop geen andere van de waarden in het ene beter is en in het andere minstens even goed. "
        "Van boven naar onder erlangs kost kwaliteit en verkleint het verschil tussen groepen. Vol: zoals het nu is. "
        "Streepjes: 95%-interval. Vanaf de stippellijn (0,80) wordt de vier-vijfderegel over alle selecties samen "
        "gehaald.",
        "Line: the front, where no other of the values is better in the one and at least as good in the other. Going "
        "down along it costs quality and narrows the gap between groups. Filled: as it is now. Thin lines: 95% "
        "intervals. From the dotted line (0.80) on the four-fifths rule is kept over all selections together.",
    ),
    "trade many": Words(
        "Alleen punten op het front hebben een naam, voor zover er plaats is; alle staan in de tabel hierboven.",
        "Only points on the front have names, as far as there is room; all are in the table above.",
    ),
    "nothing varies": Words(
        "Geen enkele uitkomst verschilt van wat er nu staat.", "No outcome differs from that of what is written now."
    ),
    "sweep partial": Words(
        "De simulatie werd onderbroken: {done} van de {planned} punten zijn er, het laatste misschien met minder "
        "replicaties.",
        "The simulation was interrupted: {done} of the {planned} points are there, the last perhaps with fewer "
        "replications.",
    ),
    "flow alt": Words(
        "Sankey-diagram: hoeveel kandidaten gemiddeld van welke toestand naar welke gaan. De dikte is hun aantal.",
        "Sankey diagram: how many candidates go from which state to which, on average. Widths are their numbers.",
    ),
    "funnel alt": Words(
        "Balken: hoeveel kandidaten gemiddeld elke toestand bereiken, met het 95%-interval van het gemiddelde en het "
        "bereik van 5 tot 95% van de selecties.",
        "Bars: how many candidates reach each state on average, with the 95% interval of the mean and the range of 5 "
        "to 95% of the selections.",
    ),
    "reserve alt": Words(
        "Histogram: in welk aandeel van de selecties hoeveel kandidaten geselecteerd worden.",
        "Histogram: in which share of the selections how many candidates are selected.",
    ),
    "calendar alt": Words(
        "Kalender per week: wanneer de stappen open zijn, en hoe vol de jurydagen zitten.",
        "Calendar by week: when the steps are open, and how full the jury days are.",
    ),
    "impact alt": Words(
        "Spreidingsdiagram: van elke variant de kwaliteit van wie geselecteerd wordt en de laagste verhouding tussen "
        "groepen.",
        "Scatter plot: for each variant the quality of those selected and the lowest ratio between groups.",
    ),
    "flow note": Words(
        "Gemiddelde aantallen per selectie. Wat ongunstig eindigt of zich terugtrekt, loopt naar onder rechts. Wie "
        "een weg meermaals gaat, telt zo vaak mee.",
        "Mean numbers a selection. What ends adversely or withdraws runs to the lower right. Whoever goes a way more "
        "than once is counted as often.",
    ),
    "funnel note": Words(
        "Lichte balk: gemiddelde. Donkere streep met dwarsstreepjes: 95%-interval van het gemiddelde. Dunne band: 5 "
        "tot 95% van de selecties.",
        "Light bar: mean. Dark line with ends: 95% interval of the mean. Thin band: 5 to 95% of the selections.",
    ),
    "reserve note": Words(
        "In een andere kleur: minder dan gewenst.",
        "In another colour: fewer than wanted.",
    ),
    "calendar note": Words("Balken: termijnen zoals aangekondigd.", "Bars: windows as announced."),
    "jury note": Words(
        "Gevulde dagen: gemiddeld aantal kandidaten tegenover het aantal plaatsen, de eerste dagen eerst gevuld. "
        "Jury's zitten van maandag tot vrijdag.",
        "Filled days: mean number of candidates against the places, the first days filled first. Juries sit "
        "from Monday to Friday.",
    ),
    "impact note": Words(
        "Rechts van de stippellijn (0,80) wordt de vier-vijfderegel over alle selecties samen gehaald. Streepjes: "
        "95%-interval.",
        "To the right of the dotted line (0.80) the four-fifths rule is kept over all selections together. Lines: "
        "95% interval.",
    ),
    "wanted mark": Words("gewenst: {wanted}", "wanted: {wanted}"),
    "four fifths mark": Words("vier vijfde", "four fifths"),
    "of all": Words("van wie kandidaat is: {value}", "of all who apply: {value}"),
    "of places": Words("{seen} van {places}", "{seen} of {places}"),
    "left": Words("te veel: {left}", "too many: {left}"),
    "no place": Words("te veel", "too many"),
    "weeks skipped": Words("{n} weken zonder begin, einde of jury", "{n} weeks without a start, an end or a jury"),
    "applications": Words("Kandidaatstelling", "Applications"),
    "last day": Words("{step}: laatste dag", "{step}: last day"),
    "first day": Words("{step}: vanaf deze dag", "{step}: from this day"),
    "tentative": Words("{step} (onder voorbehoud)", "{step} (tentative)"),
    "success axis": Words(
        "aandeel van wie geselecteerd is dat het goed zou doen", "share of those selected who would do well"
    ),
    "measure axis": Words("gemiddelde van “{measure}” van wie geselecteerd is", "mean “{measure}” of those selected"),
    "impact axis": Words(
        "laagste verhouding van selectiekansen tot die van de eerste groep",
        "lowest ratio of selection rates to that of the first group",
    ),
    "trade axis": Words(
        "laagste verhouding tussen de selectiekansen van groepen, de laagste gedeeld door de hoogste",
        "lowest ratio between selection rates of groups, the lower by the higher",
    ),
    "value now": Words("waarde die er nu staat", "value that is written now"),
    "this scenario": Words("dit scenario", "this scenario"),
    # instead of a picture
    "no groups": Words(
        "Het scenario onderscheidt geen groepen, dus er is geen ongunstige impact te berekenen.",
        "The scenario tells no groups apart, so there is no adverse impact to compute.",
    ),
    "no impact": Words(
        "Van de eerste groep werd niemand geselecteerd, of een groep is leeg: er is geen verhouding.",
        "Nobody of the first group was selected, or a group is empty: there is no ratio.",
    ),
    "no quality": Words(
        "Het scenario zegt niet wie het goed zou doen en meet geen criterium, dus over kwaliteit valt niets te zeggen.",
        "The scenario does not say who would do well and measures no criterion, so nothing can be said of quality.",
    ),
    "no dates": Words("De procedure vermeldt geen data.", "The procedure states no dates."),
    "no selected": Words(
        "Het scenario zegt niet welke toestand als geselecteerd telt.",
        "The scenario does not say which state counts as selected.",
    ),
    "no juries": Words("Het scenario vermeldt geen jury's.", "The scenario states no juries."),
}


def say(phrase: str, language: Language, /, **words: object) -> str:
    """A phrase of the table in the language, with `words` filled in."""
    return PHRASES[phrase].in_language(language).format(**words)
