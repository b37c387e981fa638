// What went wrong, in the words of the command, and ways back.
import type { ComponentChildren } from "preact";
import { Refused } from "../api/client";

const WHAT: Record<number, string> = { 0: "No answer.", 400: "This cannot be answered as it stands.", 422: "This has no answer.", 503: "The server is busy." };

interface Props {
  error: Error;
  /** Asks the same again: shown where that may help. */
  again?: (() => void) | undefined;
  /** Other ways back. */
  children?: ComponentChildren;
}

export function Failure({ error, again, children }: Props) {
  const status = error instanceof Refused ? error.status : -1;
  // What is wrong with a question is wrong again; all else may pass.
  const passes = status !== 400 && status !== 404 && status !== 422;
  return (
    <div class="fault" role="alert">
      <p><b>{WHAT[status] ?? "Something went wrong."}</b> {error.message}</p>
      {((again && passes) || children) && <p class="tools">{again && passes && <button type="button" onClick={again}>Try again</button>}{children}</p>}
    </div>
  );
}
