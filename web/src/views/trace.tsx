// Where a number comes from: formula, values, cells of the world, source, assumptions.
import { useEffect, useRef, useState } from "preact/hooks";
import { trace } from "../api/client";
import type { Trace } from "../api/types";
import { exact } from "../format";
import { currentLive } from "../state/live";
import { Failure } from "./failure";
import { onOpen } from "./number";

const words = (key: string): string => key.replaceAll("_", " ");

function Cells({ t }: { t: Trace }) {
  const columns = Object.keys(t.cells[0] ?? {}).filter((key) => key !== "code" && key !== "name");
  return (
    <details open>
      <summary>{t.cells_title || "Cells"} ({t.cells.length})</summary>
      <div class="scroll short" tabIndex={0} role="region" aria-label="Cells">
        <table>
          <thead>
            <tr>
              <th scope="col">Cell</th>
              {columns.map((c) => <th scope="col" class="r" key={c}>{words(c)}</th>)}
            </tr>
          </thead>
          <tbody>
            {t.cells.map((cell) => (
              <tr key={cell.code + cell.name}>
                <th scope="row">{cell.name} <small>{cell.code}</small></th>
                {columns.map((c) => <td class="r" key={c}>{exact(cell[c] as number | null)}</td>)}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

export function TracePanel() {
  const dialog = useRef<HTMLDialogElement>(null);
  const [told, setTold] = useState<Trace | null>(null);
  const [fault, setFault] = useState<Error | null>(null);
  useEffect(() => {
    onOpen((query) => {
      const id = currentLive().result?.id;
      if (typeof query !== "function" && !id) return;
      setFault(null);
      // A trace that is known is shown at once.
      Promise.resolve(typeof query === "function" ? query() : trace(id!, query)).then(
        (t) => {
          setTold(t);
          dialog.current?.showModal();
        },
        (error: Error) => {
          setTold(null);
          setFault(error);
          dialog.current?.showModal();
        },
      );
    });
  }, []);
  return (
    <dialog ref={dialog} class="trace" aria-labelledby="trace-title" onClick={(e) => e.target === dialog.current && dialog.current?.close()}>
      <form method="dialog">
        <button class="close" aria-label="Close">×</button>
      </form>
      <h2 id="trace-title">{told?.title ?? "No trace"}</h2>
      {fault && <Failure error={fault} />}
      {told && (
        <>
          {told.value !== null && <p class="big">{exact(told.value)} <small>{told.unit}</small></p>}
          <h3>Formula</h3>
          <p class="formula">{told.formula}</p>
          {told.terms.length > 0 && <dl class="terms">
            {told.terms.map((term) => (
              <div key={term.symbol + term.name}>
                <dt><b>{term.symbol}</b> {term.name}</dt>
                <dd>{exact(term.value)}</dd>
              </div>
            ))}
          </dl>}
          {told.cells.length > 0 && <Cells t={told} />}
          <h3>Source</h3>
          <p class="from">{told.world}: {told.source} <small>{told.license}</small></p>
          <p><small>On the command line: {told.file}, row {told.row}, column {told.column}{told.file.endsWith(".csv") && <> of <code>thaw run … --out DIR</code></>}.</small></p>
          <h3>Assumed</h3>
          <ul>{told.assumptions.map((a) => <li key={a}>{a}</li>)}</ul>
        </>
      )}
    </dialog>
  );
}
