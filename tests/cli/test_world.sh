. "$(dirname "$0")/lib.sh"
expect 0 wiod-2011 'CC BY 4.0' -- world list
expect 0 Russia 'Mining' -- world show wiod-2011
expect 0 China Herfindahl -- world show wiod-2011 RUS
expect 0 -- world check wiod-2011
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
