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

# page_packages: node's packages of web/ as its lock file says, once. Where they cannot be had it says why; tests of the page then skip.
page_packages() {
    [ ! web/node_modules/.package-lock.json -nt web/package-lock.json ] || return 0
    command -v npm >/dev/null || {
        echo "The tests of the page will be skipped: there is no npm"
        return 1
    }
    echo "Fetching node's packages of web/"
    mkdir -p build
    (cd web && npm ci --no-audit --no-fund --fetch-retries=1 --fetch-retry-mintimeout=1000 --fetch-timeout=20000) >build/npm.log 2>&1 || {
        echo "The tests of the page will be skipped: npm says $(grep -m 1 'npm ERR!\|npm error' build/npm.log || echo nothing), see build/npm.log"
        return 1
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
