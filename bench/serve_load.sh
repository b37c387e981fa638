#!/bin/sh
# serve_load.sh THAW [SECONDS]: `thaw serve` under wrk, 64 connections: failures, latencies, and its memory before and after each load.
set -eu
thaw=$1 seconds=${2:-15} here=$(dirname "$0")
log=$(mktemp)
"$thaw" serve --port 0 >"$log" 2>&1 &
server=$!
trap 'kill -INT $server; wait $server || true; rm -f "$log"' EXIT
until grep -q 'http://' "$log"; do sleep 0.1; done
address=$(grep -o 'http://127[0-9.:]*' "$log")
memory() { awk '/VmRSS/ { printf "memory %.1f MB\n", $2 / 1024 }' "/proc/$server/status"; }
memory
for load in same other other page; do
    LOAD=$load wrk -t 2 -c 64 -d "${seconds}s" --timeout 60s -s "$here/serve_load.lua" "$address" | tail -n 1
    memory
done
