. "$(dirname "$0")/lib.sh"
expect 0 -- sweep west-russia --over 'measures[0].factor=1.1:2:0.1' --threads 1 --out one.csv
expect 0 -- sweep west-russia --over 'measures[0].factor=1.1:2:0.1' --threads 2 --out two.csv
must cmp one.csv two.csv
expect 0 -- sweep west-russia --over 'measures[0].factor=1.1,1.5' --out sweep.nc
must test -s sweep.nc
expect 0 RUS -- sweep west-russia --over 'measures[0].factor=1.1,1.5' --countries RUS,DEU
expect 2 -- sweep west-russia --over 'measures[0].factor=oops'
expect 2 -- sweep west-russia --over 'measures[9].factor=1:2:1'
expect 2 -- sweep west-russia
# Ctrl-C in the middle: nothing is half-written.
command -v timeout >/dev/null || exit 0
timeout --preserve-status -s INT 0.5 "$THAW" sweep west-russia --over 'measures[0].factor=1.0001:3:0.00002' --out cut.csv >log 2>&1
must test $? -eq 130
absent cut.csv
must test "$(ls -A | grep -c 'cut')" -eq 0

# What is varied cannot be set too; parts and results are two files.
expect 2 '`measures\[0\].factor` is both set and varied' -- sweep west-russia --over 'measures[0].factor=1:2:1' --set 'measures[0].factor=3'
expect 2 'the same file' -- sweep west-russia --over 'measures[0].factor=1:2:1' --out s.csv --resume s.csv
