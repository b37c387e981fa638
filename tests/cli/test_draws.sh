. "$(dirname "$0")/lib.sh"
# Medians and intervals beside everything that a run prints and writes; the same whatever the number of threads.
expect 0 '100 draws, seed 7' 'RUS ' 'theta  *[0-9]* %' 'freeze/measures\[0\].factor' -- run us-russia-thaw --draws 100 --seed 7
expect 0 -- run us-russia-thaw --draws 24 --threads 1 --out one
expect 0 -- run us-russia-thaw --draws 24 --threads 2 --out two
for file in countries.csv claimants.csv dependence.csv drivers.csv draws.csv brief.md brief.html result.nc; do
    must cmp "one/$file" "two/$file"
done
must grep -q 'welfare_pct_median,welfare_pct_p05,welfare_pct_p95' one/countries.csv
must grep -q '"seed": 1' one/run.json
must grep -q 'How sure this is' one/brief.md
# Without draws there is nothing of them, and files of draws that were there go.
expect 0 -- run us-russia-thaw --out one
absent one/draws.csv one/drivers.csv
must test "$(grep -c median one/countries.csv)" -eq 0
expect 0 '"seed": 1' '"welfare_pct_median"' '"first_order_shares"' -- run west-russia --draws 10 --json
expect 0 '90 % of 16 draws' 'Difference from the first' -- compare us-russia-thaw us-russia-thaw --draws 16 --csv same.csv
must test "$(cut -d, -f10-12 same.csv | sort -u | tail -n +1 | grep -vc difference)" -eq 1
expect 0 'How sure this is' -- brief west-russia --draws 8 --seed 3

# What is uncertain can be said on the command line.
expect 0 'west-russia/measures\[0\].factor' 'uniform between 1.2 and 2' -- \
    run west-russia --draws 4 --theta-spread 0 --range 'measures[0].factor=1.2:2'
expect 0 'freeze/measures\[0\].factor .*uniform between 1.5 and 2.5' -- \
    run us-russia-thaw --draws 8 --range 'freeze/measures[0].factor=1.5:2.5'
expect 0 'nothing is uncertain' -- run us-china-tariffs --draws 3 --theta-spread 0

# An estimate that stands in two measures is one number: as if one measure went both ways.
cat >apart.yaml <<'EOF'
name: pair
world: wiod-2011
measures:
  - {kind: barrier, from: USA, to: RUS, factor: 1.5}
  - {kind: barrier, from: RUS, to: USA, factor: 1.5}
uncertainty:
  - {number: ["measures[0].factor", "measures[1].factor"], low: 1.2, high: 1.8}
EOF
cat >both.yaml <<'EOF'
name: pair
world: wiod-2011
measures:
  - {kind: barrier, from: USA, to: RUS, factor: 1.5, both: true}
uncertainty:
  - {number: "measures[0].factor", low: 1.2, high: 1.8}
EOF
expect 0 -- run apart.yaml --draws 16 --theta-spread 0 --out apart
expect 0 -- run both.yaml --draws 16 --theta-spread 0 --out both
must cmp apart/draws.csv both/draws.csv
must cmp apart/countries.csv both/countries.csv
sed 's/RUS, to: USA, factor: 1.5/RUS, to: USA, factor: 1.4/' apart.yaml >unequal.yaml
expect 2 'unequal.yaml:7:38' 'measures\[1\].factor is 1.4 and measures\[0\].factor is 1.5' -- run unequal.yaml
sed 's/, "measures\[1\].factor"/, "measures[0].factor"/' apart.yaml >twice.yaml
expect 2 'is here twice' -- run twice.yaml

# What is joint has one share; a group of one is none, to the last bit; the same whatever the number of threads.
cat >free.yaml <<'EOF'
name: pair
world: wiod-2011
measures:
  - {kind: barrier, from: EU27, to: RUS, factor: 1.5}
  - {kind: barrier, from: RUS, to: EU27, factor: 1.4}
uncertainty:
  - {theta: all, spread: 0.2}
  - {number: "measures[0].factor", distribution: log-normal, low: 1.2, high: 1.9, with_theta: true}
  - {number: "measures[1].factor", std_error: 0.05}
EOF
{ cat free.yaml && echo '  - {joint: alone, of: "measures[0].factor", correlation: 1}'; } >alone.yaml
{ cat free.yaml && echo '  - {joint: both, of: ["measures[0].factor", "measures[1].factor"], correlation: -0.8, source: a trial}'; } >joint.yaml
expect 0 -- run free.yaml --draws 64 --out free
expect 0 -- run alone.yaml --draws 64 --out alone
for file in countries.csv claimants.csv dependence.csv drivers.csv draws.csv; do must cmp "free/$file" "alone/$file"; done
expect 0 'pair/both  *[0-9]* %  one share: these 2 are drawn jointly (a trial)' -- run joint.yaml --draws 64 --threads 1 --out one
expect 0 -- run joint.yaml --draws 64 --threads 2 --out two
for file in countries.csv drivers.csv draws.csv brief.md result.nc; do must cmp "one/$file" "two/$file"; done
must test "$(cut -d, -f3 one/drivers.csv | LC_ALL=C sort -u | tr '\n' ' ')" = '"pair/both" "theta" input '
must test "$(cut -d, -f2,3 one/draws.csv | cksum)" = "$(cut -d, -f2,3 free/draws.csv | cksum)" # theta, and the first of the two
must grep -q 'are drawn jointly, with a correlation of -0.80' one/brief.md
must grep -q '"joint": \[' one/run.json
expect 0 -- compare joint.yaml joint.yaml --draws 16 --csv same.csv
must test "$(cut -d, -f10-12 same.csv | sort -u | tail -n +1 | grep -vc difference)" -eq 1
sed 's/-0.8/[[1, -0.8], [-0.8, 1.2]]/' joint.yaml >beyond.yaml
expect 2 'beyond.yaml:10:101: a correlation is 1.2; it must be between -1 and 1' -- run beyond.yaml

# What docs/uncertainty.md tells of one regression's coefficients, with and without their correlations.
cat >map.csv <<'EOF'
coefficient,from,to,sectors
sanctioned:after:(partner=='RUS'),EU27,RUS,c13 c14 c15
exporter::DEU:sanctioned*after*(partner=='RUS'),DEU,RUS,c13 c14 c15
exporter::ITA:sanctioned*after*(partner=='RUS'),ITA,RUS,c13 c14 c15
EOF
expect 0 -- gravity "eur ~ sanctioned*after*(partner=='RUS') + i(exporter, sanctioned*after*(partner=='RUS'), keep=c(DEU, ITA))
    | exporter^partner^sanctioned + exporter^month^sanctioned + partner^month" "$PROJECT/data/sanctions-trade.csv.gz" \
    --where "partner != 'BLR'" --cluster exporter^partner --world wiod-2011 --to-scenario members --map map.csv
expect 0 '^  RUS  *-0.48 \[-0.50, -0.46\]  *-3.01 \[-3.17, -2.82\]' -- run members.yaml --draws 256 --theta-spread 0
sed '/{joint/,$d' members.yaml >apart.yaml
expect 0 '^  RUS  *-0.48 \[-0.53, -0.42\]  *-2.99 \[-3.3[0-9], -2.5[0-9]\]' -- run apart.yaml --draws 256 --theta-spread 0

# How often a verdict holds: what a claim states is beyond the reach of the draws, within it, or no matter of the model.
mkdir claims
cat >claims/claims.yaml <<'EOF'
title: A trial
claims:
  - {id: far, text: it loses, by: a test, at_most: 0, readings: [{as: real income, formula: "result('west-russia', RUS, welfare_pct)"}]}
  - {id: near, text: it loses so much, by: a test, at_most: -3.8, readings: [{as: real income, formula: "result('west-russia', RUS, welfare_pct)"}]}
  - {id: said, text: two and two, by: a test, stated: 4, tolerance: 0, readings: [{as: sum, formula: "2 + 2"}]}
EOF
expect 0 'confirmed in 100 % of draws' 'confirmed in [3-7][0-9].* of draws' -- claims claims/claims.yaml --draws 32
expect 0 '"verdict_holds_in": 1.0' '"over_draws"' '"seed": 5' -- claims claims/claims.yaml --draws 8 --seed 5 --json

# Bad input.
cat >normal.yaml <<'EOF'
world: wiod-2011
measures:
  - {kind: barrier, from: EU27, to: RUS, sectors: all, factor: 1.5}
uncertainty:
  - {theta: [c1, c2], std_error: 4}
EOF
expect 2 'makes the trade elasticity of c1' 'standard error of 4' -- run normal.yaml --draws 100
expect 2 'draws needs a number' -- run west-russia --draws 0
expect 2 'draws needs a number' -- run west-russia --draws many
expect 2 'seed needs' -- run west-russia --draws 10 --seed -1
expect 2 'go with --draws' -- run west-russia --theta-spread 0.2
expect 2 'go with --draws' -- run west-russia --seed 3
expect 2 'no number of scenario' -- run west-russia --draws 4 --range 'measures[9].factor=1:2'
expect 2 'about a scenario that is not run' -- run west-russia --draws 4 --range 'other/measures[0].factor=1:2'
expect 2 'must be greater than 0' -- run west-russia --draws 4 --range 'measures[0].factor=-2:-1'
expect 2 'the lower first' -- run west-russia --draws 4 --range 'measures[0].factor=2:1'

# Ctrl-C in the middle: nothing is half-written.
command -v timeout >/dev/null || exit 0
timeout --preserve-status -s INT 1 "$THAW" run us-russia-thaw --draws 100000 --out cut >log 2>&1
must test $? -eq 130
absent cut

# Intervals of a few draws are said to be what they are.
expect 0 'Of fewer than 40 draws' '1 draw, seed' -- run west-russia --draws 1
expect 0 'Of fewer than 40 draws' -- compare west-russia --draws 3

# A number has one range.
expect 2 'the range of `measures\[0\].factor` is given twice' -- run west-russia --draws 4 --range 'measures[0].factor=1:2' --range 'measures[0].factor=1:3'
