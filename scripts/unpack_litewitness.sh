#!/usr/bin/env bash
# Unpacks Debian testing's litewitness and witnessctl (package torchwood) into a folder: the tests hold our witness, and our log, against them.
# Nothing is installed. From the mirror that this host's apt uses already.
#     scripts/unpack_litewitness.sh DIR && PATH=DIR/usr/bin:$PATH make test
set -euo pipefail
to=$(mkdir -p "$1" && cd "$1" && pwd)
mirror=$(apt-cache policy | grep -oE 'https?://[^ ]+/debian/? ' | head -1)
mkdir -p "$to/lists/partial"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${mirror% } testing main" >"$to/sources.list"
from() { apt-get -qq -o Dir::Etc::SourceList="$to/sources.list" -o Dir::Etc::SourceParts=- -o Dir::State::Lists="$to/lists" -o APT::Sandbox::User=root "$@"; }
from update
(cd "$to" && from download torchwood && dpkg -x torchwood_*.deb . && rm -rf torchwood_*.deb lists sources.list)
"$to/usr/bin/litewitness" -h 2>&1 | head -1 >/dev/null || true
