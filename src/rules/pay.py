"""The pay in a vacancy: which seniority counts, the printed amounts, and the reader for both."""

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from attrs import frozen

from rules.calendar import CalendarError, Duration, Unit
from rules.facts import Declared
from rules.kinds import Duration as DurationKind
from rules.kinds import FactError, Number
from rules.nodes import Listing, Node, Scalar, Table, describe
from rules.problems import Problems
from rules.suggestions import did_you_mean

Bound: TypeAlias = Literal["least", "most", "example"]
Period: TypeAlias = Literal["hour", "month", "year"]
SourceReader: TypeAlias = Callable[[Node], tuple[str, ...]]

BOUNDS: Final[Mapping[str, Bound]] = {"least": "least", "most": "most", "example": "example"}
PERIODS: Final[Mapping[str, Period]] = {"hour": "hour", "month": "month", "year": "year"}
PAY_KEYS: Final = ("scale", "currency", "gross", "per", "seniority", "amounts", "source")
SENIORITY_KEYS: Final = ("counts", "source")
COUNTED_KEYS: Final = ("at_most",)
AMOUNT_KEYS: Final = ("bound", "amount", "seniority", "source")
_MONEY: Final = Number(least=Decimal("0.01"), step=Decimal("0.01"))


@frozen
class CountedFact:
    """A duration fact that counts as seniority, up to a ceiling where there is one."""

    fact: str
    at_most: Duration | None = None


@frozen
class SeniorityRule:
    counts: tuple[CountedFact, ...]
    sources: tuple[str, ...] = ()


@frozen
class Amount:
    """A printed amount: the least or the most of the scale, or an example; with the seniority it goes with, if any."""

    bound: Bound
    amount: Decimal
    seniority: Duration | None = None
    sources: tuple[str, ...] = ()


@frozen
class Pay:
    """
    The pay in a vacancy; amounts are in `currency` (ISO 4217).

    `gross` and `per` are set only where the source says so: what it leaves out is not known.
    """

    scale: str | None = None
    currency: str = "EUR"
    seniority: SeniorityRule | None = None
    amounts: tuple[Amount, ...] = ()
    sources: tuple[str, ...] = ()
    gross: bool = False
    per: Period | None = None


def read_pay(node: Node, declared: Declared, problems: Problems, cite: SourceReader) -> Pay | None:
    """The pay written at `node`; `cite` reads a `source:`. Problems are added to `problems`, and reading continues."""
    reader = _PayReader(declared, problems, cite)
    table = reader.table(node, "`pay`", PAY_KEYS)
    if table is None:
        return None
    seniority, listing = table.get("seniority"), table.get("amounts")
    return Pay(
        reader.word(table, "scale"),
        reader.currency(table),
        reader.seniority(seniority) if seniority else None,
        reader.amounts(listing) if listing else (),
        reader.sources(table),
        reader.flag(table, "gross"),
        reader.period(table),
    )


@frozen
class _PayReader:
    declared: Declared
    problems: Problems
    cite: SourceReader

    def table(self, node: Node, what: str, keys: Iterable[str]) -> Table | None:
        """The node as a mapping; reports other nodes and unknown keys."""
        if not isinstance(node, Table):
            self.problems.add(f"{what} is a mapping, not {describe(node)}", node.place)
            return None
        for key, _ in node:
            if key not in keys:
                self.problems.add(f"unknown key `{key}` in {what}", node.place_of(key), did_you_mean(key, keys))
        return node

    def sources(self, table: Table) -> tuple[str, ...]:
        node = table.get("source")
        return self.cite(node) if node else ()

    def word(self, table: Table, key: str) -> str | None:
        node = table.get(key)
        if node is None or (isinstance(node, Scalar) and not node.is_null):
            return node.text if node else None
        self.problems.add(f"`{key}` is a word, not {describe(node)}", node.place)
        return None

    def currency(self, table: Table) -> str:
        text = self.word(table, "currency") or "EUR"
        if not re.fullmatch("[A-Z]{3}", text):
            place = table.entries["currency"].place
            self.problems.add(f"`{text}` is not a currency", place, "write its three letters, as in `EUR`")
        return text

    def flag(self, table: Table, key: str) -> bool:
        node = table.get(key)
        if node is None or (isinstance(node, Scalar) and node.plain and node.text in ("true", "false")):
            return node is not None and node.text == "true"
        help_ = "write `true` or `false`" + (", without quotes" if isinstance(node, Scalar) and not node.plain else "")
        self.problems.add(f"`{key}` is a flag, not {describe(node)}", node.place, help_)
        return False

    def period(self, table: Table) -> Period | None:
        node = table.get("per")
        period = PERIODS.get(node.text) if isinstance(node, Scalar) else None
        if node is not None and period is None:
            self.problems.add(f"unknown period {describe(node)}", node.place, "write `hour`, `month` or `year`")
        return period

    def seniority(self, node: Node) -> SeniorityRule | None:
        table = self.table(node, "`seniority`", SENIORITY_KEYS)
        counts = table.get("counts") if table else None
        if table is None or counts is None or (isinstance(counts, Table) and not counts.entries):
            if table is not None:
                self.problems.add("`seniority` counts nothing", table.place, "name durations under `counts:`")
            return None
        if not isinstance(counts, Table):
            self.problems.add(f"`counts` is a mapping of facts, not {describe(counts)}", counts.place)
            return None
        found = tuple(
            CountedFact(name, self._ceiling(name, kind, value))
            for name, value in counts
            if (kind := self._counted_kind(name, counts)) is not None
        )
        return SeniorityRule(found, self.sources(table)) if found else None

    def _counted_kind(self, name: str, counts: Table) -> DurationKind | None:
        """The kind of a duration fact in months or years; reports any other fact."""
        fact, place = self.declared.facts.get(name), counts.place_of(name)
        if fact is None:
            durations = [fact.name for fact in self.declared.facts.values() if isinstance(fact.kind, DurationKind)]
            self.problems.add(f"unknown fact `{name}`", place, did_you_mean(name, durations))
        elif not isinstance(fact.kind, DurationKind):
            sentence = f"`{name}` is a {fact.kind.word}, and only a duration counts as seniority"
            self.problems.add(sentence, place, "declare it as `{kind: duration, unit: months}`")
        elif fact.kind.unit.family != Unit.MONTHS.family:
            sentence = f"`{name}` is counted in {fact.kind.unit.word}, which do not add up to months"
            self.problems.add(sentence, place, "declare it in months or years")
        else:
            return fact.kind
        return None

    def _ceiling(self, name: str, kind: DurationKind, node: Node) -> Duration | None:
        if isinstance(node, Scalar) and node.is_null:
            return None
        table = self.table(node, f"`{name}`", COUNTED_KEYS)
        written = table.get("at_most") if table else None
        if written is None:
            return None
        try:
            ceiling = Duration.of(int(kind.encode(written)), kind.unit)
        except (FactError, CalendarError) as error:
            self.problems.add(f"`at_most`: {error}", written.place, error.help)
            return None
        if ceiling.count == 0:
            self.problems.add("`at_most`: a ceiling of nothing counts nothing", written.place, "leave the fact out")
        return ceiling

    def amounts(self, node: Node) -> tuple[Amount, ...]:
        if not isinstance(node, Listing):
            self.problems.add(f"`amounts` is a list, not {describe(node)}", node.place)
            return ()
        read = [(amount, item) for item in node.items if (amount := self._amount(item)) is not None]
        highest = [amount for amount, _ in read if amount.bound == "most"]
        for amount, item in read:
            for most in highest:
                if amount.bound == "least" and amount.amount > most.amount:
                    sentence = f"the least amount {amount.amount} is more than the most, {most.amount}"
                    self.problems.add(sentence, item.place, "exchange `least` and `most`, or mend the amounts")
        return tuple(amount for amount, _ in read)

    def _amount(self, node: Node) -> Amount | None:
        table = self.table(node, "an amount", AMOUNT_KEYS)
        if table is None:
            return None
        bound, amount = BOUNDS.get(self.word(table, "bound") or ""), self._money(table)
        if bound is None:
            wrong = table.get("bound")
            sentence = f"unknown bound {describe(wrong)}" if wrong else "an amount without its `bound`"
            self.problems.add(sentence, wrong.place if wrong else table.place, "write `least`, `most` or `example`")
        seniority = self._seniority_of(table)
        return Amount(bound, amount, seniority, self.sources(table)) if bound and amount is not None else None

    def _money(self, table: Table) -> Decimal | None:
        node = table.get("amount")
        if node is None:
            self.problems.add("an amount without its `amount`", table.place, "write it as printed, as in `3148.08`")
            return None
        try:
            return int(_MONEY.encode(node)) * _MONEY.step
        except FactError as error:
            self.problems.add(f"`amount`: {error}", node.place, error.help)
            return None

    def _seniority_of(self, table: Table) -> Duration | None:
        text = self.word(table, "seniority")
        if text is None:
            return None
        try:
            return Duration.of(Duration.parse(text).in_unit(Unit.MONTHS), Unit.MONTHS)
        except CalendarError as error:
            self.problems.add(f"`seniority`: {error}", table.entries["seniority"].place, error.help)
            return None
