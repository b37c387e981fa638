. "$(dirname "$0")/lib.sh"
# What docs/tutorial.md shows is what its commands print: every block of `$ ` commands with their output, and the files that are
# to be written. A line `...` stands for any lines. Times, iterations and residuals differ between machines, and are not compared.
# Section 7 reads tables that do not ship.
mkdir bin
ln -s "$THAW" bin/thaw
PATH=$HERE/bin:$PATH
awk -v here="$HERE" '
    /^## 7\./ { skip = 1 }
    /^## 8\./ { skip = 0 }
    !inside && match($0, /`[a-z-]+\.yaml`/) { file = substr($0, RSTART + 1, RLENGTH - 2) }
    /^```yaml/ { inside = "yaml"; next }
    /^```/ { inside = inside ? "" : "run"; next }
    skip { next }
    inside == "yaml" { print > (here "/" file) }
    inside == "run" && /^\$ / { n++; print substr($0, 3) > sprintf("%s/%02d.command", here, n); next }
    inside == "run" && n { print > sprintf("%s/%02d.wanted", here, n) }
' "$PROJECT/docs/tutorial.md"
plain() {
    sed -E 's/[0-9.]+ m?s( on [0-9]+ threads?)?/TIME/g; s/[0-9]+ iterations/ITERATIONS/; s/[0-9.]+e-[0-9]+/SMALL/g; s/\(factor market of [A-Z]+\)//' "$1"
}
count=0
for command in *.command; do
    name=${command%.command}
    sh "$command" >"$name.printed" 2>"$name.said" </dev/null
    cat "$name.said" >>"$name.printed"
    touch "$name.wanted"
    plain "$name.printed" >printed
    plain "$name.wanted" >wanted
    awk '
        NR == FNR { have[NR] = $0; n = NR; next }
        $0 == "..." { jump = 1; next }
        {
            at++
            while (jump && at <= n && have[at] != $0) at++
            jump = 0
            if (have[at] != $0 || at > n) { printf "line %d of what is shown: %s\n", FNR, $0; exit bad = 1 }
        }
        END { if (!bad && !jump && at < n) { print "more is printed: " have[at + 1]; bad = 1 } exit bad }
    ' printed wanted || {
        echo "docs/tutorial.md: \$ $(cat "$command")"
        cat "$name.printed"
        exit 1
    }
    count=$((count + 1))
done
[ "$count" -ge 10 ] || {
    echo "only $count commands were found in the tutorial"
    exit 1
}
