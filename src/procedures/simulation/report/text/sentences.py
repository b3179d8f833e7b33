"""The sentences of the summary and of the assumptions, in Dutch and English. This module holds only tables."""

from collections.abc import Mapping
from typing import Final

from rules.words import Words

SUMMARY: Final[Mapping[str, Words]] = {
    "size fixed": Words(
        "Voor elke selectie stellen {mean} personen zich kandidaat.", "{mean} people apply to every selection."
    ),
    "size": Words(
        "Gemiddeld stellen {mean} personen zich kandidaat ({low} tot {high} in negen op de tien selecties).",
        "On average {mean} people apply ({low} to {high} in nine selections out of ten).",
    ),
    "reach": Words("Van hen bereiken gemiddeld {states}.", "Of these, on average {states}."),
    "reach one": Words("{mean}\u00a0“{state}”", "{mean} reach “{state}”"),
    "selected": Words(
        "Gemiddeld worden er {mean} geselecteerd ({low} tot {high} in negen op de tien selecties): {ratio} van wie "
        "kandidaat is.",
        "On average {mean} are selected ({low} to {high} in nine selections out of ten): {ratio} of those who apply.",
    ),
    "empty": Words(
        "In {empty} van de selecties wordt niemand geselecteerd.", "In {empty} of the selections nobody is selected."
    ),
    "too small": Words(
        "In {empty} van de selecties wordt niemand geselecteerd, in {small} minder dan de {wanted} die gewenst zijn.",
        "In {empty} of the selections nobody is selected, in {small} fewer than the {wanted} that are wanted.",
    ),
    "held": Words(
        "“{step}” wordt gehouden in {share} van de selecties.", "“{step}” is held in {share} of the selections."
    ),
    "impact": Words(
        "Wie tot “{group}” hoort, wordt {ratio} keer zo vaak geselecteerd als wie tot “{against}” hoort{interval}.",
        "Those of “{group}” are selected {ratio} times as often as those of “{against}”{interval}.",
    ),
    "impact interval": Words(" (95%-interval {low} tot {high})", " (95% interval {low} to {high})"),
    "below": Words(
        "In {below} van de selecties ligt dat onder vier vijfde; met gelijke kansen zou dat door toeval al in {luck} "
        "zo zijn.",
        "In {below} of the selections that is below four fifths; with equal chances it would be by luck alone in "
        "{luck}.",
    ),
    "success": Words(
        "Van wie geselecteerd wordt, zou {ratio} het goed doen; van wie kandidaat is {base}.",
        "Of those selected {ratio} would do well; of those who apply {base}.",
    ),
    "workload": Words(
        "“{step}” vraagt gemiddeld {sessions} sessies en {hours} jury-uren; nodige jurydagen: gemiddeld {days} "
        "({low} tot {high}).",
        "“{step}” takes {sessions} sessions and {hours} jury hours on average; jury days needed: {days} on average "
        "({low} to {high}).",
    ),
    "fits": Words(
        "Voorziene jurydagen: {available}; dat volstaat in {share} van de selecties.",
        "Declared jury days: {available}; that is enough in {share} of the selections.",
    ),
    "waited": Words(
        "Van kandidaatstelling tot de laatste geselecteerde verlopen gemiddeld {days} dagen.",
        "From application to the last who is selected it takes {days} days on average.",
    ),
    "waited undated": Words(
        "Wie zich daags vóór de eerste datum van de procedure kandidaat stelt, wacht gemiddeld {days} dagen tot de "
        "laatste geselecteerd is; vanaf wanneer men zich kandidaat kan stellen, staat er niet in.",
        "Whoever applies on the day before the first date of the procedure waits {days} days on average until the "
        "last is selected; from when on one may apply is not stated.",
    ),
    "lasting": Words(
        "Met {vacancies} vacatures per jaar gaat de reserve gemiddeld {years} jaar mee; in {exhausted} van de "
        "gevallen is ze leeg vóór ze vervalt. Ze vult gemiddeld {filled} vacatures.",
        "With {vacancies} vacancies a year the reserve lasts {years} years on average; in {exhausted} of the cases "
        "nobody is left before it ends. It fills {filled} vacancies on average.",
    ),
    "lasting endless": Words(
        "Met {vacancies} vacatures per jaar gaat de reserve, die niet vervalt, gemiddeld {years} jaar mee. Ze vult "
        "gemiddeld {filled} vacatures.",
        "With {vacancies} vacancies a year the reserve, which does not end, lasts {years} years on average. It fills "
        "{filled} vacancies on average.",
    ),
    "lasting terms": Words(
        "Gerekend met één aanbod per vacature tegelijk, dat {declines} van de kandidaten weigert; wie weigert, "
        "{refusal}.",
        "Reckoned with one offer at a time for each vacancy, which {declines} of candidates decline; who declines "
        "{refusal}.",
    ),
    "refusal leaves": Words("verlaat de reserve", "leaves the reserve"),
    "refusal stays": Words("blijft op de reserve", "stays on the reserve"),
    "undecided": Words(
        "In {share} van de selecties kon “{step}” niet afgesloten worden.",
        "In {share} of the selections “{step}” could not be closed.",
    ),
}

ASSUMED: Final[Mapping[str, Words]] = {
    "size fixed": Words("{n} kandidaten per selectie", "{n} candidates a selection"),
    "size mean": Words("aantal kandidaten: Poisson, gemiddeld {n}", "number of candidates: Poisson, {n} on average"),
    "size between": Words(
        "aantal kandidaten: elk aantal van {least} tot {most} even vaak",
        "number of candidates: any number from {least} to {most} as often",
    ),
    "fact": Words("{what}: {how}", "{what}: {how}"),
    "chance": Words("{share} {value}", "{share} {value}"),
    "gamma": Words(
        "gamma, gemiddeld {mean} (vorm {shape}, schaal {scale})",
        "gamma, {mean} on average (shape {shape}, scale {scale})",
    ),
    "normal": Words(
        "normaal, gemiddeld {mean}, standaardafwijking {sd}", "normal, mean {mean}, standard deviation {sd}"
    ),
    "uniform": Words("elke waarde van {least} tot {most} even vaak", "every value from {least} to {most} as often"),
    "uniform days": Words(
        "elke dag van {least} tot en met {most} even vaak", "every day from {least} to {most} as often"
    ),
    "poisson": Words("Poisson, gemiddeld {mean}", "Poisson, {mean} on average"),
    "constant": Words("altijd {value}", "always {value}"),
    "given": Words("naargelang “{fact}”: {cases}", "depending on “{fact}”: {cases}"),
    "case": Words("bij {value} {how}", "at {value} {how}"),
    "measured flag": Words(
        "{how}; ja vanaf 0, dus bij {share} van een groep zonder verschuiving",
        "{how}; yes from 0 on, so for {share} of a group without a shift",
    ),
    "nobody records": Words("{how}; een criterium dat niemand vastlegt", "{how}; a criterion that nobody records"),
    "correlation": Words("samenhang van “{one}” en “{other}”: {r}", "correlation of “{one}” and “{other}”: {r}"),
    "group": Words("groep “{group}”: {share} van de kandidaten", "group “{group}”: {share} of the candidates"),
    "shift": Words("“{what}” ligt {sd} standaardafwijkingen {way}", "“{what}” lies {sd} standard deviations {way}"),
    "higher": Words("hoger", "higher"),
    "lower": Words("lager", "lower"),
    "success": Words("wie het goed zou doen: {rule}", "who would do well: {rule}"),
    "selected": Words("als geselecteerd telt wie “{state}” bereikt", "whoever reaches “{state}” counts as selected"),
    "wanted": Words("gewenst op de reserve: {n}", "wanted on the reserve: {n}"),
    "vacancies": Words("{n} vacatures per jaar, op willekeurige momenten", "{n} vacancies a year, at random moments"),
    "no_show": Words("{share} komt niet opdagen bij “{where}”", "{share} do not come to “{where}”"),
    "withdraw": Words(
        "{share} van wie “{where}” bereikt, trekt zich terug", "{share} of those who reach “{where}” withdraw"
    ),
    "lapse": Words("{share} laat de termijn van “{where}” verstrijken", "{share} let the window of “{where}” pass"),
    "decline": Words("{share} weigert bij “{where}”", "{share} decline at “{where}”"),
    "resource": Words(
        "jury's bij “{step}”: {juries}, {slot} minuten per kandidaat, {hours}; {places} plaatsen per dag",
        "juries at “{step}”: {juries}, {slot} minutes for each candidate, {hours}; {places} places a day",
    ),
    "unknown": Words(
        "niet gekend, want het scenario zegt er niets over: {facts}",
        "not known, for the scenario says nothing of it: {facts}",
    ),
}
