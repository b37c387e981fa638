. "$(dirname "$0")/lib.sh"
head -c 100000 "$PROJECT/data/wiod-2011.nc" >cut.nc
expect 2 cut.nc -- world check cut.nc
: >empty.nc
expect 2 empty.nc -- world check empty.nc
echo hello >text.nc
expect 2 text.nc -- run west-russia --world text.nc
expect 2 missing.nc -- world check missing.nc
expect 0 -- world export --format kite wiod-2011 good

# bad TABLE SED-SCRIPT PATTERN...: a table spoilt in one place is refused.
bad() {
    rm -rf spoilt out.nc
    cp -r good spoilt
    table=$1
    sed -i "$2" spoilt/"$table"
    shift 2
    expect 2 "$table" "$@" -- world import --format kite spoilt out.nc
    absent out.nc
}
bad trade_share.csv '2s/,[^,]*$/,-0.5/' ':2:' negative
bad trade_share.csv '2s/,[^,]*$/,nan/' ':2:'
bad trade_share.csv '2s/,[^,]*$/,abc/' ':2:' abc
bad trade_share.csv '3s/.*/XXX,AUS,c1,0.1/' XXX
bad trade_share.csv '3{p}' ':4:'
bad trade_share.csv '1s/origin/orgin/' origin
bad value_added.csv '2s/,.*/,-5/' ':2:'
bad trade_share.csv '2s/$/,9/' ':2:'
rm -rf spoilt
cp -r good spoilt
awk -F, 'NR > 1 && !done && $4 > 0.5 { $4 = $4 + 0.01; done = 1 } { OFS = ","; print $1, $2, $3, $4 }' good/trade_share.csv >spoilt/trade_share.csv
expect 2 '1\.01' -- world import --format kite spoilt out.nc
rm spoilt/trade_share.csv
expect 2 trade_share -- world import --format kite spoilt out.nc
: >spoilt/trade_share.csv
expect 2 trade_share empty -- world import --format kite spoilt out.nc
absent out.nc

# Windows line ends, a byte order mark and quotes are read all the same.
rm -rf spoilt
cp -r good spoilt
sed -i 's/$/\r/' spoilt/value_added.csv
printf '\357\273\277' | cat - good/factor_share.csv >spoilt/factor_share.csv
sed 's/^\([A-Z]*\),/"\1",/' good/trade_balance.csv >spoilt/trade_balance.csv
gzip spoilt/trade_share.csv
expect 0 -- world import --format kite spoilt out.nc
expect 0 -- world export --format kite out.nc back
must diff -r good back
