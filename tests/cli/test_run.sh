. "$(dirname "$0")/lib.sh"
FILES="countries.csv sectors.csv trade.csv diversion.csv dependence.csv claimants.csv fit.csv foregone.csv result.nc brief.html brief.md run.json"
expect 0 'The brief: out/brief.html' -- run west-russia --out out
for file in $FILES; do must test -s out/$file; done
must test "$(ls -A out | wc -l)" -eq 12
head -n 1 out/countries.csv | grep -q '^country,wage_change,price_change,real_wage_pct,welfare_pct,exports_pct,imports_pct,' || exit 1
must test "$(head -n 1 out/trade.csv)" = origin,destination,sector,base,new
must test "$(wc -l <out/countries.csv)" -eq 42
grep -q '"worst"' out/run.json || exit 1
cp -r out before

# A run that fails leaves the directory as it was; one that works replaces what it writes and nothing else.
expect 2 -- run west-russia --set 'measures[0].factor=-1' --out out
must diff -r before out
touch out/mine.txt
expect 0 -- run west-russia --set 'measures[0].factor=2' --out out
must test -e out/mine.txt
grep -q 'measures\[0\].factor=2' out/run.json || exit 1
cmp -s before/countries.csv out/countries.csv && exit 1

# The same input gives the same bytes.
expect 0 -- run west-russia --out again
for file in countries.csv sectors.csv trade.csv diversion.csv dependence.csv brief.html brief.md; do must cmp before/$file again/$file; done

touch file
expect 2 file -- run west-russia --out file/below
expect 2 'does not exist' -- run west-russia --out no/such/place
expect 2 'no directory can be made' -- run west-russia --out /proc/x
expect 2 ZZZ -- run west-russia --focus ZZZ
expect 2 'did you mean `RUS`' -- run west-russia --focus Russia
expect 0 China -- run west-russia --focus CHN
expect 0 '"scenario": "west-russia"' '"welfare_pct"' -- run west-russia --json
expect 0 'compared with freeze' -- run us-russia-thaw
expect 0 -- run us-china-tariffs --closure proportional
"$THAW" run west-russia >/dev/full 2>err && exit 1
grep -q 'standard output\|write' err || exit 1
"$THAW" world show wiod-2011 2>err | head -n 1 >/dev/null
must test ! -s err

# Tables fit 80 columns; what rounds to zero has no sign; nobody loses by nothing; gas is left to its own run.
narrow() { awk 'length($0) > 80 { print "wider than 80 columns: " $0; bad = 1 } END { exit bad }' .output || exit 1; }
for scenario in 'firms-leave' 'half-to-europe' 'west-russia --horizon short --sticky-wages --market c14,c15' 'us-china-tariffs --draws 8'; do
    expect 0 -- run $scenario
    narrow
    must test "$(grep -c '[-+]0\.00\b' .output)" -eq 0
done
printf '{world: wiod-2011, measures: []}' >nothing.yaml
expect 0 'nobody loses 0.005 per cent or more' 'nobody gains' -- run nothing.yaml
must test "$(sed -n '/real income/{n;p;q}' .output)" = '  nobody loses 0.005 per cent or more'
expect 0 'Real income in .*United States hardly changes' -- brief nothing.yaml
expect 0 '^  LUX ' -- run nothing.yaml --focus LUX
printf '{world: wiod-2011, measures: [{kind: cut, supplier: RUS}, {kind: transfer, from: USA, to: RUS, amount: 1000}]}' >both.yaml
expect 0 'cut RUS (left out here: it is for `thaw gas run`)' "transfer of 1000 from USA to RUS, in the world's unit" -- run both.yaml

# Several factors: who earns it adds up, whatever the horizon.
expect 0 'who earns it' 'short run' wages -- run west-russia
for horizon in short medium long; do
    expect 0 "$horizon run" -- run west-russia --horizon $horizon --out $horizon
    awk -F, 'FNR == 1 { file++; for (k = 1; k <= NF; k++) at[file, $k] = k; next }
             file == 1 { income[$1] = $(at[1, "welfare_pct"]); next }
             { base[$1] += $3; change[$1] += $5 }
             END { for (c in base) { gap = 100 * change[c] / base[c] - income[c]; if (gap > 1e-9 || gap < -1e-9) { print c, gap; exit 1 } } }' \
        $horizon/countries.csv $horizon/claimants.csv || exit 1
done
cmp -s short/countries.csv long/countries.csv && exit 1
expect 2 'short, medium, long' -- run west-russia --horizon tomorrow
expect 0 -- world export --format kite wiod-2011 tables
expect 0 -- world import --format kite tables plain.nc
expect 2 'who earns' -- run west-russia --world plain.nc --horizon short
expect 0 'does not say who earns value added' -- run west-russia --world plain.nc

# What a stop of Russian energy costs Germany rises as suppliers and energy are harder to replace, to the order of magnitude of
# Bachmann et al. (2022): 0.2 to 3 per cent.
stop() { # trade elasticity, elasticity in production
    expect 0 'assumed: production is nested CES' -- run germany-energy-stop --horizon short --theta c2=$1 --theta c8=$1 \
        --energy-elasticity $2 --materials-elasticity 0.5 --out stop-$1-$2
    awk -F, 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k } $1 == "DEU" { print $(at["welfare_pct"]) }' stop-$1-$2/countries.csv
}
easy=$(stop 5 0.5 | tail -1) middle=$(stop 0.2 0.5 | tail -1) hard=$(stop 0.2 0 | tail -1)
echo "$easy $middle $hard" | awk '{ exit !(0 > $1 && $1 > $2 && $2 > $3 && $3 < -0.2 && $3 > -3) }' || exit 1
expect 2 'from 0 to 1' -- run west-russia --energy-elasticity much
expect 2 'between 0' -- run west-russia --energy-elasticity 2
expect 2 'sets no trade elasticity' -- run west-russia --theta c99=1

# Numbers fitted to what was observed, and what cannot be reached.
expect 0 'fitted to what was observed' -- run half-to-europe --out fitted
grep -q '^half-to-europe,"share of europe in exports of RUS (goods)",0.5,0.' fitted/fit.csv || exit 1

# Wages that do not fall: some have no work.
expect 0 'Without work,' -- run west-russia --horizon short --sticky-wages --out sticky
awk -F, '$1 == "RUS" && $2 == "labour" { exit !($8 < 0.99) }' sticky/claimants.csv || exit 1
expect 2 'sticky wages need a horizon' -- run west-russia --sticky-wages

# Names stand in sentences as one says them; what hardly changes is not said to gain.
expect 0 'Real income in the Netherlands hardly changes' 'In the Netherlands, wages hardly change' -- brief us-russia-thaw --focus NLD

# A long note is told whole; texts of files are no markup.
{ printf 'world: wiod-2011\ntitle: "a | b <b>"\nmeasures: []\nnote: '; printf 'word %.0s' $(seq 900); echo end-of-note.; } >told.yaml
expect 0 'end-of-note' '^# a \\| b \\<b>' -- brief told.yaml --format markdown

# With standard output closed nothing is printed into a file that was opened in its place.
"$THAW" sweep west-russia --over 'measures[0].factor=1:1.5:0.1' --resume kept 2>err >&-
must test $? -eq 2
must grep -q 'standard output' err
must test "$(grep -ac 'real income' kept)" -eq 0
