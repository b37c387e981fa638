. "$(dirname "$0")/lib.sh"
# Codes with commas and quotes stand in quotes wherever they are written; `all` and control characters are none.
printf 'kind,from,to\ncountry,DEU,"D, ""E"""\ncountry,FRA,"D, ""E"""\nsector,c1,"farms, mines"\nsector,c2,"farms, mines"\n' >map.csv
expect 0 -- world aggregate --map map.csv wiod-2011 odd.nc
printf 'world: odd.nc\nname: "wall, odd"\ngroups: {rest: [USA, CHN]}\nmeasures: [{kind: barrier, from: rest, to: RUS, factor: 2}]\n' >odd.yaml
expect 0 -- run odd.yaml --out odd --draws 2
expect 0 -- sweep odd.yaml --over 'measures[0].factor=1:2:1' --out odd/sweep.csv
expect 0 -- compare odd.yaml odd.yaml --csv odd/compare.csv --draws 2
expect 0 -- leverage 'D, "E"' RUS --world odd.nc --csv odd/leverage.csv
expect 0 -- world export --format flows odd.nc odd-flows
for file in odd/*.csv odd-flows/*.csv; do
    must awk -F, '{ gsub(/"[^"]*"/, "") } NR == 1 { n = NF } NF != n { exit 1 }' $file
done
for code in all '"E
U"'; do
    printf 'kind,from,to\ncountry,DEU,%s\n' "$code" >map.csv
    expect 2 'country' -- world aggregate --map map.csv wiod-2011 bad.nc
    absent bad.nc
done
