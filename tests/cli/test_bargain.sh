. "$(dirname "$0")/lib.sh"
# Two of seven regions talk about what hinders their trade with each other.
cp "$PROJECT/tests/cases/ossa2014/world.nc" .
cat >deal.yaml <<'EOF'
name: two-regions
title: Two regions make trade with each other cheaper
note: A test.
world: world.nc
players:
  - {name: US}
  - {name: Asia, members: [China, Japan], objective: real_income}
issues:
  - name: ports
    title: ports of both are made faster
    measures: [{kind: barrier, from: US, to: [China, Japan], factor: 0.99, both: true}]
  - name: gift
    title: the United States pay for nothing
    measures: [{kind: transfer, from: US, to: China, amount: 1000}]
  - name: stop
    levels: [0, 1]
    measures: [{kind: ban, from: US, to: China, sectors: mvh}]
transfers: {most: 20000}
threats:
  - name: wall
    title: the United States build a wall
    by: US
    measures: [{kind: barrier, from: [China, Japan], to: US, factor: 1.05}]
assumptions:
  - {what: how much faster, number: "ports[0].factor", low: 0.98, high: 0.995, source: none}
  - {what: nobody retaliates, source: none}
EOF
expect 0 'There is something to agree on' 'ports  *100.0 %  *100.0 %  *100.0 %' 'stop  *0.0 %' 'wall' 'To carry it out would' 'Assumption: nobody retaliates' \
    'India' 'range 0.98 to 0.995' -- bargain deal.yaml --points 3 --threads 2 --csv deal.csv --out deal.md
must grep -q '^result,money,item,of,value$' deal.csv
must grep -q '^nash,yes,,ports,1$' deal.csv
must grep -q '^| ports of both are made faster | 100.0' deal.md
expect 0 '"nash"' '"empty": false' '"threats"' '"seconds"' -- bargain deal.yaml --points 0 --no-money --json
# The same numbers with one thread, and none of the time
must "$THAW" bargain deal.yaml --points 3 --threads 1 --csv one.csv --out deal.html >/dev/null
must cmp deal.csv one.csv
must grep -q '<polyline class="curve"' deal.html
# Nothing to agree on is a result
sed -e '/^  - name: ports/,/factor: 0.99/d' -e '/number: "ports/d' deal.yaml >empty.yaml
expect 0 'There is no deal' 'gift  *-1,2' -- bargain empty.yaml --points 0 --no-money
expect 0 '"empty": true' -- bargain empty.yaml --points 0 --no-money --json
expect 0 'gift  *-12 ' -- bargain empty.yaml --points 0 --set 'gift[0].amount=10' --no-money
# What cannot be
bad() { # LINE:COLUMN MESSAGE SED-EXPRESSION
    sed "$3" deal.yaml >bad.yaml
    expect 2 "bad.yaml:$1: .*$2" -- bargain bad.yaml --points 0
}
bad 7:12 'players overlap: US is in US and in Asia' 's/China, Japan\], objective/China, US], objective/'
bad 7:54 'objective is real_income, wages, profits' 's/objective: real_income/objective: glory/'
bad 7:28 'there is no country or group .Chnia.' 's/members: \[China/members: [Chnia/'
bad 11:5 "unknown key .measure." 's/measures: \[{kind: barrier, from: US/measure: [{kind: barrier, from: US/'
bad 17:16 'can be done or left' 's/levels: \[0, 1\]/levels: any/'
bad 22:9 "unknown player .UA." 's/by: US/by: UA/'
bad 25:5 'outside its own range' 's/low: 0.98, high: 0.995/low: 0.992, high: 0.995/'
bad 25:38 'is no number of two-regions' 's/ports\[0\].factor/port[0].factor/'
bad 18:12 'transfers are none' 's/{most: 20000}/plenty/'
bad 16:17 'levels go up' 's/levels: \[0, 1\]/levels: [1, 0]/'
bad 1:1 'the key players is missing' '/^players/,/Asia/d'
bad 6:27 'what US is after has no bounds or no worth' 's/{name: US}/{name: US, objective: {labour: -1}}/'
bad 18:19 'transfers of up to 1e+09 are more than US spends a year' 's/{most: 20000}/{most: 1e9}/'
# What cannot be solved says in which file: nothing is as cheap to bring
sed -e 's/factor: 0.99,/factor: 1e-30,/' -e '/number: "ports/d' deal.yaml >bad.yaml
expect 1 'bad.yaml: no equilibrium found' -- bargain bad.yaml --points 0
expect 2 "there is no deal .nothing.: .*us-ukraine-aid" -- bargain nothing
expect 2 'which deal' -- bargain
expect 2 '0, or from 2 to 400' -- bargain deal.yaml --points 1
expect 2 'is no number' -- bargain deal.yaml --set 'x[0].factor=1'
expect 2 'x.pdf`: a brief is written as .html' -- bargain deal.yaml --points 0 --out x.pdf
