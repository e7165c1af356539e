"""A `docker` for the scripts of workflows: keeps images in a file, writes down how it was called, refuses as it does.

DOCKER_FILE names a JSON file: `images` (id, name, tags, digest, created, label, users), `calls`, `push` (digests, one a
push, "" for none, "fail" for a refusal), `broken` (the first words of calls that fail).
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

FILE = Path(os.environ["DOCKER_FILE"])
STATE = json.loads(FILE.read_text(encoding="utf-8"))


def main() -> int:
    words = sys.argv[1:]
    call: dict[str, object] = {"words": words, "config": os.environ.get("DOCKER_CONFIG", "")}
    if words[0] == "login":
        call["stdin"] = sys.stdin.read()
    if words[0] == "build":
        given = [word.partition("src=")[2] for word in words if word.startswith("--secret=")]
        call["secrets"] = {Path(path).name: [Path(path).read_text(), Path(path).stat().st_mode] for path in given}
    STATE["calls"].append(call)
    verb = " ".join(words[: 2 if words[0] == "image" else 1])
    acts = {"image ls": list_images, "image inspect": inspect, "image rm": remove, "ps": list_containers, "push": push}
    status = 1 if verb in STATE["broken"] else acts.get(verb, lambda _: 0)(words[1:])
    FILE.write_text(json.dumps(STATE), encoding="utf-8")
    return status


def push(words: list[str]) -> int:
    digest = STATE["push"].pop(0) if STATE["push"] else f"sha256:{'d' * 64}"
    if digest == "fail":
        return say_error("denied: requested access to the resource is denied")
    say(f"The push refers to repository [{words[0].rpartition(':')[0]}]\nabc: Layer already exists")
    if digest:
        say(f"{words[0].rpartition(':')[2]}: digest: {digest} size: 528")
    return 0


def list_images(words: list[str]) -> int:
    if "--quiet" in words:
        label = next(word for word in words if word.startswith("label=")).partition("label=pilotage.image=")[2]
        lost = [one for one in STATE["images"] if not one["tags"] and one["label"] == label]
        say(*(one["id"] for one in lost))
        return 0
    for one in STATE["images"]:
        if one["name"] != words[-1]:
            continue
        for tag in one["tags"] or (["<none>"] if one["digest"] else []):
            say(f"{one['id']} {tag} {one['digest'] or '<none>'}")
    return 0


def inspect(words: list[str]) -> int:
    for identity in words[words.index("--format") + 2 :]:
        (found,) = (one for one in STATE["images"] if one["id"] == identity)
        say(f"{found['created']} {identity}")
    return 0


def remove(words: list[str]) -> int:
    (reference,) = words[1:]
    for one in STATE["images"]:
        names = {f"{one['name']}:{tag}" for tag in one["tags"]} | {f"{one['name']}@{one['digest']}", one["id"]}
        if reference not in names:
            continue
        if one["users"] and len(one["tags"]) <= 1:
            return say_error(
                f"Error response from daemon: conflict: unable to remove repository reference {reference!r}"
            )
        one["tags"] = [tag for tag in one["tags"] if f"{one['name']}:{tag}" != reference]
        if not one["tags"]:
            STATE["images"].remove(one)
        return 0
    return say_error(f"Error: No such image: {reference}")


def list_containers(words: list[str]) -> int:
    identity = next(word for word in words if word.startswith("ancestor=")).partition("=")[2]
    say(*(user for one in STATE["images"] if one["id"] == identity for user in one["seen"]))
    return 0


def say_error(text: str) -> int:
    sys.stderr.write(f"{text}\n")
    return 1


def say(*lines: str) -> None:
    sys.stdout.writelines(f"{line}\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
