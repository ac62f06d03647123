"""Labels: a join, member by member; only open data leaves through an open door."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.errors import InputError, UnknownTermError
from pactolus.workspace.labels import DEFAULT_LEVELS, OPEN, Label, Levels

LEVELS = Levels({"KOR": ("shared", "confidential"), "JPN": ("a", "b", "c")})
MEMBERS = ("KOR", "JPN", "USA")
labels = st.dictionaries(st.sampled_from(MEMBERS), st.integers(0, 3)).map(
    lambda picked: Label(
        tuple(
            sorted(
                (m, LEVELS.for_member(m)[min(n, len(LEVELS.for_member(m)) - 1)]) for m, n in picked.items()
            )
        )
    )
)


@given(labels, labels, labels)
def test_inheriting_is_a_join(a: Label, b: Label, c: Label) -> None:
    join = LEVELS.strictest
    assert join([a, a]) == a
    assert join([a, b]) == join([b, a])
    assert join([a, join([b, c])]) == join([join([a, b]), c])
    assert join([a, OPEN]) == a
    assert join([]) == OPEN


@given(labels, labels)
def test_a_result_is_never_less_strict_than_an_input(a: Label, b: Label) -> None:
    joined = dict(LEVELS.strictest([a, b]).parts)
    for member, level in (*a.parts, *b.parts):
        ladder = LEVELS.for_member(member)
        assert ladder.index(joined[member]) >= ladder.index(level)


@given(labels)
def test_a_label_reads_back(label: Label) -> None:
    assert LEVELS.read(str(label)) == label


def test_levels_of_a_deployment_are_its_own() -> None:
    assert LEVELS.for_member("USA") == DEFAULT_LEVELS
    assert str(LEVELS.strictest([LEVELS.read("KOR:shared"), LEVELS.read("JPN:b+KOR:confidential")])) == (
        "JPN:b+KOR:confidential"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("KOR", "write open, or member:level"),
        ("KOR:shared+KOR:confidential", "KOR stands twice"),
        ("KOR:confidental", "unknown level of KOR 'confidental'; did you mean 'confidential'"),
    ],
)
def test_a_bad_label_says_the_mend(text: str, message: str) -> None:
    with pytest.raises((InputError, UnknownTermError), match=message):
        LEVELS.read(text)


def test_an_open_output_refuses_what_is_not_open() -> None:
    LEVELS.require_open(OPEN, "brief")
    with pytest.raises(
        InputError, match="brief: an input is labelled KOR:shared; this output holds open data only"
    ):
        LEVELS.require_open(LEVELS.read("KOR:shared"), "brief")
