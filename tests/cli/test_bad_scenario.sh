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
