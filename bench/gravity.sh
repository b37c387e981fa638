#!/bin/sh
# Every panel of bench/panels.c estimated by thaw and, where R has the package fixest, by fixest:   bench/gravity.sh [SCALE]
# after: cmake --build --preset release --target bench_gravity. At scale 1 (the default) fixest takes minutes for the chain and longer
# for the regions.
set -eu
scale=${1:-1}
bench=$(dirname "$0")/../build/release/bench_gravity
[ -x "$bench" ] || { echo "bench/gravity.sh: build it first: cmake --build --preset release --target bench_gravity" >&2; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
fixest=no
Rscript -e 'library(fixest)' >/dev/null 2>&1 && fixest=yes
[ $fixest = yes ] || echo "R or its package fixest is not installed: thaw alone"
for panel in three-way chain two-way regions; do
    "$bench" $panel --scale "$scale" --csv "$work/$panel.csv"
    [ $fixest = no ] || Rscript "$(dirname "$0")/gravity.R" "$work/$panel.csv"
done
