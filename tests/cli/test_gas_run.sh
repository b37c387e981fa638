# thaw gas run: scenarios of the gas market, what they say and what they refuse.
. "$(dirname "$0")/lib.sh"
expect 0 '--foresight' -- gas run --help
expect 2 'which scenario' -- gas run
expect 2 'one scenario at a time' -- gas run gas-2021 gas-cutoff
for scenario in gas-2021 gas-cutoff gas-cutoff-no-lng gas-baltic-island gas-nordstream-return gas-us-lng-only; do
    expect 0 'Mean price of all markets' 'Finland' 'Russia' 'Solved as' 'Balances hold' -- gas run $scenario
done
expect 0 '"mean_price"' '"worst_balance_mcm"' '"value_change_meur_per_year"' '"cut RUS.yamal since 2022-05"' '"flow_before":' -- gas run gas-cutoff --json
expect 0 '2022-03 to 2022-08' -- gas run gas-cutoff --from 2022-03 --months 6
expect 0 'programs' -- gas run gas-cutoff --from 2022-06 --months 3 --foresight 12
expect 0 'gas-out/brief.html' -- gas run gas-cutoff --out gas-out
must grep -q '^DEU,' gas-out/countries.csv
must grep -q '^RUS.nordstream,2022-09,0,' gas-out/production.csv
must grep -q '</html>' gas-out/brief.html
must test -s gas-out/flows.csv
must test -s gas-out/result.nc
must grep -q '"scenario": "gas-cutoff"' gas-out/run.json
expect 0 'a joint equilibrium after' 'Germany' -- gas run gas-cutoff --trade wiod-2011 --out trade-out
must grep -q '^DEU,' trade-out/trade.csv
must grep -q '"gas_received_musd"' trade-out/run.json
must grep -q 'Together with trade' trade-out/brief.html
absent gas-out/trade.csv
expect 2 'leave out --trade' -- gas run gas-cutoff --trade wiod-2011 --range
expect 2 'no world' -- gas run gas-cutoff --trade nowhere
expect 2 'no sector c17' -- gas run gas-cutoff --trade "$PROJECT/tests/cases/ossa2014/world.nc"
expect 2 'has no measures of the gas market' -- gas run west-russia
expect 2 'must be a month' -- gas run gas-cutoff --from 2022
expect 2 '24 months from 1850-01 lie more than 20 years outside the calendar of gas-europe, 2017-01 to 2023-12' -- gas run gas-2021 --from 1850-01
expect 0 'Months outside 2017-01 to 2023-12 repeat the nearest year' -- gas run gas-2021 --from 2023-11 --months 3
expect 2 '1 to 240 months' -- gas run gas-cutoff --months 0
# Stores that were far from full, and months that are too few to fill them.
expect 0 'Mean price' -- gas run gas-2021 --from 2021-10 --months 3 --foresight 2
expect 0 '^One month, as if the year were like it' -- gas run gas-2021 --months 1
expect 2 'no gas network' -- gas run gas-cutoff --network nowhere

# bad LINE TEXT: a measure that is refused, with its place and why.
bad() {
    printf 'gas: {from: 2021-01, months: 24}\nmeasures:\n  - %s\n' "$1" >bad.yaml
    expect 2 'bad.yaml:3:' "$2" -- gas run bad.yaml
}
bad '{kind: cut, point: Nord Strem}' "did you mean .Nord Stream."
bad '{kind: cut, supplier: RUSS}' 'did you mean'
bad '{kind: cut}' 'needs the key point or from or to or supplier or supply'
bad '{kind: cut, supplier: RUS, sinse: 2021-05}' "did you mean .since."
bad '{kind: cut, supplier: RUS, since: 2021-13}' 'must be a month such as 2022-06'
bad '{kind: cut, supplier: RUS, since: 2025-01}' 'lies outside the months of the run, 2021-01 to 2022-12'
bad '{kind: capacity, point: Nord Stream, capacity: 4600000000}' 'is it in m3'
bad '{kind: capacity, point: Nord Stream, capacity: -1}' 'must be 0 or more'
bad '{kind: capacity, point: Nord Stream, factor: 2, add: 3}' 'only one of'
bad '{kind: supply, supply: NOR, capacity: 9e9}' 'is it in m3'
bad '{kind: cut, supplier: RUS, since: 2022-05, until: 2022-02}' 'until 2022-02 is before since 2022-05'
bad '{kind: cut, from: DEU, to: JPN}' 'unknown node `JPN`'
bad '{kind: storage_target, country: DEU, fill: 90, month: 10}' 'between 0 (nothing) and 1 (all of it)'
bad '{kind: demand, country: DEUT, factor: 0.9}' 'did you mean'
bad '{kind: demand, country: DEU, users: housholds, factor: 0.9}' 'did you mean'
bad '{kind: price_cap, country: EU27, cap: 0}' 'must be above 0'
bad '{kind: conduct, supplier: RUS, value: 1.5}' 'between 0'
bad '{kind: storage_target, country: DEU, fill: 0.9}' 'needs the key month'
bad '{kind: storage_target, country: FIN, fill: 0.9, month: 10}' 'there is no storage in .FIN.'
bad '{kind: demand, country: EU27, factor: 85}' '0.85 saves 15 per cent'
# Names and beginnings of codes and names say what was meant.
bad '{kind: cut, supplier: Russia}' 'did you mean .RUS.'
bad '{kind: cut, supplier: RU}' 'did you mean .RUS.'
bad '{kind: cut, supply: RUS.nord}' 'did you mean .RUS.nordstream.'
bad '{kind: demand, country: GER, factor: 0.9}' 'did you mean .DEU.'
bad '{kind: demand, country: Germny, factor: 0.9}' 'did you mean .DEU.'
bad '{kind: demand, country: EU, factor: 0.9}' 'did you mean .EU27.'
printf 'gas: {from: 2021-01, months: 3}\nmeasures:\n  - {kind: storage_target, country: EU27, month: 2021-01, fill: 1}\n' >bad.yaml
expect 2 'cannot fill its storage to 100.0%' '2021-01' 'are missing' -- gas run bad.yaml
# A country that gas can get to from nowhere is told as that, not as a number.
printf 'gas: {from: 2021-01, months: 2}\nmeasures:\n  - {kind: cut, from: [EST, LNG, RUS.finland], to: FIN}\n' >island.yaml
expect 0 'Finland *no gas' -- gas run island.yaml
# A cap where suppliers have market power: a complementarity problem, solved; and where all take prices.
printf 'gas: {from: 2022-01, months: 3}\nmeasures:\n  - {kind: conduct, supplier: [RUS, NOR, DZA, QAT], value: 0.3}\n  - {kind: price_cap, country: EU27, cap: 30}\n' >power.yaml
expect 0 'Mean price' 'conditions to [0-9.]*e-0[5-9]' -- gas run power.yaml
printf 'gas: {from: 2022-01, months: 12}\nmeasures:\n  - {kind: conduct, supplier: [RUS, NOR, DZA, QAT], value: 0}\n  - {kind: price_cap, country: EU27, cap: 20}\n  - {kind: demand, country: all, factor: 1.1, since: 2022-06}\n' >cap.yaml
expect 0 'Mean price' -- gas run cap.yaml
