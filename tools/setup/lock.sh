#!/usr/bin/env bash
# Makes requirements/*.txt anew: hashes of every file, no address of any index. Needs the dev environment.
set -euo pipefail
cd "$(dirname "$0")/../.."

compile() { # compile OUTPUT INPUT [option...]
    local output=requirements/$1 input=$2
    shift 2
    echo "locking $output"
    build/venv/bin/python -m piptools compile --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras \
        --no-header --annotation-style=line --no-emit-options --no-emit-index-url --no-emit-trusted-host \
        --no-emit-find-links --output-file "$output" "$@" "$input"
    if grep -nE '^ *-[-a-z]*(index|find-links|trusted)|://' "$output"; then
        echo "lock: $output names an address (above); nothing of this machine may stand in a lock" >&2
        exit 1
    fi
}

compile stubs-esp8266.txt requirements/stubs-esp8266.in
compile stubs-esp32.txt requirements/stubs-esp32.in
compile run.txt pyproject.toml
compile test.txt pyproject.toml --extra test --constraint requirements/run.txt
compile dev.txt pyproject.toml --extra test --extra dev --extra bench --constraint requirements/test.txt
