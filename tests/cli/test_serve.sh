. "$(dirname "$0")/lib.sh"
expect 2 'unknown option' -- serve --nonsense
expect 2 'is no port' -- serve --port x
expect 2 'lets others in' -- serve --listen 0.0.0.0
expect 2 'at least 16' -- serve --token short
"$THAW" serve --check >check.txt 2>&1
status=$?
grep -q 'built without libmicrohttpd' check.txt && exit 77
[ "$status" -eq 0 ] || {
    cat check.txt
    exit 1
}
must test "$(grep -c '^ok' check.txt)" -eq 9
