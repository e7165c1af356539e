"""A stand-in for `gh api`, as far as our scripts use it: sends the request to the forge, and shows the answer by jq."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request


def main(arguments: list[str]) -> int:
    assert arguments[0] == "api", "only `gh api` is known here"
    options: dict[str, str] = {}
    fields: dict[str, object] = {}
    path, rest = "", arguments[1:]
    while rest:
        word = rest.pop(0)
        if word in ("-f", "-F"):
            name, _, value = rest.pop(0).partition("=")
            fields[name] = json.loads(value) if word == "-F" else value
        elif word in ("--method", "--input", "--jq"):
            options[word] = rest.pop(0)
        elif word == "--silent":
            options[word] = ""
        else:
            assert not path, f"{word}: one address is enough"
            path = word
    body = sys.stdin.buffer.read() if options.get("--input") == "-" else json.dumps(fields).encode() if fields else None
    method = options.get("--method") or ("POST" if body else "GET")
    request = urllib.request.Request(f"{os.environ['FORGE']}/{path}", data=body, method=method)  # noqa: S310 - loopback
    request.add_header("Authorization", f"token {os.environ['GH_TOKEN']}")
    request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - loopback
            text = answer.read()
    except urllib.error.HTTPError as error:
        sys.stderr.write(f"gh: HTTP {error.code} {error.read().decode()}\n")
        return 1
    if "--silent" in options:
        return 0
    return subprocess.run(["jq", "-r", options.get("--jq", ".")], input=text, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
