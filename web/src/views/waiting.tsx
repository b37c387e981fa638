// While long work is under way: what it is, how far, and a button that ends it.
import type { ComponentChildren } from "preact";
import type { Answer } from "../state/answer";
import { plain } from "../format";
import { Failure } from "./failure";

export function Waiting({ answer: a, what, children }: { answer: Answer<unknown>; what: string; children?: ComponentChildren }) {
  if (a.fault) return <Failure error={a.fault} again={a.again}>{children}</Failure>;
  if (a.fraction === null && !a.stopped) return null;
  // One button for both, so that it keeps the focus.
  return (
    <p class="tools under-way" role="status">
      <span>{a.stopped ? "Cancelled." : `${what}${a.estimate > 1 ? `: about ${plain(a.estimate, 0)} s` : ""}`}</span>
      {!a.stopped && <progress max={1} value={a.fraction ?? 0} aria-label={what} />}
      <button type="button" class="quiet" onClick={a.stopped ? a.again : a.stop}>{a.stopped ? "Solve it after all" : "Cancel"}</button>
    </p>
  );
}
