. "$(dirname "$0")/lib.sh"
# Several processes, one of which is lost, and work that is killed: always the same bytes. MPI is optional.
cat >six.yaml <<'X'
name: six
action: everyone-against-russia
target: RUS
weight: 1
players: [USA, {name: EU, members: EU27}, JPN, CHN, IND, TUR]
X
expect 0 '64 coalitions' -- coalition six.yaml --csv alone.csv --threads 1

# Killed at random moments, and gone on with until it is whole
kills=${KILLS:-5}
while [ "$kills" -gt 0 ]; do
    pause=$(awk -v seed="$kills$$" 'BEGIN {srand(seed); printf "%.3f", 0.03 + 0.4 * rand()}')
    if timeout -s KILL "$pause" "$THAW" coalition six.yaml --csv resumed.csv --resume parts >/dev/null 2>&1; then
        must cmp alone.csv resumed.csv
        rm -f resumed.csv parts
    fi
    kills=$((kills - 1))
done
expect 0 -- coalition six.yaml --csv resumed.csv --resume parts
must cmp alone.csv resumed.csv

command -v mpirun >/dev/null || exit 77
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export LSAN_OPTIONS=detect_leaks=0 # OpenMPI's own
run="mpirun --oversubscribe --enable-recovery"
$run -n 2 "$THAW" coalition six.yaml --csv two.csv >out 2>err || {
    grep -q 'built without MPI' err && exit 77
    cat err
    exit 1
}
must cmp alone.csv two.csv
must $run -n 8 "$THAW" coalition six.yaml --csv eight.csv >out
must cmp alone.csv eight.csv
must $run -n 3 "$THAW" coalition six.yaml --sample 12 --csv sampled.csv >out
"$THAW" coalition six.yaml --sample 12 --csv sampled-alone.csv >/dev/null || exit 1
must cmp sampled.csv sampled-alone.csv

# A rank that dies: what it had is done by another
$run -n 3 "$THAW" coalition six.yaml --csv lost.csv --resume parts-lost >out 2>err &
job=$!
victim=
for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    for process in $(pgrep -f "csv lost.csv" || true); do
        if tr '\0' '\n' <"/proc/$process/environ" 2>/dev/null | grep -q '^OMPI_COMM_WORLD_RANK=1$' &&
            [ "$(tr '\0' '\n' <"/proc/$process/environ" | grep '^PWD=')" = "PWD=$HERE" ]; then
            victim=$process
        fi
    done
    [ -z "$victim" ] || [ ! -s parts-lost ] || break
    sleep 0.05
done
[ -z "$victim" ] || kill -9 "$victim" 2>/dev/null
wait "$job"
must cmp alone.csv lost.csv

# The first rank's error is the one that is told, and ends all
mpirun --oversubscribe -n 3 "$THAW" coalition six.yaml --resume two.csv >out 2>err && exit 1
must grep -q 'no file of parts' err
must test "$(grep -c 'no file of parts' err)" -eq 1
