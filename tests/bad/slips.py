"""A definition without mistakes, and slips of an author: what stands right in it, and what was typed instead.

`▸` marks the place that the message must name. The help must show what is right: its code stands in the right text.
"""

RIGHT = """\
procedure: example/slips
title: {nl: "Ronde 1: gesprek", en: Talk}
organisation: "Gent, België"
sources: {notice: {document: notice.txt}}
applications: {opens: 2026-01-05 09:00, until: 2026-02-13 23:59}
facts:
  degree: {kind: level, of: [none, bachelor, master]}
  experience: {kind: duration, unit: months, label: "Kamer #3"}
  licence: {kind: flag, label: "Foto's maken"}
  points: {kind: number, from: 0, to: 1000}
  since: {kind: date}
scores:
  final: {mean: {points: 0.6, test.score: 0.4}}
conditions:
  years:
    label: "'s Avonds en 's nachts"
    rule: {experience: {at_least: 18 months}}
  drives:
    rule: {licence: true}
  good: {rule: {points: {at_least: 59.5}}}
  both: {rule: {all: [years, drives]}}
  either:
    rule: {any: [years, drives, good]}
  learned: {rule: {degree: {one_of: [bachelor, master]}}}
  early: {rule: {since: {before: 2020-01-31}}}
  exact: {rule: {points: {one_of: [59.5, 60]}}}
steps:
  screening:
    label: 'Eerste "grote" ronde'
    source: [notice:1, notice:3]
    from: applied
    to: tested
    passes: both
  test:
    to: done
    otherwise: rejected
    records: {score: {kind: number, from: 0, to: 100}}
    pass_mark: 50
    automatic: true
    slot: 90 minutes
reserve: {state: done, valid: 2 years}
"""

_NO_YAML = "this is not YAML: "

# What the parser refuses: the right text, the slip, the sentence and the help.
UNREADABLE = {
    "one space too many": (
        "    otherwise: rejected\n", "     ▸otherwise: rejected\n",
        "`otherwise` does not line up with the keys above", "indent it by 4 spaces, like `to`",
    ),
    "one space too many after a quoted text": (
        "    rule: {experience", "     ▸rule: {experience",
        "`rule` does not line up with the keys above", "indent it by 4 spaces, like `label`",
    ),
    "one space too many for a member": (
        "  licence: {kind", "   ▸licence: {kind",
        "`licence` does not line up with the keys above", "indent it by 2 spaces, like `experience`",
    ),
    "one space too few": (
        "    otherwise: rejected\n", "   ▸otherwise: rejected\n",
        "`otherwise` does not line up with the keys above", "indent it by 4 spaces, like `to`",
    ),
    "a non-breaking space after a colon": (
        "    otherwise: rejected\n", "    otherwise:▸\u00a0rejected\n",
        "this space is no ordinary space",
        "delete it and type a space; such characters come along with text that is copied",
    ),
    "a non-breaking space that indents": (
        "    otherwise: rejected\n", "  ▸\u00a0 otherwise: rejected\n",
        "this space is no ordinary space",
        "delete it and type a space; such characters come along with text that is copied",
    ),
    "an apostrophe in single quotes": (
        "\"Foto's maken\"", "'Foto▸'s maken'", "the quoted text ends at this `'`", "write `\"Foto's maken\"`",
    ),
    "an apostrophe that begins a text": (
        "\"'s Avonds en 's nachts\"", "▸'s Avonds en 's nachts",
        "a text that begins with an apostrophe stands in double quotes", "write `\"'s Avonds en 's nachts\"`",
    ),
    "an apostrophe that begins a text in braces": (
        '{nl: "Ronde 1: gesprek", en: Talk}', "{nl: Ronde, en: ▸'s Talk}",
        "a text that begins with an apostrophe stands in double quotes", "write `\"'s Talk\"`",
    ),
    "double quotes in double quotes": (
        "'Eerste \"grote\" ronde'", '"Eerste ▸"grote" ronde"',
        'the quoted text ends at this `"`', "write `'Eerste \"grote\" ronde'`",
    ),
    "a quote that is not closed": (
        '"Gent, België"', '▸"Gent, België', "the quote that opens here is never closed", 'write `"Gent, België"`',
    ),
    "quotes from a word processor": (
        '"Ronde 1: gesprek"', "▸“Ronde 1: gesprek”", "`“` does not quote a text", 'write `"Ronde 1: gesprek"`',
    ),
    "a colon in a text within braces": (
        '"Ronde 1: gesprek"', "Ronde 1▸: gesprek",
        "a text with `: ` in it stands in quotes", 'write `"Ronde 1: gesprek"`',
    ),
    "a colon in a text": (
        '"Gent, België"', "Gent▸: België", "a text with `: ` in it stands in quotes", 'write `"Gent: België"`',
    ),
    "a hash in a text within braces": (
        '"Kamer #3"', "Kamer ▸#3", "a comment begins at this `#`", 'write `"Kamer #3"`',
    ),
    "a sign that begins a text": (
        '"Gent, België"', "▸@Gent", "a text that begins with `@` stands in quotes", 'write `"@Gent"`',
    ),
    "no space after a colon": (
        "    pass_mark: 50\n", "    ▸pass_mark:50\n", "a space is missing after the `:`", "write `pass_mark: 50`",
    ),
    "no space after a colon, before braces": (
        "    records: {score", "    ▸records:{score", "a space is missing after the `:`", "write `records: …`",
    ),
    "no space after a colon in braces, before braces": (
        "{rule: {points: {at_least", "{▸rule:{points: {at_least", "a space is missing after the `:`", "write `rule: …`",
    ),
    "no colon": (
        "    pass_mark: 50\n", "    ▸pass_mark 50\n", "a `:` is missing after `pass_mark`", "write `pass_mark: 50`",
    ),
    "no colon after a name": (
        "  screening:\n", "  ▸screening\n", "a `:` is missing after `screening`", "write `screening: …`",
    ),
    "an equals sign": (
        "    pass_mark: 50\n", "    ▸pass_mark = 50\n",
        "a key is followed by a `:`, not by a `=`", "write `pass_mark: 50`",
    ),
    "no comma": (
        "from: 0, to: 1000", "from: 0 ▸to: 1000", "a comma is missing before `to`", "write `0, to: …`",
    ),
    "a brace that is not closed": (
        "{kind: number, from: 0, to: 1000}", "▸{kind: number, from: 0, to: 1000",
        "the mapping that opens here is not closed", "close it with `}`",
    ),
    "a bracket that is not closed": (
        "{kind: level, of: [none, bachelor, master]}", "{kind: level, of: ▸[none, bachelor, master}",
        "the list that opens here is not closed", "close it with `]`",
    ),
    "a brace too many": (
        "{kind: date}", "{kind: date}▸}", "nothing is open that this `}` closes", "delete it",
    ),
    "a sign in a rule": (
        "{points: {at_least: 59.5}}", "{points: ▸>= 59.5}",
        "a comparison is written with words", "write `{at_least: 59.5}`",
    ),
    "a sign at a pass mark": (
        "    pass_mark: 50\n", "    pass_mark: ▸>= 50\n", "`pass_mark` takes no sign", "write `50`",
    ),
}  # fmt: skip

# What YAML reads, but not as it was meant.
MISREAD = {
    "a decimal comma in braces": (
        "at_least: 59.5", "at_least: ▸59,5", "a comma ends the number in `59,5`", "a decimal has a point: `59.5`",
    ),
    "a decimal comma in the first of two weights": (
        "{points: 0.6, test", "{points: ▸0,6, test",
        "a comma ends the number in `0,6`", "a decimal has a point: `0.6`",
    ),
    "a decimal comma in a list": (
        "[59.5, 60]", "[▸59,5, 60]", "`59,5` is two items of a list, or a decimal",
        "write `59.5`, or `59, 5` with a space",
    ),
    "a comma for thousands in braces": (
        "to: 1000", "to: ▸1,000", "a comma ends the number in `1,000`",
        "a thousand or a decimal? write `1000` or `1`",
    ),
    "a comma in a duration": (
        "at_least: 18 months", "at_least: ▸1,5 jaar", "a comma ends the duration in `1,5 jaar`", "write `18 months`",
    ),
    "a comma in a text within braces": (
        'label: "Kamer #3"', "label: ▸Kamer 3, Gent, België", "a comma ends the text in `Kamer 3, Gent, België`",
        'put all of it in quotes: `"Kamer 3, Gent, België"`',
    ),
    "commas for a list": (
        "{degree: {one_of: [bachelor, master]}}", "{degree: {one_of: ▸bachelor, master}}",
        "a comma ends the value in `bachelor, master`", "several are a list: `[bachelor, master]`",
    ),
    "commas for rules": (
        "{rule: {all: [years, drives]}}", "{rule: ▸years, drives}", "a comma ends the rule in `years, drives`",
        "several rules are a list: `{all: [years, drives]}`, or under `any:`",
    ),
    "no space after a colon in braces": (
        "from: 0, to: 1000", "▸from:0, to: 1000", "a space is missing after the `:`", "write `from: 0`",
    ),
    "no colon in braces": (
        "{state: done, valid: 2 years}", "{valid: 2 years, ▸state done}",
        "a `:` is missing after `state`", "write `state: done`",
    ),
    "no value in braces": (
        "{state: done, valid: 2 years}", '{state: "done", ▸valid}', "`valid` is a key without its `:`",
        "write `valid: …`",
    ),
    "an invisible mark before a key": (
        "    pass_mark: 50\n", "    ▸\u200bpass_mark: 50\n", "unknown key `\u200bpass_mark` in step `test`",
        "a character in it cannot be seen, or is no ordinary space: type `pass_mark` anew",
    ),
    "a step at the top": (
        "reserve: {state: done, valid: 2 years}\n", "▸offer: {from: done, to: hired}\n",
        "unknown key `offer` in the definition", "it looks like a step: indent it under `steps:`",
    ),
    "a key of a step at the top": (
        "    slot: 90 minutes\n", "▸slot: 90 minutes\n", "unknown key `slot` in the definition",
        "indent it: it belongs to one of the `steps:`",
    ),
    "a key of a step among the steps": (
        "    slot: 90 minutes\n", "  ▸slot: 90 minutes\n",
        "`slot` is a key of a step, and stands where its name should", "indent it under the name above",
    ),
    "a percentage": (
        "pass_mark: 50", "pass_mark: ▸50%", "`test.score`: `50%` is not a number",
        "write the number without the sign: `50`",
    ),
    "points out of points": (
        "pass_mark: 50", "pass_mark: ▸50/100", "`test.score`: `50/100` is not a number",
        "write the points alone: `50`",
    ),
    "points with their word": (
        "pass_mark: 50", "pass_mark: ▸50 punten", "`test.score`: `50 punten` is not a number",
        "write the number alone: `50`",
    ),
    "a decimal comma": (
        "pass_mark: 50", "pass_mark: ▸49,5", "`test.score`: `49,5` is not a number",
        "a decimal has a point: `49.5`",
    ),
    "a thousand with a point": (
        "to: 1000", "to: ▸1.000", "`to`: `1.000` is not clear as a number",
        "a thousand or a decimal? write `1000` or `1`",
    ),
    "a thousand with a space": (
        "to: 1000", "to: ▸1 000", "`to`: `1 000` is not clear as a number", "write `1000`",
    ),
    "the hour 24": (
        "2026-02-13 23:59", "▸2026-02-13 24:00",
        "`until`: `2026-02-13 24:00` is not in the calendar: hour must be in 0..23",
        "no day has a 24:00: write `2026-02-13 23:59` or `2026-02-14 00:00`",
    ),
    "an hour of one digit": (
        "2026-01-05 09:00", "▸2026-01-05 9:00", "`opens`: `2026-01-05 9:00` is not a date or local time",
        "write `2026-01-05 09:00`: with two digits each",
    ),
    "an hour as in a letter": (
        "2026-01-05 09:00", "▸5 januari 2026 om 9u", "`opens`: `5 januari 2026 om 9u` is not a date or local time",
        "write `2026-01-05 09:00`: in figures, the year first",
    ),
    "the day first": (
        "2020-01-31", "▸31/01/2020", "`since`: `31/01/2020` is not a date or local time",
        "write `2020-01-31`: the year stands first, then the month",
    ),
    "the day before the month": (
        "2020-01-31", "▸2020-31-01", "`since`: `2020-31-01` is not in the calendar: month must be in 1..12",
        "write `2020-01-31`: the month stands before the day",
    ),
    "a Dutch unit": (
        "valid: 2 years", "valid: ▸2 jaar", "`valid`: unknown unit `jaar`", "write `2 years`",
    ),
    "parts of a unit": (
        "slot: 90 minutes", "slot: ▸1,5 uur", "`slot`: `1,5 uur` is not a duration", "write `90 minutes`",
    ),
    "no unit": (
        "slot: 90 minutes", "slot: ▸90", "`slot`: `90` is not a duration",
        "write its unit too, as in `90 minutes`, `90 days` or `90 months`",
    ),
    "a Dutch yes": (
        "automatic: true", "automatic: ▸ja", "`automatic` is a flag, not `ja`", "write `true`",
    ),
    "a condition as if it were a fact": (
        "    rule: {any: [years, drives, good]}", "    rule: {▸years: true}", "`years` is a condition, not a fact",
        "write its name alone: `years`",
    ),
    "a condition that is denied as if it were a fact": (
        "    rule: {any: [years, drives, good]}", "    rule: {▸years: false}", "`years` is a condition, not a fact",
        "write `{not: years}`",
    ),
    "two conditions in a sentence": (
        "{all: [years, drives]}", "▸years and drives", "unknown condition `years and drives`",
        "write `{all: [years, drives]}`",
    ),
    "two conditions in a Dutch sentence": (
        "{any: [years, drives, good]}", "▸years of drives of good", "unknown condition `years of drives of good`",
        "write `{any: [years, drives, good]}`",
    ),
    "a formula": (
        "{points: {at_least: 59.5}}", "▸points >= 59.5", "unknown condition `points >= 59.5`",
        "write `{points: {at_least: 59.5}}`",
    ),
    "a sign in quotes": (
        "{at_least: 59.5}", '▸">= 59.5"', "`points`: `>= 59.5` is not a number", "write `{at_least: 59.5}`",
    ),
    "a sign for an operator": (
        "{at_least: 59.5}", '{▸">=": 59.5}', "unknown operator `>=`", "write `at_least`",
    ),
    "a mapping under any": (
        "{any: [years, drives, good]}", "{any: ▸{years: true, drives: true, good: true}}",
        "`any` takes a list of rules, not a mapping", "make each an item of a list: `any: [years, drives, good]`",
    ),
    "a sentence under all": (
        "{all: [years, drives]}", '{all: ▸"years, drives"}', "`all` takes a list of rules, not `years, drives`",
        "put it in brackets: `all: [years, drives]`",
    ),
}  # fmt: skip

SLIPS = {
    **{
        name: (right, wrong, _NO_YAML + sentence, help_) for name, (right, wrong, sentence, help_) in UNREADABLE.items()
    },
    **MISREAD,
}
