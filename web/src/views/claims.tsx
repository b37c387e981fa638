// What the news brief says, computed: claim, stated, computed, source, verdict.
import { useEffect, useState } from "preact/hooks";
import { claims as getClaims } from "../api/client";
import type { Claim, Claims } from "../api/types";
import { exact, figure } from "../format";
import { Failure } from "./failure";

const VERDICT: Record<string, string> = { confirmed: "yes", contradicted: "no", "not decidable with these data": "open" };

function stated(c: Claim): string {
  if (c.stated !== undefined) return c.tolerance ? `${exact(c.stated)} ± ${exact(c.tolerance)}` : exact(c.stated);
  if (c.at_least !== undefined) return `at least ${exact(c.at_least)}`;
  if (c.at_most !== undefined) return `at most ${exact(c.at_most)}`;
  return "–";
}

/** What somebody said proves nothing, whether it agrees or not. */
function bearing(c: Claim, r: Claim["readings"][number]): string {
  if (r.evidence === "a statement") return "said: a statement";
  const open = c.stated === undefined && c.at_least === undefined && c.at_most === undefined;
  return `${open || !r.decides ? "shown" : r.agrees ? "agrees" : "differs"}, by ${r.evidence}`;
}

function Row({ c, n }: { c: Claim; n: number }) {
  return (
    <tr class={VERDICT[c.verdict.toLowerCase()] ?? ""}>
      <th scope="row">
        {c.id}
        <q id={`claim-${n}`}>{c.text}</q>
        <small>{c.by}</small>
      </th>
      <td class="stated" aria-describedby={`claim-${n}`}>{stated(c)} <small>{c.unit}</small></td>
      <td>
        <ul class="readings">
          {c.readings.map((r) => (
            <li key={r.as + r.formula}>
              <details>
                <summary><b>{figure(r.value)}</b> {r.as} <small>{bearing(c, r)}</small></summary>
                <p><code>{r.formula}</code></p>
                <p class="sources"><small>{r.source}</small></p>
              </details>
            </li>
          ))}
        </ul>
        {c.note && <p class="settings"><small>{c.note}</small></p>}
        {c.needs && <p class="settings"><small>What would decide it: {c.needs}</small></p>}
      </td>
      <td class="ruling"><span class="verdict">{c.verdict}</span></td>
    </tr>
  );
}

export function ClaimsView() {
  const [told, setTold] = useState<Claims | null>(null);
  const [fault, setFault] = useState<Error | null>(null);
  const ask = () => {
    setFault(null);
    getClaims().then(setTold, setFault);
  };
  useEffect(ask, []);
  if (fault) return <Failure error={fault} again={ask} />;
  if (!told) return <p class="waiting" role="status">Computing every claim…</p>;
  return (
    <div class="claims">
      <header class="headline"><h1>{told.title}</h1><p>Each claim of the news brief, recomputed from data or by the model. Open a number for its formula and source.</p></header>
      <div class="scroll" tabIndex={0} role="region" aria-label="Claims">
        <table>
          <caption class="hidden">Claims of the news brief</caption>
          <thead><tr><th scope="col">Claim</th><th scope="col">Stated</th><th scope="col">Computed</th><th scope="col">Verdict</th></tr></thead>
          <tbody>{told.claims.map((c, n) => <Row key={c.id} c={c} n={n} />)}</tbody>
        </table>
      </div>
    </div>
  );
}
