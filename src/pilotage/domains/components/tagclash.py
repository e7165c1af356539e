"""Tags tell components apart: no tag of one may be readable as another's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.errors import ConfigError
from pilotage.model.version import TagFormat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pilotage.model.component import Component

_SAMPLES = ("1", "0.1.0", "1.2.3", "2.0.0rc1", "1.0.post1", "1.0.dev1", "2024.10.1")


def check_tag_formats(components: Sequence[Component]) -> None:
    """Check that each format makes tags and that no two formats spell one tag.

    Raises:
        ConfigError: A format makes no tag, two are the same, or a tag of one can be read as a version of the other.
    """
    by_prefix: dict[str, list[tuple[Component, TagFormat]]] = {}
    formats = [(component, _read(component)) for component in components]
    for component, form in formats:
        by_prefix.setdefault(form.prefix, []).append((component, form))
    lengths = sorted({len(prefix) for prefix in by_prefix})
    for component, form in formats:
        for tag in map(form.render, _SAMPLES):
            for length in lengths:
                for other, reader in by_prefix.get(tag[:length], ()):
                    if other is not component and reader.read(tag) is not None:
                        raise _clash(component, other, tag)


def _read(component: Component) -> TagFormat:
    try:
        return TagFormat.parse(component.config.tag_format)
    except ConfigError as exc:
        raise ConfigError(f"component {component.name!r}: {exc.message}", hint=exc.hint) from exc


def _clash(component: Component, other: Component, tag: str) -> ConfigError:
    return ConfigError(
        f"the tags of {component.name!r} ({component.config.tag_format}) and {other.name!r} "
        f"({other.config.tag_format}) cannot be told apart: {tag} could be of either",
        hint="Let {name} stand in tag-format, or give one of them a tag-format of its own.",
    )
