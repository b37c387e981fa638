. "$(dirname "$0")/lib.sh"
mkdir small
[ "$(id -u)" -eq 0 ] && mount -t tmpfs -o size=600k tmpfs small 2>/dev/null || {
    echo "test_full_disk: skipped, it needs the right to mount"
    exit 77
}
trap 'cd /; umount "$HERE/small"; rm -rf "$HERE"' EXIT
"$THAW" run west-russia --out small/out >log 2>&1
must test $? -eq 2
grep -qi 'space' log || { cat log; exit 1; }
must test -z "$(ls -A small)"
"$THAW" sweep west-russia --over 'measures[0].factor=1.01:4:0.005' --out small/s.csv >log 2>&1
must test $? -eq 2
must test -z "$(ls -A small)"
mount -o remount,ro small
"$THAW" run west-russia --out small/out >log 2>&1
must test $? -eq 2
