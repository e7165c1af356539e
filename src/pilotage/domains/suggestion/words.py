"""What people write where a type belongs: other names, emoji, and verbs at the start of a sentence."""

from __future__ import annotations

import re

ALIASES: dict[str, str] = {
    **dict.fromkeys(("feature", "features", "enhancement", "new", "add"), "feat"),
    **dict.fromkeys(("bug", "bugs", "bugfix", "bugfixes", "fixes", "fixed", "hotfix", "security", "sec"), "fix"),
    **dict.fromkeys(("doc", "document", "documentation", "readme"), "docs"),
    **dict.fromkeys(("tests", "testing"), "test"),
    **dict.fromkeys(("perfs", "performance", "optimization", "optimisation"), "perf"),
    **dict.fromkeys(("refactoring", "refact", "ref", "cleanup"), "refactor"),
    **dict.fromkeys(("dep", "dependency", "dependencies"), "deps"),
    **dict.fromkeys(("chores", "misc", "maintenance", "release", "version", "bump"), "chore"),
    **dict.fromkeys(("styles", "format", "formatting", "lint"), "style"),
    **dict.fromkeys(("packaging", "builds"), "build"),
    **dict.fromkeys(("cicd", "ci/cd", "workflow", "workflows"), "ci"),
    **dict.fromkeys(("reverts",), "revert"),
}
"""Types under other names."""

_EMOJI: dict[str, str] = {
    **dict.fromkeys(("✨", ":sparkles:", "💥", ":boom:", "🚸", ":children_crossing:"), "feat"),
    **dict.fromkeys(("🐛", ":bug:", "🚑", ":ambulance:", "🔒", ":lock:", "🩹", ":adhesive_bandage:"), "fix"),
    **dict.fromkeys(("📝", ":memo:", "📚", ":books:", "💡", ":bulb:"), "docs"),
    **dict.fromkeys(("⚡", ":zap:"), "perf"),
    **dict.fromkeys(("♻", ":recycle:", "🚚", ":truck:"), "refactor"),
    **dict.fromkeys(("✅", ":white_check_mark:", "🧪", ":test_tube:"), "test"),
    **dict.fromkeys(("👷", ":construction_worker:", "💚", ":green_heart:"), "ci"),
    **dict.fromkeys(("⬆", ":arrow_up:", "⬇", ":arrow_down:", "📌", ":pushpin:"), "deps"),
    **dict.fromkeys(("\u2795", ":heavy_plus_sign:", "\u2796", ":heavy_minus_sign:"), "deps"),
    **dict.fromkeys(("🎨", ":art:", "🚨", ":rotating_light:"), "style"),
    **dict.fromkeys(("🔧", ":wrench:", "🔖", ":bookmark:", "🙈", ":see_no_evil:"), "chore"),
    **dict.fromkeys(("📦", ":package:"), "build"),
    **dict.fromkeys(("⏪", ":rewind:"), "revert"),
}
"""Types that gitmoji stand for."""

_BREAKING_EMOJI = ("💥", ":boom:")

_SENTENCES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), change_type)
    for pattern, change_type in (
        (r"(?:bump|update|upgrade) (?:the )?version\b", "chore"),
        (r"(?:bump(?:s|ed)?|(?:up|down)grade[sd]?) \S+ .*\bto\b", "deps"),
        (r"update (?:dependency|dependencies|deps|requirements|lock ?files?)\b|lock file maintenance\b", "deps"),
        (r"(?:bump|upgrade|update|pin|unpin) .*\b(?:dependency|dependencies|requirements)\b", "deps"),
        (r"pre-commit autoupdate\b", "deps"),
        (
            r"(?:add|update|improve|extend|write|fix|correct) (?:\S+ ){0,2}(?:docs?|documentation|docstrings?)\b",
            "docs",
        ),
        (r"(?:add|update|improve|fix|correct) (?:\S+ ){0,2}(?:readme(?:\.\w+)?|typos?)\b|document\b|clarify\b", "docs"),
        (r"(?:add|update|improve|extend|write|fix) (?:\S+ ){0,2}tests?\b", "test"),
        (r"(?:add|update|fix|use) (?:\S+ ){0,2}(?:ci|workflows?|github actions?)\b", "ci"),
        (r"(?:add|introduc|implement|support|allow|enabl|creat|provid|expos)(?:e|s|es|ed|ing)?\b", "feat"),
        (r"(?:fix|resolv|correct|repair|prevent|handl|avoid)(?:e|s|es|ed|ing)?\b", "fix"),
        (r"(?:speed up|optimi[sz]e|improve (?:\S+ ){0,2}performance)\b", "perf"),
        (r"(?:refactor|rename|simplify|clean ?up|move|extract|restructure|reorgani[sz]e|reuse)\b", "refactor"),
        (r"(?:re)?format\b|lint\b", "style"),
        (r"(?:updat|bump|upgrad|prepar|releas)(?:e|s|es|ed|ing)?\b", "chore"),
    )
)
_TAKES_AWAY = re.compile(r"(?:drop|remove|delete)(?:s|d|ped|ping|ing)?\b", re.IGNORECASE)
_VERB_IS_TYPE = re.compile(r"(?:fix(?:e[sd])?|refactor) +(?!up\b)", re.IGNORECASE)
_CAPITALISED = re.compile(r"[A-Z][a-z]+(?![\w.(\[{:/'])")


def read_emoji(text: str) -> str:
    """Give the type that an emoji or gitmoji stands for; empty when none."""
    return _EMOJI.get(text.rstrip("\ufe0e\ufe0f"), "")


def is_breaking_emoji(text: str) -> bool:
    """Tell whether an emoji says that something breaks."""
    return text.rstrip("\ufe0e\ufe0f") in _BREAKING_EMOJI


def is_taking_away(sentence: str) -> bool:
    """Tell whether a sentence takes something away: a chore, or a break of users; only a person knows."""
    return _TAKES_AWAY.match(sentence) is not None


def infer_type(sentence: str) -> str:
    """Give the type that a sentence's first words speak for; empty when they speak for none, or for nothing else."""
    if " " not in sentence:
        return ""
    return next((change_type for pattern, change_type in _SENTENCES if pattern.match(sentence)), "")


def make_subject(sentence: str, change_type: str) -> str:
    """Make a sentence the subject of a type: its verb not capitalised, and gone where it only repeats the type."""
    inferred = infer_type(sentence)
    verb = _VERB_IS_TYPE.match(sentence)
    if verb and inferred == change_type:
        return sentence[verb.end() :]
    return sentence[0].lower() + sentence[1:] if inferred and _CAPITALISED.match(sentence) else sentence
