. "$(dirname "$0")/lib.sh"
# bad PATTERN: the scenario on standard input is refused with file, line and column.
bad() {
    cat >s.yaml
    expect 2 's\.yaml:[0-9]*:[0-9]*: ' "$1" -- run s.yaml
}
bad factor <<E2
{name: s, world: wiod-2011, measures: [{kind: barrier, from: RUS, to: USA, sectors: all, facto: 2}]}
E2
bad RUS <<E2
{name: s, world: wiod-2011, measures: [{kind: barrier, from: RUZ, to: USA, sectors: all, factor: 2}]}
E2
for factor in 0 -1 .nan .inf two; do
    bad factor <<E2
{name: s, world: wiod-2011, measures: [{kind: barrier, from: RUS, to: USA, sectors: all, factor: $factor}]}
E2
done
bad rate <<E2
{name: s, world: wiod-2011, measures: [{kind: tariff, from: RUS, to: USA, sectors: all, rate: -1.5}]}
E2
bad s.yaml <<E2
name: s
 world: [
E2
bad s.yaml <<E2
name: &a s
title: *a
world: wiod-2011
measures: []
E2
: >empty.yaml
expect 2 empty.yaml -- run empty.yaml
expect 2 west-russia -- run west-rusia
printf 'name: a\nafter: b.yaml\nmeasures: []\n' >a.yaml
printf 'name: b\nafter: a.yaml\nmeasures: []\n' >b.yaml
expect 2 'a.* -> .*b.* -> .*a' -- run a.yaml
expect 2 measures -- run west-russia --set 'measures[7].factor=2'
expect 2 factor -- run west-russia --set 'measures[0].factor=-2'
cat >alone.yaml <<E2
name: alone
world: wiod-2011
measures:
  - {kind: ban, from: all, to: RUS, sectors: [c2]}
  - {kind: ban, from: RUS, to: RUS, sectors: [c2]}
E2
expect 2 'without any supplier' c2 RUS -- run alone.yaml
cat >cut.yaml <<E2
name: cut
world: wiod-2011
measures:
  - {kind: ban, from: all, to: RUS, sectors: all}
  - {kind: ban, from: RUS, to: all, sectors: all}
E2
expect 2 'closure: zero' RUS -- run cut.yaml
expect 0 'RUS' -- run cut.yaml --closure zero

# Names instead of codes, codes of countries that a world does not tell apart, groups that no measure uses.
from() {
    bad "$2" <<E2
{name: s, world: wiod-2011, measures: [{kind: barrier, from: $1, to: USA, factor: 2}]}
E2
}
from China 'did you mean `CHN`'
from UK 'did you mean `GBR`'
from GER 'did you mean `DEU`'
from HRV 'HRV (Croatia) is part of `ROW`'
from QQQQQQ '`thaw world show wiod-2011` lists'
for group in 'USA: [CHN]' 'g: [CHNN]' 'c4: [c5]' 'g: [c4, c99]'; do
    bad "\`${group%%:*}\`\|CHNN\|c99" <<E2
{name: s, world: wiod-2011, groups: {$group}, measures: []}
E2
done
bad 'to focus on in world wiod-2011; the focus is one country' <<E2
{name: s, world: wiod-2011, focus: EU27, measures: []}
E2
bad 'names no world' <<E2
{name: s, measures: [{kind: ban, from: RUS, to: USA}]}
E2
bad 'nowhere.nc: cannot open' <<E2
{name: s, world: nowhere.nc, measures: []}
E2
bad 'did you mean `wiod-2011`' <<E2
{name: s, world: wiod-2012, measures: []}
E2
expect 2 'alone.yaml:4:5: the bans leave' -- run alone.yaml
bad "amounts are in the world's unit, million USD" <<E2
{name: s, world: wiod-2011, measures: [{kind: transfer, from: RUS, to: USA, amount: 3e9}]}
E2
bad 'must be below 10' <<E2
{name: s, world: wiod-2011, measures: [{kind: tariff, from: RUS, to: USA, rate: 25}]}
E2
bad 'number of scenario s;' <<E2
{world: wiod-2011, measures: [], uncertainty: [{number: "measures[1].factor", low: 1, high: 2}]}
E2
bad 'in quotes: \["measures\[0\].factor"\]' <<E2
{world: wiod-2011, measures: [], fit: {free: [measures[0].factor], targets: []}}
E2

# The gas market is not run here.
bad 'is about the gas market' <<E2
{name: s, world: wiod-2011, measures: [{kind: cut, supplier: RUS}]}
E2
expect 2 'is about the gas market: run it with `thaw gas run`' -- run gas-cutoff

# Tables of rates are 1 + rate, have rows, and commas between columns.
table() { # COLUMNS ROW PATTERN
    printf '%s\n%s' "$1" "$2" >t.csv
    echo '{name: s, world: wiod-2011, measures: [{kind: table, what: tariff, file: t.csv}]}' >s.yaml
    expect 2 "$3" -- run s.yaml
}
table origin,destination,sector,value RUS,USA,c1,0.25 't.csv:2:12: tariff is 0.25, which is 1 + rate'
table origin,destination,sector,value '' 't.csv: has a header and no rows'
table 'origin;destination;sector;value' 'RUS;USA;c1;1.25' 'separated by `;`'
