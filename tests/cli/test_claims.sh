. "$(dirname "$0")/lib.sh"
expect 0 '12.29 per cent: EU27; does not agree' '14.16 per cent: Europe without Belarus and Turkey; agrees' '19.97 per cent' confirmed contradicted 'not decidable' -- claims
expect 0 '"verdict": "confirmed"' '"formula"' -- claims --json
expect 0 -- claims -o claims.html
grep -q '<h2' claims.html || exit 1
expect 0 '# The claims' -- claims --format markdown
expect 2 'terminal, markdown or html' -- claims --format pdf
expect 2 missing.yaml -- claims missing.yaml
expect 2 'one file' -- claims a b
printf 'title: x\nclaims:\n  - {id: a, text: b, by: c, at_least: 0, readings: [{as: d, formula: "1 / (3 - 3)"}]}\n' >bad.yaml
expect 2 'bad.yaml:3:' 'division by zero' -- claims bad.yaml
absent missing.yaml
