// While long work is under way: what it is, how far, and a button that ends it.
import type { Answer } from "../state/answer";
import { plain } from "../format";

export function Waiting({ answer: a, what }: { answer: Answer<unknown>; what: string }) {
  if (a.fault) return <p class="fault" role="alert">{a.fault}</p>;
  if (a.stopped) return <p class="empty">Cancelled. <button type="button" class="link" onClick={a.again}>Solve it after all</button></p>;
  if (a.fraction === null) return null;
  return (
    <p class="tools under-way" role="status">
      <span>{what}{a.estimate > 1 ? `: about ${plain(a.estimate, 0)} s` : ""}</span>
      <progress max={1} value={a.fraction} aria-label={what} />
      <button type="button" class="quiet" onClick={a.stop}>Cancel</button>
    </p>
  );
}
