. "$(dirname "$0")/lib.sh"
# Several processes, of which some are lost: always the same bytes. MPI is optional.
command -v mpirun >/dev/null || {
    echo "skipped: there is no mpirun"
    exit 77
}
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export LSAN_OPTIONS=detect_leaks=0 # OpenMPI's own
cat >six.yaml <<'X'
name: six
action: everyone-against-russia
target: RUS
weight: 1
players: [USA, {name: EU, members: EU27}, JPN, CHN, IND, TUR]
X
sweep='sweep west-russia --over measures[0].factor=1.005:3:0.005'
expect 0 '64 coalitions' -- coalition six.yaml --csv alone.csv --threads 1
expect 0 '400 points' -- $sweep --out points.csv --threads 1

# ranks NUMBER ARGUMENTS...: as many processes of thaw, which go on where one is lost
ranks() {
    number=$1
    shift
    mpirun --oversubscribe --enable-recovery -n "$number" "$THAW" "$@" >out 2>err
}
ranks 2 coalition six.yaml --csv two.csv || {
    grep -q 'built without MPI' err && exit 77
    cat err
    exit 1
}
must cmp alone.csv two.csv
must ranks 8 coalition six.yaml --csv eight.csv
must cmp alone.csv eight.csv
must ranks 3 coalition six.yaml --sample 12 --csv sampled.csv
"$THAW" coalition six.yaml --sample 12 --csv sampled-alone.csv >/dev/null || exit 1
must cmp sampled.csv sampled-alone.csv
for number in 1 2 8; do
    must ranks $number $sweep --out several.csv
    must cmp points.csv several.csv
    rm several.csv
done

# kill_rank RANK FILE: once a part is in FILE, the process of that rank among those that have its name on their command line
kill_rank() {
    for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
        for process in $(pgrep -f -- "--resume $2"); do
            [ -n "$(find . -name "$2" -size +128c)" ] || break
            tr '\0' '\n' <"/proc/$process/environ" 2>/dev/null >environment || continue
            grep -q "^OMPI_COMM_WORLD_RANK=$1\$" environment && grep -q "^PWD=$HERE\$" environment || continue
            kill -9 "$process" && return 0
        done
        sleep 0.02
    done
    return 1
}
# One of three is killed: what it had is done by another. Then without --enable-recovery, where OpenMPI ends the job: the same
# command goes on from what was solved; as it does where the first rank is the one that is lost.
lost() { # RANK FILE ARGUMENTS OF MPIRUN...
    rank=$1 parts=$2
    shift 2
    mpirun --oversubscribe "$@" -n 3 "$THAW" $sweep --out lost.csv --resume "$parts" >out 2>err &
    job=$!
    kill_rank "$rank" "$parts" && killed=1 || killed=0
    wait "$job"
    ended=$?
    [ $killed -eq 1 ] || echo "rank $rank had ended before it was killed"
}
lost 1 one --enable-recovery
must cmp points.csv lost.csv
for rank in 1 0; do
    rm -f lost.csv
    lost $rank "plain$rank"
    [ $killed -eq 0 ] || must test $ended -ne 0
    [ ! -e lost.csv ] || must cmp points.csv lost.csv # it was all but over
    ranks 2 $sweep --out lost.csv --resume "plain$rank" || {
        cat err
        exit 1
    }
    must cmp points.csv lost.csv
done

# The first rank's error is the one that is told, and ends all
mpirun --oversubscribe -n 3 "$THAW" coalition six.yaml --resume two.csv >out 2>err && exit 1
must grep -q 'no file of parts' err
must test "$(grep -c 'no file of parts' err)" -eq 1
mpirun --oversubscribe -n 3 "$THAW" sweep west-russia --over 'measures[0].factor=1,1.5' --resume two.csv >out 2>err && exit 1
must test "$(grep -c 'no file of parts' err)" -eq 1
