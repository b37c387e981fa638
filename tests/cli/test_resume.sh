. "$(dirname "$0")/lib.sh"
# Runs that are killed at random moments and gone on with: always the same bytes. With KILLS=100 what docs/coalition.md tells of:
# more players, and so many runs of each command that were killed before their end.
kills=${KILLS:-4}
more=
[ "$kills" -lt 100 ] || more=', KOR, GBR, BRA'
cat >some.yaml <<X
name: some
action: everyone-against-russia
target: RUS
weight: 1
players: [USA, {name: EU, members: EU27}, JPN, CHN, IND, TUR$more]
X
# moments MILLISECONDS: moments of a run that takes so long, as likely early as late; more than needed, since some come too late
moments() {
    awk -v n="$kills" -v took="$1" -v seed="$$" 'BEGIN {srand(seed); for (n *= 2; n--;) printf "%.3f\n", took / 1000 * rand()}'
}
for kind in coalition sweep; do
    case $kind in
    coalition) set -- coalition some.yaml --csv ;;
    *) set -- sweep west-russia --over 'measures[0].factor=1.01:3:0.01' --out ;;
    esac
    begin=$(date +%s%N)
    "$THAW" "$@" whole.csv >/dev/null 2>&1 || exit 1
    took=$((($(date +%s%N) - begin) / 1000000))
    early=0 middle=0 late=0
    for pause in $(moments "$took"); do
        rm -f parts resumed.csv
        timeout -s KILL "$pause" "$THAW" "$@" resumed.csv --resume parts >/dev/null 2>&1
        if [ $? -ne 137 ]; then
            late=$((late + 1))
        elif [ -n "$(find . -name parts -size +128c)" ]; then
            middle=$((middle + 1))
        else
            early=$((early + 1))
        fi
        expect 0 -- "$@" resumed.csv --resume parts
        must cmp whole.csv resumed.csv
        [ $((early + middle)) -lt "$kills" ] || break
    done
    echo "$kind: $early killed before the first part, $middle on the way; $late had ended"
    # cut off, damaged in the middle, nothing at all
    size=$(wc -c <parts)
    head -c $((size / 2)) parts >cut && mv cut parts
    expect 0 -- "$@" resumed.csv --resume parts
    must cmp whole.csv resumed.csv
    must test "$(wc -c <parts)" -eq "$size"
    printf 'X' | dd of=parts bs=1 seek=$((size / 2)) conv=notrunc 2>/dev/null
    expect 0 -- "$@" resumed.csv --resume parts
    must cmp whole.csv resumed.csv
    : >parts
    expect 0 -- "$@" resumed.csv --resume parts
    must cmp whole.csv resumed.csv
    # another question; a file that is none; a place that cannot be
    expect 2 'parts of another question' -- "$@" resumed.csv --resume parts --world world-2023
    expect 2 'no file of parts' -- "$@" resumed.csv --resume whole.csv
    expect 2 'cannot open' -- "$@" resumed.csv --resume none/parts
done
expect 2 'parts of another question' -- coalition some.yaml --resume parts
