"""Render one template in a process of its own, with bounds on what it may cost.

A process, because only that bounds a template that never ends or grows without end: it can be stopped, has limits of
its own, no secrets in its environment and takes nothing down with it.
"""

from __future__ import annotations

import contextlib
import sys

import msgspec

from pilotage.domains.template import render_template
from pilotage.errors import ConfigError
from pilotage.model.template import TemplateAnswer, TemplateRequest


def answer(data: bytes) -> bytes:
    """Answer a request with what came of it, both JSON."""
    request = msgspec.json.decode(data, type=TemplateRequest)
    _bound(request)
    try:
        found = TemplateAnswer(render_template(request))
    except ConfigError as exc:
        found = TemplateAnswer("", exc.message, exc.hint)
    except MemoryError:
        most = request.memory // 1024**2
        found = TemplateAnswer("", f"{request.place}: it needs more than {most} MiB of memory", "Let it write less.")
    return msgspec.json.encode(found)


def _bound(request: TemplateRequest) -> None:
    with contextlib.suppress(ImportError):  # Windows has none
        import resource  # noqa: PLC0415 - same

        for kind, most in ((resource.RLIMIT_AS, request.memory), (resource.RLIMIT_CPU, request.seconds)):
            hard = resource.getrlimit(kind)[1]
            if most:
                resource.setrlimit(kind, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


if __name__ == "__main__":
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read()))
