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
