"""Which codes are told: the table of precedence, and words that stand for none."""

from __future__ import annotations

import pytest

from smtp_verify.errors import UsageError
from smtp_verify.lint.pages import codes, pages
from smtp_verify.lint.selection.choice import NO_CHOICE, Choice, dropped
from smtp_verify.lint.selection.known_codes import ALL, codes_of


def told(*layers: Choice) -> set[str]:
    return set(ALL - dropped(layers))


def of(*prefixes: str) -> set[str]:
    return {code for code in ALL if code.startswith(prefixes)}


def test_every_code_can_be_chosen() -> None:
    assert sorted(ALL) == codes()
    assert all(codes_of(page.name) == {page.code} for page in pages())
    assert told() == told(NO_CHOICE) == ALL


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        ([Choice(("SV6",))], of("SV6")),
        ([Choice(("sv60", "sv2"))], of("SV60", "SV2")),
        ([Choice(("no-code", "No-Address"))], {"SV601", "SV401"}),
        ([Choice(())], set()),
        ([Choice(None, ("SV6",))], ALL - of("SV6")),
        # The longer prefix wins, whichever of the two it stands in.
        ([Choice(("SV6",), ("SV60",))], of("SV6") - of("SV60")),
        ([Choice(("SV60",), ("SV6",))], of("SV60")),
        ([Choice(("SV601", "SV6"), ("SV60",))], {"SV601"} | of("SV6") - of("SV60")),
        ([Choice(("SV6",), ("no-code",))], of("SV6") - {"SV601"}),
        ([Choice(("no-code",), ("SV60",))], {"SV601"}),
        # Of equal ones, ignore.
        ([Choice(("SV6",), ("SV6",))], set()),
        ([Choice(("SV601",), ("no-code",))], set()),
        ([Choice(("SV",), ("SV",))], set()),
        # Above a layer, one that selects starts anew, and one that ignores takes away.
        ([Choice(("SV6",), ("SV601",)), Choice(("SV60",))], of("SV60")),
        ([Choice(("SV6",)), Choice(None, ("SV60",))], of("SV6") - of("SV60")),
        ([Choice(("SV601",)), Choice(None, ("SV6",))], set()),
        ([Choice(None, ("SV6",)), Choice(None, ("SV5",))], ALL - of("SV5", "SV6")),
        ([Choice(None, ("SV6",)), NO_CHOICE], ALL - of("SV6")),
    ],
)
def test_the_longer_prefix_wins(layers: list[Choice], expected: set[str]) -> None:
    assert told(*layers) == expected


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("SV699", "there is no finding 'SV699'; did you mean SV6"),
        ("SV6011", "there is no finding 'SV6011'; did you mean SV"),
        ("no-codes", "there is no finding 'no-codes'; did you mean no-code?"),
        ("E501", "there is no finding 'E501'; did you mean SV501?"),
        ("S", "there is no finding 'S'; smtp-verify explain --list lists them all"),
        ("quite-another-thing", "there is no finding 'quite-another-thing'; smtp-verify explain --list"),
    ],
)
def test_an_unknown_word_is_an_error_with_a_suggestion(word: str, said: str) -> None:
    for choice in (Choice((word,)), Choice(None, (word,))):
        with pytest.raises(UsageError) as caught:
            dropped([choice])
        assert caught.value.message.startswith(said)


@pytest.mark.parametrize("word", ["SV006", "sv001", "syntax"])
def test_why_a_text_is_not_read_cannot_be_ignored(word: str) -> None:
    with pytest.raises(UsageError, match=f"^{word} cannot be ignored"):
        dropped([Choice(None, (word,))])
    assert told(Choice((word,)))
