# The commands of the README's tour, as they stand there. Those that take long are for a build without instruments.
. "$(dirname "$0")/lib.sh"
mkdir bin
ln -s "$THAW" bin/thaw
ln -s "$PROJECT/data" data
PATH=$PWD/bin:$PATH
sed -n 's/^    \(thaw .*\)/\1/p' "$PROJECT/README.md" | sed 's/  *# .*//' >commands
must test "$(wc -l <commands)" -ge 15
while IFS= read -r line; do
    case $line in
    "thaw serve"*) continue ;; # serves until it is stopped; test_serve.sh
    "thaw bargain"* | "thaw coalition"*) [ "${THAW_PRESET:-release}" = release ] || continue ;;
    esac
    sh -c "$line" >output 2>&1 </dev/null || {
        echo "README: $line: exit status $?:"
        cat output
        exit 1
    }
    must test -s output -o -s brief.html
done <commands
must grep -q '<svg' brief.html
