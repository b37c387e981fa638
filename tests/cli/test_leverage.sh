. "$(dirname "$0")/lib.sh"
expect 0 'Power and exposure' 'Who needs whom more' 'EU27 on RUS' 'sufficient statistic' 'Where it misleads' 'Short run' -- leverage USA CHN RUS EU27
expect 0 'How it changed' 'world-2023' 'CHN on RUS' -- leverage RUS CHN USA --world wiod-2011 --world world-2023 --out three.html
expect 0 'If they part' 'What RUS loses if CHN walks away' 'prices, short run' -- leverage RUS CHN --world wiod-2011 --world world-2023 --csv pair.csv --out pair.html
must grep -q '^world,first,second,cut,horizon,loss_pct,cost_pct,price_pct,trade,share,statistic_pct$' pair.csv
must test "$(wc -l <pair.csv)" -eq 9
must grep -q 'Who holds the cards' pair.html
# What a pair loses is what `thaw run` says of the same cut, digit for digit.
printf 'name: cut\nworld: wiod-2011\nmeasures:\n  - {kind: ban, from: CHN, to: RUS, sectors: all, both: true}\n' >cut.yaml
"$THAW" run cut.yaml --out cut >/dev/null || exit 1
loss=$(awk -F, '$1 == "wiod-2011" && $2 == "CHN" && $5 == "long" {print $6}' pair.csv)
must awk -F, -v loss="$loss" 'NR == 1 {for (k = 1; k <= NF; k++) if ($k == "welfare_pct") c = k}
    $1 == "RUS" {found = 1; d = $c + loss; if (d < 0) d = -d; if (d > 1e-10) exit 1} END {exit !found}' cut/countries.csv
# the same for each direction, some sectors alone, and the short run; prices in own wages are what real wages lose
same() { # NAME, MEASURES, ARGUMENTS OF LEVERAGE...
    name=$1
    printf 'name: %s\nworld: wiod-2011\nmeasures:\n%s\n' "$name" "$2" >"$name.yaml"
    shift 2
    "$THAW" run "$name.yaml" --horizon short --out "$name" >/dev/null || exit 1
    expect 0 -- leverage CHN RUS --horizon short --csv "$name.csv" "$@"
    must awk -F, 'NR == FNR {if ($2 == "CHN") {loss = $6; price = $8; cost = $7} next}
        FNR == 1 {for (k = 1; k <= NF; k++) column[$k] = k}
        function apart(x, y) {return x > y + 1e-8 || y > x + 1e-8}
        $1 == "RUS" {found++; if (apart($column["welfare_pct"], -loss)) exit 1
            if (apart(100 / (1 + $column["real_wage_pct"] / 100) - 100, price)) exit 1}
        $1 == "CHN" {found++; if (apart($column["welfare_pct"], -cost)) exit 1}
        END {exit found != 2}' "$name.csv" "$name/countries.csv"
}
same sells '  - {kind: ban, from: CHN, to: RUS, sectors: all}' --cut exports
same buys '  - {kind: ban, from: RUS, to: CHN, sectors: all}' --cut imports
same some '  - {kind: ban, from: CHN, to: RUS, sectors: [c13, c14], both: true}' --sectors c13,c14
expect 0 '"chokepoints"' '"sector": "c14"' -- leverage CHN USA --chokepoints CHN,USA --json --horizon one-factor
expect 0 'the first stops selling to the second, c2,c8' 'after full-thaw' -- leverage RUS EU27 --cut exports --sectors c2,c8 --after full-thaw --horizon short
expect 0 '| EU27' -- leverage RUS EU27 --horizon short --out /dev/stdout
# What cannot be
expect 2 'players overlap: DEU is in EU27 and in DEU' -- leverage EU27 DEU
expect 2 'there is no country or group `RUSS`' 'did you mean `RUS`' -- leverage RUSS USA
expect 2 'two parties or more' -- leverage USA
expect 2 'all, exports or imports, not `some`' -- leverage USA CHN --cut some
expect 0 '2 parties, 2 equilibria' 'one sector at a time' -- leverage --chokepoints CHN,USA
expect 2 'takes two parties' -- leverage USA CHN --chokepoints USA
expect 2 'players overlap' -- leverage USA CHN --chokepoints USA,USA
expect 2 'there is no `c99` among the sectors of wiod-2011' -- leverage USA CHN --sectors c99
expect 2 'there is no `competitive`' -- leverage USA CHN --sectors competitive
expect 2 'a number from 1' -- leverage USA CHN --threads none
expect 2 'needs a value' -- leverage USA CHN --world
expect 2 'no world `none`' -- leverage USA CHN --world none
expect 2 'x.pdf`: a brief is written as .html' -- leverage USA CHN --out x.pdf
expect 2 'did you mean `CHN`' -- leverage USA China
