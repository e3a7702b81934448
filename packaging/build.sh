# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Sourced by packaging/run and packaging/test: where things are, an environment that a build can rely on, and the build.
# Expects `set -euo pipefail`.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf 'kith: %s\n' "$*"; }
warn() { printf 'kith: %s\n' "$*" >&2; }
fail() { warn "$*"; exit 1; }

# What on_exit registers is run in reverse order when the script ends, however it ends.
exit_actions=()
on_exit() { exit_actions=("$1" "${exit_actions[@]}"); }
run_exit_actions()
{
    local status=$? action
    trap '' INT TERM HUP
    for action in "${exit_actions[@]}"; do
        eval "$action" || true
    done
    exit "$status"
}
trap run_exit_actions EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
trap 'exit 129' HUP

# minutes SECONDS : "1 min 05 s"
minutes()
{
    if [[ $1 -lt 60 ]]; then printf '%d s' "$1"; else printf '%d min %02d s' $(($1 / 60)) $(($1 % 60)); fi
}

# A home and a runtime directory that can be written to; private temporary ones where the machine gives none.
prepare_environment()
{
    local scratch
    if [[ -z ${HOME:-} || ! -d $HOME || ! -w $HOME ]]; then
        scratch=$(mktemp -d)
        on_exit "rm -rf '$scratch'"
        export HOME=$scratch
        export CCACHE_DIR=${CCACHE_DIR:-$root/build/.ccache}
    fi
    if [[ -z ${XDG_RUNTIME_DIR:-} || ! -d $XDG_RUNTIME_DIR || ! -w $XDG_RUNTIME_DIR ]]; then
        scratch=$(mktemp -d)
        on_exit "rm -rf '$scratch'"
        export XDG_RUNTIME_DIR=$scratch
    fi
    # Names of files and what programs print must not depend on the machine's language.
    case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
    *[Uu][Tt][Ff]*8) ;;
    *) export LC_ALL=C.UTF-8 ;;
    esac
}

# One compiler per core, but no more than fit into memory at 2 GB each.
parallel_jobs()
{
    local cores available_kb group_limit jobs
    cores=$(nproc)
    available_kb=$(awk '/^MemAvailable:/ { print $2 }' /proc/meminfo 2>/dev/null || true)
    jobs=$((${available_kb:-2097152} / 2097152))
    group_limit=$(cat /sys/fs/cgroup/memory.max 2>/dev/null || true)
    if [[ $group_limit =~ ^[0-9]+$ && $((group_limit / 2147483648)) -lt $jobs ]]; then
        jobs=$((group_limit / 2147483648))
    fi
    [[ $jobs -le $cores ]] || jobs=$cores
    [[ $jobs -ge 1 ]] || jobs=1
    echo "$jobs"
}

# Held until the script ends, so that two runs do not build or test in the same folder at once.
take_build_folder()
{
    local folder=$1
    mkdir -p "$folder" 2>/dev/null || true
    [[ -w $folder ]] || fail "Cannot write to $folder. Was it made by another user? Remove it, or run this as that user."
    exec 9>"$folder/.in-use"
    if ! flock -n 9; then
        say "Another build is at work in ${folder#"$root"/}; waiting for it."
        flock 9
    fi
}

# configure PRESET FOLDER [CMAKE OPTION…] : only when the folder is new, was moved, or asks for other options.
configure()
{
    local preset=$1 folder=$2 wanted home=""
    shift 2
    wanted="$preset KITH_VECTORS=${KITH_VECTORS:-} $*"
    if [[ -f $folder/CMakeCache.txt ]]; then
        home=$(sed -n 's/^CMAKE_HOME_DIRECTORY:INTERNAL=//p' "$folder/CMakeCache.txt")
    fi
    if [[ -f $folder/build.ninja && $home == "$root" && $(cat "$folder/.configured" 2>/dev/null) == "$wanted" ]]; then
        return 0
    fi
    [[ -z $home || $home == "$root" ]] || rm -rf "$folder/CMakeCache.txt" "$folder/CMakeFiles"
    say "Configuring ${folder#"$root"/}."
    (cd "$root" && cmake --preset "$preset" -B "$folder" "$@") >"$folder/configure.log" 2>&1 9>&- || {
        tail -n 30 "$folder/configure.log" >&2
        fail "CMake could not configure the build; what it said stands above and in $folder/configure.log."
    }
    printf '%s\n' "$wanted" >"$folder/.configured"
}

# build FOLDER [TARGET…] : compiles and, when there was something to do, says how long it took and what was slowest.
build()
{
    local folder=$1 jobs before started=$SECONDS log=$1/.ninja_log
    shift
    jobs=$(parallel_jobs)
    before=$(wc -l 2>/dev/null <"$log" || echo 0)
    ninja -C "$folder" -j "$jobs" "$@" 9>&- ||
        fail "The build failed; the first error stands above."
    report_slowest "$log" "$before" $((SECONDS - started)) "$jobs"
}

# report_slowest LOG LINES_BEFORE SECONDS JOBS
report_slowest()
{
    local log=$1 before=$2 seconds=$3 jobs=$4 slowest
    [[ -f $log ]] || return 0
    # Ninja rewrites its log when it has grown long; then all of it is looked at.
    [[ $(wc -l <"$log") -ge $before ]] || before=0
    slowest=$(tail -n +$((before + 1)) "$log" | awk -F'\t' '
        $4 ~ /\.(o|gch)$/ {
            name = $4
            sub(/CMakeFiles\/[^\/]*\.dir\//, "", name); sub(/\.o$/, "", name)
            time[name] = ($2 - $1) / 1000
        }
        END { for (name in time) printf "%8.1f s  %s\n", time[name], name }' | sort -rn | awk "NR <= 5")
    [[ -n $slowest ]] || return 0
    say "Built in $(minutes "$seconds"), $jobs at once. The slowest files:"
    printf '%s\n' "$slowest"
}
