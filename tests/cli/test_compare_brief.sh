. "$(dirname "$0")/lib.sh"
expect 0 'freeze' 'full-thaw' RUS 'compared with' -- compare freeze full-thaw
expect 0 -- compare freeze full-thaw --show exports_pct --csv table.csv
must test "$(head -n 1 table.csv)" = country,freeze,full-thaw
must test "$(wc -l <table.csv)" -eq 42
expect 0 '"scenario": "freeze"' -- compare freeze --json
expect 2 'exports_pc' -- compare freeze --show exports_pc
expect 2 'which scenarios' -- compare
expect 0 'Real income in Russia falls by' Assumptions Sources -- brief west-russia
expect 0 '# A wall' 'countries.csv: RUS, welfare_pct' -- brief west-russia --format markdown
expect 0 -- brief full-thaw -o brief.html
grep -q '<svg role="img"' brief.html || exit 1
grep -q 'src=\|href=\|<script' brief.html && exit 1
expect 0 'surges\|rises' -- brief full-thaw --focus RUS
expect 2 'terminal, markdown or html' -- brief west-russia --format pdf
expect 2 -- brief west-russia -o /no/such/place.html
expect 2 'one scenario' -- brief
expect 2 'brief.pdf`: a brief is written as .html, .md or .txt' -- brief west-russia -o brief.pdf
absent brief.pdf
expect 0 -- brief west-russia -o brief.pdf --format html
expect 0 '1  freeze, compared with the world' '2  us-russia-thaw, compared with freeze' -- compare freeze us-russia-thaw eu-only-thaw full-thaw --draws 4
must test "$(awk 'length($0) > 80' .output | wc -l)" -eq 0
must test "$(grep -c '[-+]0\.000\b' .output)" -eq 0
expect 0 'Exports of Russia by partner, billion USD' 'Rest of the world' -- brief west-russia
must test "$(awk 'length($0) > 80' .output | wc -l)" -eq 0
