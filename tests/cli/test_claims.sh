. "$(dirname "$0")/lib.sh"
expect 0 '12.3  differs  EU27 (data)' '14.2  agrees   Europe without Belarus and Turkey (data)' '20.0  said     Europe as' CONFIRMED CONTRADICTED \
    'NOT DECIDABLE' 'Shared interests  *CONFIRMED' 'Dictating terms  *CONFIRMED' 'Military aid paused  *NOT DECIDABLE' \
    'Ukraine as leverage  *NOT DECIDABLE' 'US hegemony  *CONFIRMED' 'Alliances dictated by profit  *CONTRADICTED' \
    'Alliances temporary  *NOT DECIDABLE' -- claims
awk 'length > 80 && !/https:/ { print; exit 1 }' .output || exit 1
expect 0 '"verdict": "confirmed"' '"formula"' -- claims --json
expect 0 -- claims -o claims.html
grep -q '<table class="claims">' claims.html && grep -q '<span class="yes">confirmed</span>' claims.html || exit 1
expect 0 '# The claims' '^| claim | stated | computed | source | verdict |$' '\*\*14.2\*\* Europe without Belarus and Turkey (agrees)' -- claims --format markdown
expect 2 'terminal, markdown or html' -- claims --format pdf
expect 2 missing.yaml -- claims missing.yaml
expect 2 'one file' -- claims a b
for wrong in "deal(none, USA, gain)" "deal('us-ukraine-aid', CHN, gain)" "deal('us-ukraine-aid', USA, 'alone.x')"; do
    printf 'title: x\nclaims:\n  - {id: a, text: b, by: c, at_least: 0, readings: [{as: d, formula: "%s"}]}\n' "$wrong" >bad.yaml
    expect 2 'bad.yaml:3:' 'there is no deal\|no player\|gain, transfer, without' -- claims bad.yaml
done
printf 'title: x\nclaims:\n  - {id: a, text: b, by: c, at_least: 0, readings: [{as: d, formula: "1 / (3 - 3)"}]}\n' >bad.yaml
expect 2 'bad.yaml:3:' 'division by zero' -- claims bad.yaml
absent missing.yaml
expect 2 'x.pdf`: a brief is written as .html' -- claims -o x.pdf

# Ctrl-C ends it without a half-written file.
timeout --preserve-status -s INT 0.3 "$THAW" claims -o cut.html >log 2>&1
must test $? -eq 130
absent cut.html
