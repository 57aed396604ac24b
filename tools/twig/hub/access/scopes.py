"""What a caller may do; each scope holds the ones before it."""

from enum import IntEnum


class Scope(IntEnum):
    """PUBLIC needs no login and is given to nobody; a person who has logged in has ADMIN."""

    PUBLIC = 0
    READ = 1  # devices, values, events
    CONTROL = 2  # set IOs
    ADMIN = 3  # everything

    @property
    def word(self) -> str:
        """Its name for people and programs."""
        return self.name.lower()


GIVEN = ("read", "control", "admin")  # what a token may have


def parse(word: str) -> Scope:
    """The scope of one of the words in GIVEN."""
    return Scope[word.upper()]
