#!/usr/bin/env bash
# usage: system.sh COMMAND...   installs the Debian packages of commands that are missing (as root; else says what to do).
set -euo pipefail

missing=()
postgresql=$(printf ':%s' /usr/lib/postgresql/*/bin) # where Debian keeps initdb
for command in "$@"; do
    PATH=$PATH:/usr/sbin:/sbin$postgresql command -v "$command" >/dev/null || missing+=("$command")
done
[ ${#missing[@]} -eq 0 ] && exit 0

packages=()
for command in "${missing[@]}"; do
    case $command in
        ip) packages+=(iproute2) ;;
        initdb) packages+=(postgresql) ;;
        chromium) packages+=(chromium fonts-dejavu-core fonts-noto-color-emoji) ;; # a browser without fonts shows boxes
        *) packages+=("$command") ;;
    esac
done
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "setup: missing ${missing[*]}; install them: apt-get install ${packages[*]}" >&2
    exit 1
fi
echo "setup: apt-get install ${packages[*]}"
export DEBIAN_FRONTEND=noninteractive
# Tests start their own servers on their own ports: in run level 1 Debian installs a service without starting it.
export RUNLEVEL=1
apt-get -qq update || echo "setup: apt-get update failed; trying with the lists that are there" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! apt-get -qq install -y --no-install-recommends "${packages[@]}" >"$log" 2>&1; then
    cat "$log" >&2
    echo "setup: apt-get could not install ${packages[*]} (its reason stands above)" >&2
    exit 1
fi
