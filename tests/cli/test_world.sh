. "$(dirname "$0")/lib.sh"
narrow() { must test "$(wc -L <.output)" -le 80; }
expect 0 wiod-2011 'CC BY 4.0' -- world list
narrow
expect 0 Russia 'Mining' -- world show wiod-2011
expect 0 China Herfindahl -- world show wiod-2011 RUS
expect 0 'holds .* consumption shares sum to 1 over sectors' -- world check wiod-2011
narrow
expect 2 'wiod-2011' -- world show wiod-2012
expect 2 -- world show wiod-2011 RUZ
expect 2 -- world
expect 2 -- world shwo wiod-2011
expect 0 -- world export --format kite wiod-2011 tables
expect 0 -- world import --format kite tables again.nc
expect 0 -- world check again.nc
expect 0 -- world export --format kite again.nc tables2
must diff -r tables tables2
printf 'kind,from,to\ncountry,DEU,EUR\ncountry,FRA,EUR\nsector,c1,c2\n' >map.csv
expect 0 -- world aggregate --map map.csv wiod-2011 small.nc
expect 0 EUR -- world show small.nc EUR
expect 0 -- world check small.nc
expect 0 -- run west-russia --world again.nc

# A world brought to its own trade and GDP stays what it is, and says what was assumed.
expect 0 -- world export --format flows wiod-2011 flows
awk -F, 'NR == 1 || ($1 != $2 && substr($3, 2) + 0 <= 16)' flows/flows.csv |
    awk -F, 'NR == 1 { print "origin,destination,value"; next } { sum[$1 "," $2] += $4 } END { for (p in sum) printf "%s,%.17g\n", p, sum[p] }' >trade.csv
expect 0 -- world update --trade trade.csv --trade-scale 1 --gdp flows/value_added.csv --gdp-scale 1 wiod-2011 same.nc
expect 0 -- world check same.nc --tolerance 1e-9
expect 0 'Services\|services' -- world show same.nc
"$THAW" run west-russia --world wiod-2011 --json >before.json
"$THAW" run west-russia --world same.nc --json >after.json
must test "$(grep -o '"welfare_pct": -[0-9.]\{6\}' before.json | head -n 1)" = "$(grep -o '"welfare_pct": -[0-9.]\{6\}' after.json | head -n 1)"
expect 2 '--trade' -- world update --gdp flows/value_added.csv wiod-2011 other.nc
sed -i '/^DEU,/d' flows/value_added.csv
expect 2 'no GDP of DEU' value_added.csv -- world update --trade trade.csv --trade-scale 1 --gdp flows/value_added.csv --gdp-scale 1 wiod-2011 other.nc
absent other.nc
expect 0 world-2023 -- world list
expect 0 'Norway\*' Taiwan 'split out' -- world show world-2023
expect 0 -- world check world-2023 --tolerance 1e-9
expect 2 'did you mean `RUS`' -- world show wiod-2011 Russia
expect 2 'thaw world show WORLD RUS' -- world show RUS
for country in '' RUS; do
    expect 0 -- world show world-2023 $country
    must test "$(awk 'length($0) > 80' .output | wc -l)" -eq 0
done

# Tables of the OECD and of Eurostat; a scenario runs on what they give.
printf 'V1,DEU_A03,DEU_C19,RUS_A03,RUS_C19,DEU_HFCE,RUS_HFCE,OUT\nDEU_A03,2,3,0,0,14,1,20\nDEU_C19,1,2,1,0,5,1,10\nRUS_A03,0,0,1,1,1,7,10\nRUS_C19,0,2,0,3,2,3,10\nVA,17,3,8,6,0,0,\n' >2020_SML.csv
expect 0 'Table 2020: 2 regions, 2 industries' -- world import --format icio --theta 5 2020_SML.csv icio.nc
expect 0 'Fishing' 'million USD' 'an estimate: trade elasticity (theta) 5' -- world show icio.nc
expect 0 -- world check icio.nc --tolerance 1e-12
sed -e 's/V1/rowLabels/; s/DEU/DE/g; s/RUS/RU/g; s/HFCE/P3_S14/g; s/^VA/W2_D1/; s/,[^,]*$//' 2020_SML.csv >figaro_2020.csv
expect 0 'FIGARO table 2020' 'million EUR' -- world import --format figaro --theta 5 figaro_2020.csv figaro.nc
expect 0 -- run west-russia --world figaro.nc
for world in icio figaro; do expect 0 -- world export --format kite $world.nc $world; done
must diff -r icio figaro
expect 2 'figaro_2020.csv:1' 'OECD' -- world import --format icio --theta 5 figaro_2020.csv other.nc
expect 2 'theta' -- world import --format icio 2020_SML.csv other.nc
absent other.nc
