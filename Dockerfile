# The image that `uses: OWNER/pilotage@…` runs. GitHub's runner builds it as it stands (`docker build -f Dockerfile .`, no
# target, no build arguments), so the last stage is the action; `--target publish` adds what signs attestations.
# Plain instructions only (no syntax line, no heredoc, no --link): any engine builds it, also one that reaches no registry.
# Nothing here names an architecture: `docker buildx build --platform linux/amd64,linux/arm64` makes a manifest list.
ARG BASE_IMAGE=python:3.13.15-slim-trixie@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b

# ---- the Python part: pinned, hashed wheels, and our own one, in a virtual environment without pip
FROM ${BASE_IMAGE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /build
COPY requirements/image-tools.txt requirements/image.txt requirements/
RUN python -m venv /opt/tools \
    && /opt/tools/bin/pip install --quiet --require-hashes --only-binary :all: -r requirements/image-tools.txt \
    && python -m venv --without-pip /opt/pilotage \
    && pip --python /opt/pilotage install --quiet --require-hashes --only-binary :all: --no-deps --no-compile \
        -r requirements/image.txt
COPY LICENSE README.md pyproject.toml ./
COPY src src
# Byte code that is valid whatever the files' times are, and the same in every build; none for what is only ever loaded
# one by one (languages to highlight, translations) or never (the sandbox, the makers of C bindings).
ENV NOT_COMPILED="/(cffi|pycparser|pilotage/sandbox|pygments/(lexers|styles)|docutils/(utils/math|.*languages))/[a-z]"
RUN /opt/tools/bin/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir wheel . \
    && pip --python /opt/pilotage install --quiet --no-deps --no-index --no-compile wheel/*.whl \
    && python -m compileall -q --invalidation-mode unchecked-hash -x "$NOT_COMPILED" /opt/pilotage/lib

FROM build AS build-publish
COPY requirements/image-publish.txt requirements/
RUN pip --python /opt/pilotage install --quiet --require-hashes --only-binary :all: --no-compile \
        -r requirements/image-publish.txt \
    && python -m compileall -q --invalidation-mode unchecked-hash -x "$NOT_COMPILED" /opt/pilotage/lib

# ---- what both images stand on: the base, and git without what only serves, mails or is written in Perl
FROM ${BASE_IMAGE} AS ground
# hadolint ignore=DL3008
RUN apt-get update -qq \
    && apt-get install -y -qq --no-install-recommends \
        -o Dpkg::Options::='--path-exclude=/usr/share/perl*' \
        -o Dpkg::Options::='--path-exclude=/usr/lib/*/perl/*' \
        -o Dpkg::Options::='--path-exclude=/usr/lib/*/libperl.so*' \
        -o Dpkg::Options::='--path-exclude=/usr/share/gitweb*' \
        -o Dpkg::Options::='--path-exclude=/usr/lib/git-core/git-daemon' \
        -o Dpkg::Options::='--path-exclude=/usr/lib/git-core/git-http-backend' \
        -o Dpkg::Options::='--path-exclude=/usr/lib/git-core/git-http-push' \
        -o Dpkg::Options::='--path-exclude=/usr/lib/git-core/git-imap-send' \
        -o Dpkg::Options::='--path-exclude=/usr/lib/git-core/git-shell' \
        -o Dpkg::Options::='--path-exclude=/usr/lib/git-core/scalar' \
        ca-certificates git \
    && rm -rf /var/lib/apt/lists/* && find /var/cache /var/log -type f -delete
# The runner demands root, and mounts a workspace that belongs to another user: git trusts that folder and those in it,
# by environment, so that no configuration file is written or needed.
ENV PATH=/opt/pilotage/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    GIT_CONFIG_COUNT=2 \
    GIT_CONFIG_KEY_0=safe.directory \
    GIT_CONFIG_VALUE_0=/github/workspace \
    GIT_CONFIG_KEY_1=safe.directory \
    GIT_CONFIG_VALUE_1=/github/workspace/*
LABEL org.opencontainers.image.title="Pilotage" \
      org.opencontainers.image.description="The release train for Python packages on GitHub" \
      org.opencontainers.image.licenses="MIT"
# An absolute path and no shell: a PATH of the job does not matter, and names of variables with dashes survive.
ENTRYPOINT ["/opt/pilotage/bin/pilotage"]

# ---- with the attestation stack: docker build --target publish .
FROM ground AS publish
COPY --from=build-publish /opt/pilotage /opt/pilotage

# ---- the action
FROM ground AS action
COPY --from=build /opt/pilotage /opt/pilotage
