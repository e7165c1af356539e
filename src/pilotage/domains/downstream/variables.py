"""The variables of an image's build, `ARG` and `ENV`, and what the shell makes of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from pilotage.domains.downstream.mapped import Stretch
from pilotage.domains.downstream.shellwords import Word

if TYPE_CHECKING:
    from pilotage.domains.downstream.shellwords import Shell

_VARIABLE = re.compile(r"\$\{?(?P<name>[A-Za-z_][A-Za-z0-9_]*)(?P<rest>.*?)\}?", flags=re.DOTALL)
_LONGEST = 1000
"""A longer value is not followed: variables of variables could make one of any length."""


class Variables:
    """The variables that are known so far; the last definition of a name counts, in whatever stage it stands.

    Args:
        shell: How words are spelled.
    """

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._known: dict[str, tuple[Stretch, ...]] = {}

    def define(self, kind: str, name: str, value: Word | None) -> None:
        """Take a definition to the known ones.

        Args:
            kind: `ARG` or `ENV`.
            name: The variable's name.
            value: What it is set to; None for an `ARG` without a default, which keeps one that it has already.
        """
        holder, is_argument = f"{kind} {name}", kind == "ARG"
        if value is None:
            self._known.setdefault(name, (Stretch("", -1, holder, is_argument),))
            return
        spelled = self._shell.spell(value, self.resolve)
        is_missing = not spelled.text or len(spelled.text) > _LONGEST or any(spelled.missing())
        missing = next((stretch for _, stretch in spelled.missing() if stretch.is_argument), None)
        if is_missing:
            self._known[name] = (missing or Stretch("", -1, holder, is_argument),)
        else:
            self._known[name] = tuple(_hold(stretch, holder, is_argument=is_argument) for stretch in spelled.stretches)

    def resolve(self, written: str, index: int) -> list[Stretch]:
        """Give what stands for a variable: its value, a default, or one stretch without text when there is none.

        Args:
            written: The variable as it is written: `$X`, `${X}`, `${X:-1.2}`, `${X:+==$X}`, `${X#v}`.
            index: Where it stands in the file.
        """
        match = _VARIABLE.fullmatch(written)
        unknown = [Stretch("", -1, written[:100])]
        if match is None:
            return unknown
        known = list(self._known.get(match["name"], unknown))
        rest, is_missing = match["rest"], not known[0].text
        operator = next((one for one in (":-", "-", ":+", "+") if rest.startswith(one)), "")
        if operator:
            if is_missing != operator.endswith("-"):
                return known
            start = match.start("rest") + len(operator)
            default = list(self._shell.spell(Word(rest[len(operator) :], index + start), self.resolve).stretches)
            is_default = is_missing and known[0].is_argument
            return [_hold(one, known[0].holder, is_argument=True) for one in default] if is_default else default
        if rest == "#v" and known[0].text.startswith("v"):
            first = known[0]
            return [Stretch(first.text[1:], first.start + 1, first.holder, first.is_argument), *known[1:]]
        return known if rest in {"", "#v"} else unknown


def _hold(stretch: Stretch, holder: str, *, is_argument: bool) -> Stretch:
    """Say what gave a stretch, unless another variable gave it to that one."""
    if stretch.holder:
        return stretch
    return msgspec.structs.replace(stretch, holder=holder, is_argument=is_argument)
