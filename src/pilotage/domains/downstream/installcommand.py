"""Commands that install packages: which of their words ask for one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotage.domains.downstream.shellwords import Word

_TOOL = re.compile(
    r"(?:.*[/\\])?(?P<tool>pip|pipx|uv|poetry|pdm|conda|mamba|micromamba)(?:[0-9][0-9.]*)?(?:\.exe)?", re.DOTALL
)
_SHELL = re.compile(r"(?:.*/)?(?:ba|da|a|z|k)?sh", re.DOTALL)
_COMMAND_OPTION = re.compile(r"-[a-z]*c")
_VERBS: dict[str, tuple[tuple[str, ...], ...]] = {
    "pip": (("install",), ("download",), ("wheel",)),
    "pipx": (("install",), ("inject",)),
    "uv": (("pip", "install"), ("tool", "install"), ("add",)),
    "poetry": (("add",),),
    "pdm": (("add",),),
    "conda": (("install",), ("create",)),
    "mamba": (("install",), ("create",)),
    "micromamba": (("install",), ("create",)),
}
_CONDA = frozenset({"conda", "mamba", "micromamba"})
_TAKES_VALUE = frozenset(
    re.findall(
        r"\S+",
        """
        -r --requirement -c --constraint -i --index-url --extra-index-url -f --find-links -t --target --platform -p
        --python --python-version --implementation --abi --root --prefix --src --upgrade-strategy -C --config-settings
        --config-setting --global-option --install-option --build-option --no-binary --only-binary --progress-bar
        --report --log --proxy --retries --timeout --exists-action --trusted-host --cert --client-cert --cache-dir
        --keyring-provider --index --default-index --index-strategy --resolution --prerelease --link-mode
        --refresh-package -P --upgrade-package --reinstall-package --no-build-package --no-binary-package
        --no-build-isolation-package --override --overrides --excludes --build-constraint --exclude-newer --group -G
        --extra -E --extras --optional --source --marker -m --script --package --allow-insecure-host --directory
        --project --config-file --color --torch-backend -d --dest -w --wheel-dir -n --name --channel --file --suffix
        --pip-args --preinstall --fallback --tag --branch --rev --bounds
        """,
    )
)
"""Options of all these tools that the next word belongs to."""

_REQUIREMENTS = frozenset({"-e", "--editable", "--with", "--with-editable"})
_PINS = frozenset({"--tag", "--rev"})
_NEAR = 10
"""How many words may stand between a tool's name and what it is to do."""


class Install(msgspec.Struct, frozen=True):
    """A command that installs.

    Args:
        name: What it is, for people: `pip install`.
        words: Its words that may ask for a package.
        is_conda: Whether they are written as conda does.
        pins: The option that names a tag or a commit for an address among them, `--tag` or `--rev`; "" for none.
    """

    name: str
    words: tuple[Word, ...]
    is_conda: bool = False
    pins: str = ""


def find_install(words: Sequence[Word]) -> Install | None:
    """Find what a command installs; None when it installs nothing.

    The tool may stand anywhere in it, so that `sudo`, `python -m` and variables may come first.
    """
    texts = [_bare(word) for word in words]
    for index, text in enumerate(texts):
        match = _TOOL.fullmatch(text)
        if match is None:
            continue
        found = _find_verb(texts, index + 1, _VERBS[match["tool"]])
        if found is not None:
            verb, first = found
            pins = next((text for word in texts[first:] if (text := word.partition("=")[0]) in _PINS), "")
            return Install(f"{match['tool']} {verb}", tuple(_pick(words, first)), match["tool"] in _CONDA, pins)
    return None


def find_script(words: Sequence[Word]) -> Word | None:
    """Find the script that a shell is given as a word: `sh -c '…'`."""
    if not words or not _SHELL.fullmatch(_bare(words[0])):
        return None
    options = (index for index, word in enumerate(words[:_NEAR]) if _COMMAND_OPTION.fullmatch(_bare(word)))
    index = next(options, len(words)) + 1
    return words[index] if index < len(words) else None


def is_shell(words: Sequence[Word]) -> bool:
    """Tell whether a command is a shell that reads its commands from elsewhere, or nothing at all."""
    return not words or _SHELL.fullmatch(_bare(words[0])) is not None


def _bare(word: Word) -> str:
    return word.raw[:200].strip("\"'")


def _find_verb(texts: Sequence[str], first: int, verbs: tuple[tuple[str, ...], ...]) -> tuple[str, int] | None:
    """Find what a tool is told to do, behind its own options and their values."""
    is_value = False
    for index in range(first, min(first + _NEAR, len(texts))):
        text = texts[index]
        for verb in verbs:
            if text == verb[0] and tuple(texts[index : index + len(verb)]) == verb:
                return " ".join(verb), index + len(verb)
        if not text.startswith("-") and not is_value:
            return None
        is_value = text.startswith("-") and "=" not in text
    return None


def _pick(words: Sequence[Word], first: int) -> list[Word]:
    """Pick the words that are neither options nor their values."""
    picked, is_value = [], False
    for word in words[first:]:
        text = _bare(word)
        if is_value:
            is_value = False
        elif text.startswith("-"):
            is_value = text in _TAKES_VALUE
            if "=" in text and text.partition("=")[0] in _REQUIREMENTS:
                skipped = word.raw.index("=") + 1
                picked.append(msgspec.structs.replace(word, raw=word.raw[skipped:], start=word.start + skipped))
        else:
            picked.append(word)
    return picked
