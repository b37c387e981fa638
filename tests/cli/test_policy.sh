. "$(dirname "$0")/lib.sh"
# The case of Ossa (2014), through the commands: the printed 1.9 and -1.0 of the EU (its printed median, 61.3, is another: SOURCE.md
# there says why), and 60.3 of the United States.
world=$PROJECT/tests/cases/ossa2014/world.nc
expect 0 'median tariff  *61.5 per cent' 'own real income  *+1.899' "others' real income, mean  *-1.046" -- optimal EU --world "$world" --market monopolistic --closure zero
expect 0 'median tariff  *60.3 per cent' -- optimal US --world "$world" --market monopolistic --closure zero --csv rates.csv
must grep -q '^country,instrument,partner,sector,rate_before,rate$' rates.csv
must test "$(wc -l <rates.csv)" -eq 199
expect 0 'rounds of best replies' 'China  *+0.9' -- nash US China --world "$world" --market monopolistic --closure zero
expect 0 '"objective_pct"' -- nash US China --world "$world" --by partner --json
expect 0 'median export tax' -- optimal US --world "$world" --by uniform --instruments both --objective wages
printf 'claimant,weight\nlabour,1\npublic,2\n' >weights.csv
expect 0 'the objective' -- optimal US --world "$world" --by uniform --objective weights.csv
expect 0 'An agreement instead of the war (equal gains)' -- nash US China --world "$world" --by partner --cooperative --split equal
expect 0 'An agreement instead of the war' '"talks"\|over the war' -- nash US China --world "$world" --by uniform --cooperative --csv war.csv
expect 0 '"' -- nash US China --world "$world" --by uniform --cooperative --json
expect 0 'own real income' -- optimal USA --world wiod-2011 --by uniform --horizon short --instruments export_taxes --objective profits
expect 0 'own real income' -- optimal USA --world wiod-2011 --by sector --after west-russia --market c13,c14
expect 0 'USA  *United States  *+0.017 ' 'CHN  *China  *+0.017 ' -- nash USA CHN --by uniform --cooperative --split equal
# Profits need room after inputs: where there is none it is said what would have it
expect 2 'c3 of IND cannot be monopolistic' 'a theta of c3 above 5.23' '32 of 35 have room everywhere, c1,c2,c4' -- run west-russia --market monopolistic
expect 0 'mark-up$' -- run west-russia --market c3,c14 --theta c3=5.5
# What cannot be
expect 2 'there is no country `Brasil`' 'did you mean `Brazil`' -- optimal Brasil --world "$world"
expect 2 'named twice' -- nash US US --world "$world"
expect 2 'objective is welfare, wages, profits or a file' -- optimal US --world "$world" --objective x
printf 'claimant,weight\nlabor,1\n' >weights.csv
expect 2 'weights.csv:2' 'there is no claimant `labor`' -- optimal US --world "$world" --objective weights.csv
printf 'claimant,weight\nlabour,1\nlabour,2\n' >weights.csv
expect 2 'weights.csv:3' '`labour` has a weight already' -- optimal US --world "$world" --objective weights.csv
printf 'claimant,weight\nlabour,much\n' >weights.csv
expect 2 'weights.csv:2:8: expected a finite number' -- optimal US --world "$world" --objective weights.csv
printf 'claimant,weight\nlabour,-1\n' >weights.csv
expect 2 'not positive in US' -- optimal US --world "$world" --objective weights.csv
expect 2 'is welfare, wages, profits or a file' -- optimal US --world "$world" --objective missing.csv
expect 2 'both, sector, partner or uniform, not `everything`' -- optimal US --world "$world" --by everything
expect 2 'rates between 1 and 0' -- optimal US --world "$world" --lowest 1 --highest 0
expect 2 'rates between 0 and 0' -- optimal US --world "$world" --lowest 0 --highest 0
expect 2 'must be above -1' -- optimal US --world "$world" --lowest -1
expect 2 'a bound is a number' -- nash US EU --world "$world" --highest high
expect 0 'median tariff  *20.0' 'at the bounds of 0 and 0.2' -- optimal US --world "$world" --lowest 0 --highest 0.2
expect 2 'there is no `c99`' -- optimal US --world "$world" --market c99
expect 2 '`--split` is an option of `thaw nash`' -- optimal US --world "$world" --split equal
expect 2 'of which country' -- optimal
expect 2 'two countries or more' -- nash US --world "$world"
expect 2 '`all` is a group' -- optimal all --world "$world"
expect 0 'do not$\|keep their taxes' -- nash US China --world "$world" --by uniform
must test "$(awk 'length($0) > 80' .output | wc -l)" -eq 0
