"""All three languages say the same things, nothing is left over, and the words are those of the glossary."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from pactolus.wording.korean import PARTICLES
from pactolus.wording.templates import LANGS, phrases, slots_of

SOURCE = Path(__file__).parents[2] / "src" / "pactolus"
KEYS = sorted(phrases("en"))
KEY_TEXT = re.compile(r"[a-z_]+(?:\.[A-Za-z0-9_-]+)+")
PLACE = re.compile(r"\{(\w+)(?::([^{}]*))?\}")
CJK = r"[\u3040-\u30ff\u4e00-\u9fff]"


def text(lang, key):
    return phrases(lang)[key][0]


def named_in_source() -> tuple[set[str], set[str]]:
    """Keys written out in the source, and the beginnings of keys put together there."""
    whole, begun = set(), set()
    for file in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole |= set(KEY_TEXT.findall(node.value))
            elif isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[0], ast.Constant):
                start = str(node.values[0].value)
                begun |= {start} if re.fullmatch(r"[a-z_]+\.(?:[a-z_]+\.)*", start) else set()
    for file in SOURCE.rglob("*"):
        if file.suffix in {".html", ".j2", ".typ", ".js"} and not file.name.endswith(".min.js"):
            content = file.read_text(encoding="utf-8")
            whole |= set(KEY_TEXT.findall(content))
            begun |= set(re.findall(r"[\"']([a-z_]+\.(?:[a-z_]+\.)*)[\"'] ~", content))
    return whole, begun


def test_every_language_has_the_same_phrases():
    assert {lang: sorted(set(phrases(lang)) ^ set(KEYS)) for lang in LANGS} == {lang: [] for lang in LANGS}


@pytest.mark.parametrize("lang", ["ko", "ja"])
def test_every_phrase_has_the_same_places(lang):
    assert [k for k in KEYS if slots_of(text(lang, k)) != slots_of(text("en", k))] == []


def test_every_phrase_is_used():
    whole, begun = named_in_source()
    unused = [k for k in KEYS if k not in whole and not any(k.startswith(b) for b in begun)]
    assert unused == []


def test_digits_in_sentences_are_the_same_in_every_language():
    """Numbers belong into figures; the few written out (2007, 90%, 1) must not differ."""
    counted = [k for k in KEYS if not k.startswith(("dates.", "numbers."))]
    differing = [
        k for k in counted if len({tuple(sorted(re.findall(r"\d+", text(g, k)))) for g in LANGS}) > 1
    ]
    assert differing == []


def test_korean_particles_are_chosen_not_written_twice():
    written = re.compile(r"(을\(를\)|를\(을\)|이\(가\)|은\(는\)|와\(과\)|과\(와\)|\(으\)로)")
    for key in KEYS:
        korean = text("ko", key)
        assert not written.search(korean), key
        for _, choice in PLACE.findall(korean):
            assert not choice or choice in PARTICLES, (key, choice)


def test_no_particle_that_depends_on_sound_is_written_behind_a_place():
    """``{country}이`` would be wrong after a vowel: ``{country:이}`` chooses."""
    fixed = re.compile(r"\}(을|를|은|는|이|가|과|와|으로|로)(?=[\s,.)]|$)")
    assert {k: fixed.findall(text("ko", k)) for k in KEYS if fixed.search(text("ko", k))} == {}


def test_japanese_punctuation_is_full_width():
    half = re.compile(rf"{CJK}[,.:;!?()]|[,:;!?()]{CJK}")
    assert {k: half.findall(text("ja", k)) for k in KEYS if half.search(text("ja", k))} == {}


def test_no_phrase_ends_or_begins_with_a_space():
    assert [
        k for k in KEYS for g in LANGS if text(g, k) != text(g, k).strip() and not k.endswith("joint")
    ] == []


@pytest.mark.parametrize(
    ("en", "ko", "ja"),
    [
        ("critical mineral", "핵심광물", "重要鉱物"),
        ("no data", "자료 없음", "データなし"),
        ("gross weight", "총중량", "総重量"),
        ("metal content", "금속 함량", "金属含有量"),
        ("permanent magnet", "영구자석", "永久磁石"),
        ("refining", "정련", "精錬"),
        ("governance", "거버넌스", "ガバナンス"),
    ],
)
def test_words_are_those_of_the_glossary(en, ko, ja):
    for key in KEYS:
        if re.search(rf"\b{en}", text("en", key), flags=re.IGNORECASE):
            assert ko in text("ko", key), (key, ko)
            assert ja in text("ja", key), (key, ja)


@pytest.mark.parametrize(
    "word", ["value added at risk", "days of cover", "MBI", "blocks", "takes from", "too late"]
)
def test_words_that_a_joint_paper_does_not_use(word):
    assert [k for k in KEYS if word.casefold() in text("en", k).casefold()] == []


@pytest.mark.parametrize(
    ("lang", "word"), [("ko", "수급안정화지수"), ("ko", "희유금속"), ("ja", "希少金属"), ("ja", "中国リスク")]
)
def test_words_that_a_joint_paper_does_not_use_in_korean_and_japanese(lang, word):
    assert [k for k in KEYS if word in text(lang, k)] == []
