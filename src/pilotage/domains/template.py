"""Render a Jinja template in a sandbox: it sees its data, and nothing of the program or the machine.

Jinja's sandbox (https://jinja.palletsprojects.com/sandbox/) keeps a template from reaching internals and from changing
data. It bounds neither time nor memory: whoever renders templates of others does it in a process of its own, as
`pilotage.reconcile.templating` does. What depends on chance is taken away, so that the same data give the same text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pilotage.domains.markdown import clean_line, defuse_block, escape_line
from pilotage.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import TracebackType

    import jinja2

    from pilotage.model.config import Config
    from pilotage.model.template import TemplateRequest

LONGEST = 1_000_000
"""The most characters that a template may write: far beyond what GitHub takes, and a bound all the same."""

_SHOWN = 200


def template_paths(config: Config) -> tuple[str, ...]:
    """Give the paths of the templates that the configuration names, as it spells them."""
    named = (config.notes.template, config.notes.pull_request_template, config.announce.template)
    return tuple(dict.fromkeys(filter(None, named)))


def check_templates(config: Config, files: Mapping[str, str]) -> None:
    """Check that the templates are there and can be parsed, so that a run fails before it does anything.

    Args:
        config: The configuration.
        files: The texts at `template_paths`, by path; a path without a file is left out.

    Raises:
        ConfigError: A template is missing, or its syntax is wrong.
    """
    for key, path in (
        ("template", config.notes.template),
        ("pull-request-template", config.notes.pull_request_template),
    ):
        if path and path not in files:
            raise ConfigError(
                f"[tool.pilotage.notes] {key}: there is no file {path!r}",
                hint="Commit the template, or correct the path: it is seen from the repository's root.",
            )
        if path:
            _parse(path, files[path])
    rules = config.notes
    for key, text in (("pull-request-title", rules.pull_request_title), ("release-title", rules.release_title)):
        if text:
            _parse(f"[tool.pilotage.notes] {key}", text)


def render_template(request: TemplateRequest) -> str:
    """Render a template.

    Raises:
        ConfigError: It cannot be parsed, fails, or names something that is not there; with the place and the line.
    """
    import jinja2  # noqa: PLC0415 - only those who have a template pay for it

    environment = _environment({**request.files, request.place: request.text})
    try:
        return _join(environment.get_template(request.place).generate(request.data))
    except jinja2.TemplateSyntaxError as exc:
        raise _syntax_error(exc, request.place) from exc
    except RecursionError as exc:
        raise _error(request, exc, "it nests too deeply", "Take the loop out of its macros and includes.") from None
    except MemoryError:
        raise  # whoever set the bound can say more
    except jinja2.TemplateNotFound as exc:
        told = f"there is no template {str(exc)[:_SHOWN]!r} here"
        raise _error(request, exc, told, f"It can include: {', '.join(sorted(request.files)) or 'nothing'}.") from exc
    except _TooLongError as exc:
        raise _error(request, exc, f"it writes more than {LONGEST:,} characters", "Let it write less.") from None
    except Exception as exc:  # a template can raise whatever its filters and operators raise
        said = clean_line(str(exc))[:_SHOWN]
        raise _error(request, exc, said or type(exc).__name__, _HINT) from exc


def _join(written: Iterator[str]) -> str:
    pieces: list[str] = []
    length = 0
    for piece in written:
        length += len(piece)
        if length > LONGEST:
            raise _TooLongError
        pieces.append(piece)
    return "".join(pieces)


_HINT = "Correct the template; docs/notes.md lists all that it can name."


class _TooLongError(Exception):
    """The text grew beyond all bounds."""


def _parse(place: str, text: str) -> None:
    import jinja2  # noqa: PLC0415 - as above

    try:
        _environment({}).parse(text, name=place)
    except jinja2.TemplateSyntaxError as exc:
        raise _syntax_error(exc, place) from exc
    except (RecursionError, ValueError) as exc:  # the parser's own: too many parentheses, too long a number
        raise ConfigError(f"{place}: not a Jinja template: {clean_line(str(exc))[:_SHOWN]}", hint=_HINT) from exc


def _environment(files: Mapping[str, str]) -> jinja2.Environment:
    import jinja2  # noqa: PLC0415 - as above
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415 - as above

    environment = ImmutableSandboxedEnvironment(
        loader=jinja2.FunctionLoader(lambda path: (files[path], path, None) if path in files else None),
        undefined=jinja2.StrictUndefined,
        # The result is Markdown: what HTML needs would spoil it. Text of others goes through the filter `markdown`.
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=False,
        cache_size=0,
    )
    environment.globals.pop("lipsum", None)
    environment.filters.pop("random", None)
    environment.filters["markdown"] = _write_line
    environment.filters["markdown_block"] = defuse_block
    return environment


def _write_line(text: object, repository_url: str = "") -> str:
    return escape_line(str(text), repository_url=repository_url)


def _syntax_error(exc: jinja2.TemplateSyntaxError, place: str) -> ConfigError:
    return ConfigError(
        f"{exc.filename or place}:{exc.lineno}: not a Jinja template: {clean_line(exc.message or '')[:_SHOWN]}",
        hint="Correct the template; https://jinja.palletsprojects.com/templates/ describes the language.",
    )


def _error(request: TemplateRequest, exc: Exception, said: str, hint: str) -> ConfigError:
    place, line = _find_line(exc.__traceback__, {*request.files, request.place})
    place = place or request.place
    return ConfigError(f"{place}:{line}: {said}" if line else f"{place}: {said}", hint=hint)


def _find_line(traceback: TracebackType | None, places: set[str]) -> tuple[str, int]:
    """Find the innermost line of a template in a traceback, which Jinja has rewritten to the templates' lines."""
    found = ("", 0)
    while traceback is not None:
        name = traceback.tb_frame.f_code.co_filename
        found = (name, traceback.tb_lineno) if name in places else found
        traceback = traceback.tb_next
    return found
