. "$(dirname "$0")/lib.sh"
cat >panel.csv <<'END'
exporter,importer,year,trade,dist,rta
A,B,1,10,1,0
A,C,1,7,2,1
B,A,1,12,1,0
B,C,1,3,3,0
C,A,1,9,2,1
C,B,1,4,3,0
A,B,2,16,1,1
A,C,2,9,2,1
B,A,2,15,1,1
B,C,2,2,3,0
C,A,2,12,2,1
C,B,2,6,3,1
END
expect 0 'rta  *0.331153  *0.085640' 'exporter^year (6)' 'heteroskedasticity-robust' 'rows  *12 of 12' -- \
    gravity 'trade ~ rta | exporter^year + importer' panel.csv --csv coef.csv --latex t.tex --markdown t.md --fitted fitted.csv \
    --effects effects.csv --separated dropped.csv
must grep -q '^name,estimate,std_error,z,p,ci_low,ci_high$' coef.csv
must test "$(wc -l <fitted.csv)" -eq 13
must test "$(cat dropped.csv)" = row,reason
must grep -q '^exporter^year,A_1,(constant),' effects.csv
must grep -q 'toprule' t.tex
"$THAW" gravity 'trade ~ rta | exporter^year + importer' panel.csv --csv /dev/stdout | grep -q '^rta,' || exit 1 # a pipe is no file
must grep -q '^| rta |' t.md
expect 0 '"coefficients": \[' '"name": "rta"' '"ci_high"' '"n": 12' '"log_likelihood": -' -- \
    gravity 'trade ~ rta | exporter + importer' panel.csv --json --cluster exporter^importer
expect 0 'wild bootstrap of scores' 'all 8 patterns of signs, by exporter' '^rta  *p 0.2500  95 % interval \[-inf, inf\]' -- \
    gravity 'trade ~ rta | exporter^year + importer' panel.csv --cluster exporter --wild-bootstrap 999 --csv wild.csv
must grep -q '^rta,.*,0.25,-inf,inf$' wild.csv
expect 0 '"wild_p": 0' '"wild_bootstrap": "99 draws of signs from seed 7, by row"' -- \
    gravity 'trade ~ rta | exporter^year + importer' panel.csv --wild-bootstrap 99 --seed 7 --json
expect 2 'needs a whole number from 19' -- gravity 'trade ~ rta' panel.csv --wild-bootstrap 5
expect 2 'exclude each other' -- gravity 'trade ~ rta' panel.csv --wild-bootstrap 99 --bias-correct
expect 2 'of one way, not of 2' -- gravity 'trade ~ rta' panel.csv --wild-bootstrap 99 --cluster exporter+importer
expect 0 '"models": \[' -- gravity 'c(trade, dist) ~ csw(rta, log(dist)) | exporter' panel.csv --json
expect 0 '(4)' -- gravity 'c(trade, dist) ~ csw(rta, log(dist)) | exporter' panel.csv --separated many.csv
must grep -q '^model,row,reason$' many.csv
expect 0 'Least squares' -- gravity 'log(trade) ~ rta | exporter' panel.csv --family gaussian --vcov iid --ssc fixest
expect 0 -- gravity 'trade ~ i(year, rta, ref=1) | exporter + importer' panel.csv --event-study events.svg
must grep -q '<svg' events.svg
gzip -k panel.csv
expect 0 'rta' -- gravity 'trade ~ rta | exporter' panel.csv.gz --where "year in 1, 2 & exporter != 'C'"

# From an estimate to a scenario that sweep can run.
printf 'coefficient,from,to,sectors\nrta,EU27,RUS,c14 c15\n' >map.csv
expect 0 'barrier 0\.' 'thaw sweep back.yaml --over measures\[0\].factor=' -- \
    gravity 'trade ~ rta + dist | exporter' panel.csv --to-scenario back --map map.csv
expect 0 -- run back.yaml
must grep -q 'theta is 5 (that of world-2023, an assumption there)' back.yaml
expect 0 'minus the coefficient of dist' -- gravity 'trade ~ rta + dist | exporter' panel.csv --to-scenario own.yaml \
    --map map.csv --theta-from dist
must grep -q '{theta: all, spread: 0.0[0-9]*, source: "estimated by thaw gravity: minus the coefficient of dist"}' own.yaml
must grep -q 'joint: coefficients, of: \[theta, "measures\[0\].factor"\]' own.yaml
expect 0 'own/coefficients' '^    theta  log-normal' -- run own.yaml --draws 4
must test "$(grep -c joint back.yaml)" -eq 0 # one coefficient

# Coefficients of one regression are drawn with its correlations: of these two, those of the covariance that --json prints.
printf 'coefficient,from,to\nrta,EU27,RUS\ndist,USA,RUS\nrta,RUS,EU27\n' >map.csv
expect 0 'thaw run pair.yaml --draws 1000' -- gravity 'trade ~ rta + dist | exporter' panel.csv --to-scenario pair --map map.csv
must grep -q 'joint: coefficients, of: \["measures\[0\].factor", "measures\[1\].factor"\]' pair.yaml
"$THAW" gravity 'trade ~ rta + dist | exporter' panel.csv --json >pair.json || exit 1
expected=$(tr -d ' \n' <pair.json | sed 's/.*"covariance":\[\[\([^]]*\)\],\[\([^]]*\)\]\].*/\1,\2/' |
    awk -F, '{ printf "%.9f", $2 / sqrt($1 * $4) }')
must grep -q "^ *\[1, ${expected%?}" pair.yaml
must grep -q 'jointly, with the correlations of the regression' pair.yaml
expect 0 'pair/coefficients' 'pair/measures\[1\].factor' -- run pair.yaml --draws 8

# With another theta than the world's the barrier has the estimated effect in a run with that theta only.
printf 'coefficient,from,to,sectors\nrta,EU27,RUS,c14\n' >map.csv
for theta in 5 8; do
    expect 0 "run it  *thaw run theta$theta.yaml" -- gravity 'trade ~ rta + dist | exporter' panel.csv --to-scenario theta$theta --map map.csv --theta $theta
done
must grep -q 'thaw run theta8.yaml --theta all=8 --draws 1000$' theta8.yaml
must grep -q 'only with --theta all=8 do the barriers' theta8.yaml
must test "$(grep -c 'theta all' theta5.yaml)" -eq 0
expect 0 -- run theta8.yaml --theta all=8 --out theta8
must grep -q 'elasticity of every sector is 8 in this run' theta8/brief.md

printf 'coefficient,from,to\nrtaa,EU27,RUS\n' >bad.csv
expect 2 'bad.csv:2:1: no coefficient is named `rtaa`; did you mean `rta`' -- \
    gravity 'trade ~ rta + dist | exporter' panel.csv --to-scenario none --map bad.csv
printf 'coefficient,from,to\nrta,EU27,RUSS\n' >bad.csv
expect 2 'RUSS' -- gravity 'trade ~ rta + dist | exporter' panel.csv --to-scenario none --map bad.csv
printf 'coefficient,from,to\nrta,EU27,RUS\nrta,DEU,RUS USA\n' >bad.csv
expect 2 'bad.csv:3:5: a row above puts `rta` on some of the same trade' -- gravity 'trade ~ rta' panel.csv --to-scenario none --map bad.csv
printf 'coefficient,from,to\ndist,EU27,RUS\n' >bad.csv
expect 2 'bad.csv:2:1: `dist` was left out of the estimate' -- gravity 'trade ~ rta + dist | exporter^importer' panel.csv --to-scenario none --map bad.csv
printf 'coefficient,from,to\nrta,EU27,RUS\n' >bad.csv
expect 2 'bad.csv:2:1: the barrier .* is 0 .*must be of the log of trade' -- \
    gravity 'I(1e4 * trade) ~ rta' panel.csv --family gaussian --to-scenario none --map bad.csv
printf 'coefficient,from,to\nrta,EU27,RUS\n' >map.csv
expect 0 'not of the wild bootstrap' -- gravity 'trade ~ rta | exporter' panel.csv --wild-bootstrap 19 --to-scenario wild --map map.csv
absent none.yaml none

# General equilibrium from the equation alone, and the same by `thaw run`.
cat >home.csv <<'END'
exporter,importer,trade,dist,rta
A,A,90,0.2,0
A,B,10,1,0
A,C,7,2,1
B,A,12,1,0
B,B,60,0.3,0
B,C,3,3,0
C,A,9,2,1
C,B,4,3,0
C,C,80,0.2,0
END
STRUCTURAL='trade ~ log(dist) + rta | exporter + importer'
for closure in fixed zero proportional; do
    expect 0 'if rta = 0: one sector, theta 5 (given)' 'exporter sells, importer buys' '^A  *8[0-9]\.' 'run it  *thaw run norta.yaml' -- \
        gravity "$STRUCTURAL" home.csv --general-equilibrium 'rta = 0' --sigma 6 --closure $closure --countries ge.csv --to-scenario norta
    must "$THAW" run norta.yaml --out norta >/dev/null
    paste -d, ge.csv norta/countries.csv | awk -F, 'NR == 1 { for (k = 1; k <= NF; k++) at[$k] = k; next }
        { d = $at["real_income_pct"] - $at["welfare_pct"]; e = $at["producer_price_pct"] - 100 * ($at["wage_change"] - 1) }
        d > 1e-9 || d < -1e-9 || e > 1e-9 || e < -1e-9 { print "differs by", d, e, "in", $0; exit 1 } END { exit NR != 4 }' || exit 1
done
expect 0 '"general_equilibrium": {' '"real_income_pct": ' '"reference": "B"' -- gravity "$STRUCTURAL" home.csv \
    --general-equilibrium 'rta = 0; log(dist) = log(dist / 2)' --theta-from 'log(dist)' --reference B --json
expect 2 'give --theta, --sigma' -- gravity "$STRUCTURAL" home.csv --general-equilibrium 'rta = 0'
expect 2 'did you mean `rta`' '    rat = 0' '    ^' -- gravity "$STRUCTURAL" home.csv --general-equilibrium 'rat = 0' --theta 5
expect 2 'expected a regressor, `=`' -- gravity "$STRUCTURAL" home.csv --general-equilibrium 'rta' --theta 5
expect 2 'expected a column, a number or a function' -- gravity "$STRUCTURAL" home.csv --general-equilibrium 'rta = ' --theta 5
expect 2 'expected `;`, an operator or the end' -- gravity "$STRUCTURAL" home.csv --general-equilibrium 'rta = 0 1' --theta 5
expect 2 'name of the file to write is empty' -- gravity "$STRUCTURAL" home.csv --csv ''
expect 2 'switched twice' -- gravity "$STRUCTURAL" home.csv --general-equilibrium 'rta = 0; rta = 1' --theta 5
expect 2 'has no value in row 1' -- gravity "$STRUCTURAL" home.csv --general-equilibrium 'rta = log(0 * dist)' --theta 5
expect 2 'sells at home' -- gravity 'trade ~ rta | exporter^year + importer^year' panel.csv --general-equilibrium 'rta = 0' --theta 5
expect 2 'go with --general-equilibrium' -- gravity "$STRUCTURAL" home.csv --countries none.csv
expect 2 'above 1' -- gravity "$STRUCTURAL" home.csv --general-equilibrium 'rta = 0' --sigma 0.5
expect 2 'changes no trade cost' -- gravity "$STRUCTURAL" home.csv --general-equilibrium 'rta = rta' --theta 5 --to-scenario none
expect 2 'exclude each other' -- gravity "$STRUCTURAL" home.csv --general-equilibrium 'rta = 0' --theta 5 --to-scenario none --map map.csv
expect 2 'of one model' -- gravity 'c(trade, dist) ~ rta | exporter + importer' home.csv --general-equilibrium 'rta = 0' --theta 5
absent none.csv none.yaml none.nc

# What the tutorial tells of the sanctions.
expect 0 'partner::RUS:sanctioned\*after  *-1.250980  *0.125332' 'partner::KGZ:sanctioned\*after  *0.726690  *0.290934' -- gravity \
    'eur ~ i(partner, sanctioned*after, keep=c(RUS, ARM, KAZ, KGZ)) | exporter^partner^sanctioned + exporter^month^sanctioned + partner^month' \
    "$PROJECT/data/sanctions-trade.csv.gz" --where "partner != 'BLR'" --cluster exporter^partner

# Bad input.
sed 's/,16,/,much,/' panel.csv >text.csv
expect 2 'text.csv:8:7: row 7, column `trade`: expected a number, found `much`' -- gravity 'trade ~ rta | exporter' text.csv
sed 's/,16,/,-16,/' panel.csv >negative.csv
expect 2 'negative' -- gravity 'trade ~ rta | exporter' negative.csv
sed 's/,16,/,,/' panel.csv >missing.csv
expect 0 'rows  *11 of 12' '1 left out: a value is missing' -- gravity 'trade ~ rta | exporter' missing.csv
expect 2 'row 7: `trade` is missing' -- gravity 'trade ~ rta | exporter' missing.csv --missing refuse
expect 2 '^formula:1:14\|formula:1:15' '              ^' -- gravity 'trade ~ rta + | year' panel.csv
expect 2 'did you mean `rta`' -- gravity 'trade ~ rat | year' panel.csv
expect 2 'did you mean `exporter`' -- gravity 'trade ~ rta | year' panel.csv --cluster exportr
expect 0 'year has one level only' -- gravity 'trade ~ rta | year' panel.csv --where 'year == 1'
expect 2 -- gravity 'trade ~ | exporter' panel.csv
sed 's/,[0-9]*,\([0-9]*,[01]\)$/,0,\1/' panel.csv >zero.csv
expect 2 -- gravity 'trade ~ rta | exporter' zero.csv
expect 2 'no column `year2`\|did you mean `year`' -- gravity 'trade ~ rta | year2' panel.csv
printf 'not a Stata file' >bad.dta
expect 2 'cannot read this Stata file\|without ReadStat' -- gravity 'trade ~ rta | year' bad.dta
head -c 60 panel.csv.gz >cut.csv.gz
expect 2 'the compressed file is damaged' -- gravity 'trade ~ rta | year' cut.csv.gz
cp "$PROJECT/tests/fuzz/seeds/dta/v118.dta" whole.dta
head -c 1500 whole.dta >cut.dta
expect 2 'cannot read this Stata file\|damaged\|without ReadStat' -- gravity 'trade ~ dist | year' cut.dta
expect 2 'no dimension\|3 dimensions' -- gravity 'trade_share ~ theta' "$PROJECT/data/wiod-2011.nc"
expect 0 '^  rta  0.373503 ' 'clustered by pair, times G/(G-1), bias-corrected' -- gravity 'trade ~ rta | exporter + importer' panel.csv --bias-correct
expect 2 'correction of bias is for' -- gravity 'trade ~ rta | year' panel.csv --bias-correct
expect 2 'cannot open' -- gravity 'trade ~ rta | year' none.csv
expect 2 'needs --cluster' -- gravity 'trade ~ rta' panel.csv --vcov cluster
expect 2 'the formula comes first' -- gravity panel.csv 'trade ~ rta'
expect 2 'joined by `^`, not by `\*`' '    trade ~ rta | exporter\*year' '                          ^' -- gravity 'trade ~ rta | exporter*year' panel.csv
expect 2 'I(x^2)' -- gravity 'trade ~ rta^2 | exporter' panel.csv
expect 2 'the natural logarithm is log()' -- gravity 'trade ~ ln(dist)' panel.csv
expect 0 '^rta  *2.358155' -- gravity 'trade ~ -1 + rta' panel.csv
expect 2 '`and` is written `&`' '              ^' -- gravity 'trade ~ rta' panel.csv --where 'year == 2 and rta == 1'
expect 2 'text makes dummies by i()' -- gravity 'trade ~ exporter | year' panel.csv
expect 2 'dummies are i(year)' -- gravity 'trade ~ i.year | exporter' panel.csv
expect 2 'its a##b `a\*b`' -- gravity 'trade ~ rta##dist | exporter' panel.csv
expect 2 'both are `a^b`' -- gravity 'trade ~ rta | exporter#year' panel.csv
expect 2 'joined by `+`, not by a comma' -- gravity 'trade ~ rta' panel.csv --cluster exporter,importer
expect 0 'clusters  *3 by exporter$' -- gravity 'trade ~ rta' panel.csv --cluster '~exporter + importer'
expect 0 'rows  *8 of 12' -- gravity 'trade ~ rta' panel.csv --where "exporter < 'C'"
expect 0 'rows  *8 of 12' -- gravity 'trade ~ rta' panel.csv --where "'B' <= exporter"
expect 0 'rows  *6 of 12' -- gravity 'trade ~ rta' panel.csv --where "year >= '2'"
expect 2 'codes stand in quotes' -- gravity 'trade ~ rta' panel.csv --where 'exporter == ABC'
tr , ';' <panel.csv >semicolons.csv
expect 2 'separated by commas' -- gravity 'trade ~ rta' semicolons.csv
expect 0 'Poisson takes the outcome as it is' -- gravity 'log(trade) ~ rta' panel.csv
expect 0 'fits every row exactly' -- gravity 'trade ~ rta | exporter^year + importer^year + exporter^importer' panel.csv
expect 2 'go with --to-scenario' -- gravity 'trade ~ rta' panel.csv --theta 4
expect 2 'all rows in use are in one cluster of year' -- gravity 'trade ~ rta' panel.csv --where 'year == 1' --cluster year
expect 1 'first-order conditions hold to .*, 1.0e-30 is asked' -- gravity 'trade ~ rta | exporter' panel.csv --tolerance 1e-30
printf 'coefficient,from,to\nrta,DEU,\n' >bad.csv
expect 2 'bad.csv:2:5: from and to must be codes' -- gravity 'trade ~ rta' panel.csv --to-scenario none --map bad.csv
printf 'coefficient,from,to,sectors\nrta,DEU,FRA,\nrta,FRA,DEU,c99\n' >bad.csv
expect 2 'bad.csv:3:5: .*did you mean .c9.' -- gravity 'trade ~ rta' panel.csv --to-scenario none --map bad.csv
absent none.yaml
expect 2 'there is none' -- gravity 'trade ~ rta | exporter' panel.csv --event-study none.svg
absent none.svg

# The published panel: see docs/validation.md.
AGTPA=$PROJECT/../shared/data/reference/agtpa/trade_1986_2006.dta.gz
[ -e "$AGTPA" ] && ! "$THAW" gravity 'trade ~ 1' "$AGTPA" 2>&1 | grep -q 'without ReadStat' || exit 0
expect 0 'log(DIST)  *-0.840927  *0.031658' 'rows  *28,152' -- gravity \
    'trade ~ log(DIST) + CNTG + LANG + CLNY | exporter^year + importer^year' "$AGTPA" --cluster pair_id \
    --where 'year in 1986,1990,1994,1998,2002,2006 & exporter != importer'
expect 0 '-0.791288  *0.050149' '0.673646  *0.107372' '-2.474450  *0.119382' 'log likelihood -2284121.47' -- gravity \
    'trade ~ log(DIST) + CNTG + I(exporter != importer) | exporter + importer' "$AGTPA" --where 'year == 2006'

# The same counterfactual as in chapter 2 of the guide: its programs' conditional effects, and its full ones within what their
# stopping after five rounds leaves (docs/validation.md).
expect 0 '^ARG  *41.3  *65.52  *118.12' '^USA  *80.8  *359.98  *441.27' -- gravity \
    'trade ~ log(DIST) + CNTG + I(exporter != importer) | exporter + importer' "$AGTPA" --where 'year == 2006' \
    --general-equilibrium 'I(exporter != importer) = 0' --sigma 7 --reference DEU
