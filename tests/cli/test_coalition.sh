. "$(dirname "$0")/lib.sh"
cat >small.yaml <<'X'
name: small
action: everyone-against-russia
target: RUS
weight: 1
players: [USA, {name: EU, members: EU27}, {name: CHN, weight: 0}, {name: TUR, weight: 0}]
X
expect 0 '4 players, 16 coalitions' 'Who matters, and who pays' 'CHN leaves' 'There it rests: USA+EU' 'break-even' '16 equilibria' -- coalition small.yaml --csv all.csv --out small.html
must test "$(wc -l <all.csv)" -eq 17
must grep -q '^coalition,size,harm,harm_pct,cost,own_USA,own_EU,own_CHN,own_TUR,rest,stable$' all.csv
must grep -q '^USA+EU,.*,1$' all.csv
must grep -q 'The price of each defection' small.html
# The same whatever the threads; and from a file that was cut off
expect 0 -- coalition small.yaml --csv one.csv --threads 1
must cmp all.csv one.csv
expect 0 -- coalition small.yaml --csv two.csv --threads 8 --resume parts
must cmp all.csv two.csv
size=$(wc -c <parts)
head -c $((size * 2 / 3)) parts >cut && mv cut parts
expect 0 -- coalition small.yaml --csv two.csv --resume parts
must cmp all.csv two.csv
must test "$(wc -c <parts)" -eq "$size"
expect 2 'holds parts of another question' -- coalition small.yaml --resume parts --horizon short
expect 0 'sample' 'standard error' -- coalition small.yaml --sample 8 --weight 2
expect 0 '"lattice"' '"break_even_weight"' '"stable": \[' -- coalition small.yaml --json --horizon short
# A coalition's harm is what `thaw run` says of the same measures
printf 'name: two\nworld: wiod-2011\nmeasures:\n  - {kind: barrier, from: [USA, EU27], to: RUS, factor: 1.5, both: true}\n' >two.yaml
"$THAW" run two.yaml --out two >/dev/null || exit 1
harm=$(awk -F, '$1 == "USA+EU" {print $4}' all.csv)
must awk -F, -v harm="$harm" 'NR == 1 {for (k = 1; k <= NF; k++) if ($k == "welfare_pct") c = k}
    $1 == "RUS" {found = 1; d = $c + harm; if (d < 0) d = -d; if (d > 1e-8) exit 1} END {exit !found}' two/countries.csv
# What cannot be
expect 2 'which file' -- coalition
expect 2 'one file at a time' -- coalition a b
expect 2 'no coalition `none`' 'russia-wall' -- coalition none
expect 2 'did you mean `russia-wall`' -- coalition russia-wal
expect 2 'a number above 0' -- coalition small.yaml --weight 0
expect 2 'from 4 to' -- coalition small.yaml --sample 1
expect 2 'no file of parts' -- coalition small.yaml --resume all.csv
sed 's/USA, /USA, RUS, /' small.yaml >bad.yaml
expect 2 'bad.yaml:5:' 'the target is inside the coalition: RUS' -- coalition bad.yaml
sed 's/USA, /USA, DEU, /' small.yaml >bad.yaml
expect 2 'bad.yaml:5:' 'players overlap: DEU is in DEU and in EU' -- coalition bad.yaml
sed 's/wei/wai/' small.yaml >bad.yaml
expect 2 'bad.yaml:4:1:' "did you mean .weight." -- coalition bad.yaml
sed 's/everyone-against-russia/gas-2021/' small.yaml >bad.yaml
expect 2 'bad.yaml:2:9:' 'of the gas market' -- coalition bad.yaml
expect 2 'x.pdf`: a brief is written as .html' -- coalition small.yaml --out x.pdf

# A file without a name is called as it is.
printf 'action: everyone-against-russia\ntarget: RUS\nweight: 1\nplayers: [USA, CHN]\n' >unnamed.yaml
expect 0 '^unnamed$' -- coalition unnamed.yaml
