"""Texts for people in the languages of the library: Dutch and English."""

from typing import Final, Literal, TypeAlias

from attrs import frozen

Language: TypeAlias = Literal["nl", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("nl", "en")


@frozen
class Words:
    """One text in both languages; where one language is missing, the text of the other is used."""

    nl: str | None = None
    en: str | None = None

    @classmethod
    def same(cls, text: str) -> "Words":
        return cls(text, text)

    def in_language(self, language: Language, otherwise: str = "") -> str:
        first, second = (self.nl, self.en) if language == "nl" else (self.en, self.nl)
        return first or second or otherwise

    def __bool__(self) -> bool:
        return bool(self.nl or self.en)


def language_of(text: str) -> Language:
    """`nl` or `en`; raises ValueError for any other word."""
    if text not in LANGUAGES:
        raise ValueError(f"unknown language `{text}`: choose nl or en")
    return text


def value_as_words(value: str) -> str:
    """A value of a choice or level as words, where no label was given; `B1.1` and `niv_1.2` are told as they are."""
    return value.replace("_", " ") if value.replace("_", "").isalpha() else value


def as_words(name: str) -> str:
    """A name of the definition as words, where no label was given: `leadership_experience` → leadership experience."""
    return name.replace(".", ": ").replace("_", " ")
