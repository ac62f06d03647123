"""Korean particles follow the sound before them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pactolus.wording.korean import PARTICLES, particle


@pytest.mark.parametrize(
    ("word", "form", "expected"),
    [
        ("리튬", "을", "을"),
        ("코발트", "을", "를"),
        ("중국", "이", "이"),
        ("호주", "이", "가"),
        ("한국", "은", "은"),
        ("대만*", "은", "은"),
        ("텅스텐", "과", "과"),
        ("희토류", "과", "와"),
        ("니켈", "으로", "로"),  # a final rieul takes the short form
        ("니켈", "을", "을"),
        ("망간", "으로", "으로"),
        ("리튬(정련품)", "으로", "으로"),  # after brackets the word before them decides
        ("흑연 (혼합 단계)", "은", "은"),
        ("한국(KOR)", "이", "이"),
        ("82.1%", "을", "를"),
        ("82.1%", "으로", "로"),
        ("+3.2%p", "이", "가"),
        ("39,216.9백만 달러", "으로", "로"),
        ("2024년", "은", "은"),
        ("1", "으로", "로"),
        ("3", "으로", "으로"),
        ("10", "을", "을"),
        ("2", "이", "가"),
        ("HHI", "은", "는"),
        ("GeoPolRisk", "은", "는"),
        ("12.3kg", "을", "을"),
        ("USGS", "이", "가"),
        ("BGM", "이", "이"),
    ],
)
def test_the_particle_fits_the_sound(word, form, expected):
    assert particle(word, form) == expected


@given(st.text(max_size=20), st.sampled_from(sorted(PARTICLES)))
def test_any_word_gets_one_of_the_two_forms(word, form):
    assert particle(word, form) in PARTICLES[form]


@given(st.text(alphabet="가나다라마바사아자차카타파하강산물돌", min_size=1, max_size=6))
def test_either_form_of_a_pair_asks_for_the_same(word):
    for form, pair in PARTICLES.items():
        assert {particle(word, other) for other in pair if other in PARTICLES} == {particle(word, form)}


def test_an_unknown_particle_is_an_error():
    with pytest.raises(KeyError):
        particle("리튬", "부터")
