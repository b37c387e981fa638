# Bash completion of thaw.
_thaw() {
    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]} words= share
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        mapfile -t COMPREPLY < <(compgen -W "run brief compare sweep gravity gas claims world optimal nash leverage coalition bargain serve bench help --version" -- "$word")
        return
    fi
    share=${THAW_DATA:-$(dirname "$(command -v thaw)")/../share/thaw}
    case $previous in
    --horizon) words="short medium long one-factor" ;;
    --closure) words="fixed zero proportional" ;;
    --market) words="monopolistic competitive" ;;
    --instruments) words="tariffs export_taxes both" ;;
    --by) words="both sector partner uniform" ;;
    --objective) words="welfare wages profits" ;;
    --split) words="nash equal" ;;
    --cut) words="all exports imports" ;;
    --show) words="welfare_pct real_wage_pct exports_pct imports_pct" ;;
    --format) [ "$command" != world ] && words="terminal markdown html" || words="wiod icio figaro kite netcdf flows" ;;
    --family) words="poisson gaussian" ;;
    --vcov) words="iid hetero cluster" ;;
    --ssc) words="stata fixest none" ;;
    --missing) words="drop refuse" ;;
    --tariff-on) words="paid border" ;;
    help) words="run brief compare sweep gravity gas claims world optimal nash leverage coalition bargain serve bench" ;;
    --out | -o | --csv | --resume | --map | --elasticities | --trade | --gdp | --concordance | --industries | --countries) ;;
    *)
        case $command in
        gas) words="run show import fit backcast --out --from --months --foresight --set --network --range --trade --json" ;;
        run) words="--out --set --world --focus --closure --horizon --sticky-wages --energy-elasticity --materials-elasticity --theta --market --draws --seed --theta-spread --range --threads --json" ;;
        brief) words="--format --out --set --world --focus --closure --horizon --sticky-wages --energy-elasticity --materials-elasticity --theta --market --draws --seed --theta-spread --range --threads" ;;
        compare) words="--show --csv --json --world --set --closure --horizon --sticky-wages --energy-elasticity --materials-elasticity --theta --market --draws --seed --theta-spread --range --threads" ;;
        serve) words="--port --open --world --threads --max-seconds --listen --token --check" ;;
        sweep) words="--over --set --world --countries --out --resume --threads" ;;
        gravity)
            words="--cluster --weights --offset --where --missing --family --vcov --ssc --bias-correct --wild-bootstrap --seed --keep-singletons --no-separation"
            words="$words --tolerance --threads --json --csv --latex --markdown --separated --fitted --effects --event-study"
            words="$words --to-scenario --map --world --theta --sigma --theta-from --tariff-on"
            words="$words --general-equilibrium --closure --period --reference --countries"
            ;;
        claims) words="--format --out --draws --seed --theta-spread --range --threads --json" ;;
        optimal) words="--world --after --instruments --by --objective --lowest --highest --market --horizon --closure --csv --json" ;;
        nash) words="--cooperative --split --world --after --instruments --by --objective --lowest --highest --market --horizon --closure --csv --json" ;;
        leverage) words="--cut --sectors --chokepoints --world --after --horizon --out --csv --json --threads" ;;
        coalition) words="--weight --world --horizon --sample --resume --out --csv --json --threads $(cd "$share/coalitions" 2>/dev/null && printf '%s ' *.yaml | sed 's/\.yaml//g')" ;;
        bargain) words="--set --no-money --points --world --market --horizon --out --csv --json --threads $(cd "$share/deals" 2>/dev/null && printf '%s ' *.yaml | sed 's/\.yaml//g')" ;;
        bench) words="--repeat --quick" ;;
        world)
            if ((COMP_CWORD == 2)); then
                words="list show check import export aggregate factors update"
            else
                words="--tolerance --format --theta --elasticities --rebalance --map --trade --gdp --concordance --industries --countries --year $(cd "$share/worlds" 2>/dev/null && printf '%s ' *.nc)"
                words=${words//.nc/}
            fi
            ;;
        esac
        case $command in
        run | brief | compare | sweep)
            words="$words $(cd "$share/scenarios" 2>/dev/null && printf '%s\n' *.yaml | sed 's/\.yaml$//')"
            ;;
        esac
        ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word" && true; compgen -f -- "$word")
}
complete -o filenames -F _thaw thaw
