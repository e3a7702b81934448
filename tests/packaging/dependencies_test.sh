#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# packaging/dependencies on invented apt sources and an invented package database: nothing of the machine is read or
# changed.

# shellcheck disable=SC2317,SC2154  # the functions below stand in for those the script calls
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source-path=SCRIPTDIR/../.. source=packaging/dependencies
source "$root/packaging/dependencies"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failures=0

# expect NAME WANTED GOT
expect()
{
    if [[ $2 == "$3" ]]; then
        echo "ok: $1"
    else
        printf 'FAILED: %s\n--- wanted\n%s\n--- got\n%s\n' "$1" "$2" "$3"
        failures=$((failures + 1))
    fi
}

cat >"$scratch/system.sources" <<'TEXT'
Types: deb
URIs: http://mirror.test/debian-security
Suites: bookworm-security
Components: main

# a comment between the fields
Types: deb deb-src
URIs: http://mirror.test/debian
Suites: bookworm bookworm-updates
Components: main contrib
Architectures: amd64
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 invented
 -----END PGP PUBLIC KEY BLOCK-----
TEXT
expect "a deb822 entry keeps its key and architectures" \
"Types: deb
URIs: http://mirror.test/debian/
Suites: bookworm-backports
Components: main
Architectures: amd64
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 invented
 -----END PGP PUBLIC KEY BLOCK-----" \
"$(backports_stanza bookworm http://mirror.test/debian/ "$scratch/system.sources")"

cat >"$scratch/system.list" <<'TEXT'
# deb http://old.test/debian bookworm main
deb [arch=amd64] http://vendor.test/apt bookworm main
deb-src http://mirror.test/debian bookworm main
deb [signed-by=/usr/share/keyrings/invented.gpg arch=amd64,arm64] http://mirror.test/debian bookworm main contrib
TEXT
expect "a one-line entry becomes a deb822 entry with its options" \
"Types: deb
URIs: http://mirror.test/debian/
Suites: bookworm-backports
Components: main
Signed-By: /usr/share/keyrings/invented.gpg
Architectures: amd64 arm64" \
"$(backports_stanza bookworm http://mirror.test/debian/ "$scratch/system.list")"

expect "a commented-out line is no source" "" \
    "$(backports_stanza bookworm http://old.test/debian "$scratch/system.list")"

cat >"$scratch/off.sources" <<'TEXT'
Types: deb
Enabled: no
URIs: http://mirror.test/debian
Suites: bookworm
Components: main
TEXT
expect "a switched-off entry is no source" "" \
    "$(backports_stanza bookworm http://mirror.test/debian "$scratch/off.sources")"
expect "of several files the first that fits is taken, once" 1 \
    "$(backports_stanza bookworm http://mirror.test/debian "$scratch"/{off.sources,system.list,system.sources} | grep -c Suites)"

dpkg-query()
{
    printf '%s\n' "installed libsodium-dev 1.0.18-1" "installed libsqlcipher-dev 3.4.1-2+b1" \
        "config-files libcmark-dev 0.30.2-6"
}
dpkg() { [[ ${2%%.*} -ge $4 ]]; } # --compare-versions VERSION ge MINIMUM
expect "what is too old, removed or unknown is missing; the rest is not" "libcmark-dev
libsqlcipher-dev
libgumbo-dev" "$(missing_of libsodium-dev libcmark-dev libsqlcipher-dev libgumbo-dev)"

apt-cache()
{
    printf '%s\n' "libcmark-dev:" "  Installed: (none)" "  Candidate: 0.30.2-6" "  Version table:" \
        "libgumbo-dev:" "  Installed: (none)" "  Candidate: (none)" "  Version table:"
}
expect "a package without a candidate, or unknown to apt, has no source" "libgumbo-dev
libsqlcipher-dev" "$(without_source libcmark-dev libgumbo-dev libsqlcipher-dev)"
message=$(fail_install trixie libcmark-dev libgumbo-dev 2>&1) && expect "a failed installation fails" 1 0
expect "the sentence says what no source offers, and what would" yes \
    "$([[ $message == *"offers: libgumbo-dev."*"trixie main"* ]] && echo yes || echo "$message")"
message=$(fail_install trixie libcmark-dev 2>&1) || true
expect "what a source offers was not installed for another reason" yes \
    "$([[ $message == *"could not install: libcmark-dev."* ]] && echo yes || echo "$message")"

for release in bookworm trixie; do
    for purpose in "${purposes[@]}"; do
        expect "$release names packages for $purpose, each once" "" \
            "$(packages_for "$release" "$purpose" | tr ' ' '\n' | sort | uniq -d)"
        [[ -n $(packages_for "$release" "$purpose") ]] || expect "$release has packages for $purpose" some none
    done
done

sudo() { return 1; }
id() { echo 1000; }
message=$(find_root libfirst-dev libsecond-dev 2>&1 </dev/null) && expect "neither root nor sudo fails" 1 0
expect "the sentence names the packages" yes \
    "$([[ $message == *"libfirst-dev libsecond-dev"* ]] && echo yes || echo "$message")"

exit $((failures > 0))
