"""Commands of a file that install the package, and the references that they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.downstream.asked import Asked, read_asked
from pilotage.domains.downstream.installcommand import find_install, find_script
from pilotage.domains.downstream.keep import keep_reason
from pilotage.domains.downstream.meaning import Meaning
from pilotage.domains.versionfiles.place import Lines
from pilotage.errors import ConfigError
from pilotage.model.downstream import Reference, Standing

if TYPE_CHECKING:
    from collections.abc import Callable

    from pilotage.domains.downstream.mapped import Stretch
    from pilotage.domains.downstream.shellwords import Shell, Word
    from pilotage.model.downstream import Wanted

_MOST = 5000
_DEEPEST = 3
"""How many shells may be started by each other."""


class CommandReader:
    """What reads the commands of a file.

    Args:
        path: The file's path.
        text: Its text.
        wanted: The release.
        spelling: How words are spelled.
        resolve: Gives the stretches for a variable as it is written, and its index.
        frozen: Why nothing in the file is edited; "" when it may be.
    """

    def __init__(
        self,
        path: str,
        text: str,
        wanted: Wanted,
        *,
        spelling: Shell,
        resolve: Callable[[str, int], list[Stretch]],
        frozen: str = "",
    ) -> None:
        self.references: list[Reference] = []
        self._path, self._text, self._wanted = path, text, wanted
        self._shell, self._resolve, self._frozen = spelling, resolve, frozen
        self._lines = Lines(text)

    def read_script(self, text: str, offset: int, *, above: int, depth: int = 0) -> None:
        """Read the commands of a script.

        Args:
            text: The script.
            offset: Where it begins in the file.
            above: Where what holds it begins: a comment above that keeps what it holds.
            depth: How many shells it is inside of.
        """
        for words in self._shell.read_commands(text, offset):
            self.read_command(words, above=above, depth=depth)

    def read_command(self, words: list[Word], *, above: int, depth: int = 0) -> None:
        """Read one command, and the script in it when it is a shell that is given one.

        Raises:
            ConfigError: The file installs the package thousands of times.
        """
        script = find_script(words) if depth < _DEEPEST else None
        if script is not None:
            # A quote of the script's own is written with a backslash; a blank in its place moves nothing.
            inner = script.raw[1:-1].replace('\\"', ' "') if script.raw[0] in "\"'" else ""
            self.read_script(inner, script.start + 1, above=above, depth=depth + 1)
            return
        install = find_install(words)
        if install is None:
            return
        for word in install.words:
            spelled = self._shell.spell(word, self._resolve)
            asked = read_asked(spelled, self._wanted, is_conda=install.is_conda)
            if asked is not None:
                if len(self.references) == _MOST:
                    raise ConfigError(f"{self._path} installs the package more than {_MOST} times", hint="Split it.")
                if install.pins and asked.meaning.standing == Standing.UNPINNED:
                    why = f"its tag or commit is named by {install.pins}, which is not read"
                    asked = Asked(Meaning(Standing.UNCLEAR, asked.meaning.before, why=why))
                self.references.append(self._refer(asked, word, install.name, above=above))

    def _refer(self, asked: Asked, word: Word, name: str, *, above: int) -> Reference:
        meaning, held = asked.meaning, asked.held
        at = held.start if held and held.start >= 0 else word.start
        line, holder = self._lines.number(at), held.holder if held else name
        kept = next((why for place in (at, word.start, above) if (why := keep_reason(self._text, place))), "")
        if kept:
            return Reference(self._path, line, Standing.KEPT, meaning.before, holder, why=kept)
        why = meaning.why
        if word.is_cut and meaning.standing == Standing.UNPINNED:
            why = "the shell takes the < or > behind the name for itself: it needs quotes"
        changes = () if self._frozen else meaning.changes
        if self._frozen and meaning.changes:
            why = self._frozen
        return Reference(self._path, line, meaning.standing, meaning.before, holder, changes, why)
