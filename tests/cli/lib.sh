# lib.sh: sourced by the tests of the commands. $1 is the built thaw, $2 the project.
set -u
THAW=$1
PROJECT=$2
HERE=$(mktemp -d)
trap 'rm -rf "$HERE"' EXIT
cd "$HERE" || exit 1
THAW_DATA=
unset THAW_DATA

# expect STATUS [PATTERN...] -- ARGUMENTS...: runs thaw; holds its exit status and what it prints to what is expected.
expect() {
    status=$1
    shift
    : >"$HERE/.patterns"
    while [ "$1" != -- ]; do
        printf '%s\n' "$1" >>"$HERE/.patterns"
        shift
    done
    shift
    "$THAW" "$@" >"$HERE/.output" 2>&1 </dev/null
    got=$?
    if [ "$got" -ne "$status" ]; then
        echo "thaw $*: exit status $got, expected $status:"
        cat "$HERE/.output"
        exit 1
    fi
    while IFS= read -r pattern; do
        grep -q -e "$pattern" "$HERE/.output" || {
            echo "thaw $*: expected \`$pattern\` in:"
            cat "$HERE/.output"
            exit 1
        }
    done <"$HERE/.patterns"
}

# must COMMAND...: the command succeeds.
must() {
    "$@" || {
        echo "failed: $*"
        exit 1
    }
}

absent() {
    for path in "$@"; do
        [ ! -e "$path" ] || {
            echo "$path should not be there"
            exit 1
        }
    done
}
