. "$(dirname "$0")/lib.sh"
expect 0 'show' 'import' -- gas --help
expect 2 'command is missing' -- gas
expect 2 'did you mean `show`' -- gas shwo
expect 0 'IEA Gas Trade Flows' 'Accounts of 2021' 'DEU Germany' 'import - export - stored - used' \
    'transport.pipe' -- gas show
expect 0 'Accounts of 2018' -- gas show gas-europe --year 2018
expect 0 'Nord Stream' 'storage ' '2019 ' -- gas show gas-europe DEU
must test "$(wc -L <.output)" -le 80
expect 0 -- gas show
must test "$(wc -L <.output)" -le 80
expect 2 'did you mean `DEU`' -- gas show gas-europe DEUT
expect 2 'did you mean `DEU`' -- gas show gas-europe germany
expect 2 '1999 is not in the calendar' -- gas show gas-europe --year 1999
expect 2 'no year' -- gas show --year last
expect 2 'no-such' -- gas show no-such-network
expect 2 -- gas show gas-europe DEU FRA
expect 2 '--data is missing' -- gas import out.nc
expect 2 'needs a value' -- gas import out.nc --data
expect 2 'one OUT.nc' -- gas import --data .
expect 2 'iea_border_points' -- gas import --data nowhere out.nc
expect 2 'gas-nodes.csv' -- gas import --data nowhere --tables nowhere out.nc
absent out.nc
expect 0 'same month a year before' 'Suppliers' 'RUS.nordstream' 'January to April 2022' '| 2022 |' 'not at hand' -- gas backcast
expect 2 'takes one network' -- gas backcast a b
expect 2 'no-such' -- gas backcast no-such-network
expect 2 'ttf_front_month' -- gas backcast --data nowhere
expect 2 'no number of rounds' -- gas fit gas-europe out.csv --rounds none
expect 2 'at least 12' -- gas fit gas-europe out.csv --months 3
expect 2 'one OUT.csv' -- gas fit gas-europe
expect 0 'out.csv: sum of' 'the year after, predicted' -- gas fit gas-europe out.csv --rounds 1 --months 12
must test -s out.csv
