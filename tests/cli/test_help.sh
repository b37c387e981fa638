. "$(dirname "$0")/lib.sh"
expect 0 '^thaw [0-9]' -- --version
expect 0 'thaw run west-russia' 'sweep' -- help
must test "$(wc -l <.output)" -le 24
for name in run brief compare sweep world bench; do
    expect 0 "usage: thaw $name" -- help $name
    must test "$(wc -l <.output)" -le 40
    expect 0 "usage: thaw $name" -- $name --help
done
expect 0 '^  west-russia  *A wall' '^  gas-cutoff ' -- help scenarios
must test "$(wc -L <.output)" -le 80
expect 2 'did you mean `run`' -- runn
expect 2 'no command' -- xyzzyplugh
expect 2 'did you mean `sweep`' -- help sweeep
expect 2 'usage: thaw' --
expect 2 'unknown option' -- run west-russia --colour
expect 2 'unknown option `--horizn`; did you mean `--horizon`' -- run west-russia --horizn long
expect 2 'did you mean `--countries`' -- sweep west-russia --contries=RUS
expect 2 'did you mean `--tolerance`' -- world check wiod-2011 --tolerence 1
expect 2 'which scenario' -- run
expect 2 'needs a value' -- run west-russia --out
expect 2 'one scenario' -- run west-russia freeze
expect 2 'fixed, zero or proportional' -- run west-russia --closure open
expect 2 'number from 1' -- bench --repeat none
expect 2 'unexpected' -- bench now
for name in run brief compare sweep claims world gas optimal nash leverage coalition bargain serve bench gravity; do
    expect 0 -- help $name
    must test "$(awk 'length($0) > 80' .output | wc -l)" -eq 0
    expect 0 "^usage: thaw $name" -- $name some words --threads 2 --help
    expect 0 "^usage: thaw $name" -- $name -h some words
done
expect 0 '^usage: thaw COMMAND' -- help help
for part in 'world show' 'world update' 'gas run' 'gas fit' 'gas backcast'; do
    expect 0 "^usage: thaw $part" -- $part some words -h
    expect 0 "^usage: thaw $part" -- help $part
done
expect 2 'unknown command `shwo`; did you mean `show`?' -- help world shwo
expect 2 'unknown option `--yer`; did you mean `--year`?' -- gas show --yer 2021
expect 2 'unknown option `--form`; did you mean `--from`?' 'help gas run' -- gas run gas-cutoff --form 2021-01
expect 2 'option `--rounds` needs a value' -- gas fit gas-europe x.csv --rounds
expect 2 'option `--json` takes no value' -- run west-russia --json=1
