# setup.sh: sourced by demo, check and .ci/run. setup KIND...: makes sure that the packages under these headings of the file
# `packages` are there; installs them as root, and says what is missing otherwise.

wanted() {
    for kind in "$@"; do
        awk -v kind="# $kind:" 'index($0, "# ") == 1 { on = index($0, kind) == 1; next } on && NF { print $1 }' packages
    done
}

setup() {
    missing=
    for package in $(wanted "$@"); do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" -ne 0 ]; then
        echo "These packages are missing. Install them, then run this again:" >&2
        echo "    sudo apt-get install --no-install-recommends -y$missing" >&2
        exit 2
    fi
    echo "Installing:$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >/dev/null
    # shellcheck disable=SC2086 # a list of words
    apt-get install --no-install-recommends -y -qq $missing >/tmp/thaw-apt.log 2>&1 || {
        tail -n 20 /tmp/thaw-apt.log >&2
        exit 1
    }
}

# build PRESET [TARGET]: configures and builds it quietly; on failure shows what the compiler said.
build() {
    echo "Building ($1)"
    mkdir -p build
    { cmake --preset "$1" && cmake --build --preset "$1" ${2:+--target "$2"}; } >"build/$1.log" 2>&1 || {
        tail -n 40 "build/$1.log" >&2
        exit 1
    }
}
