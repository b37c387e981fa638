// A number that can be opened down to its source, and the button that does the same for a whole chart, table or paragraph.
import type { Trace } from "../api/types";
import { change, plain } from "../format";

/** What the server is asked for, or a trace that is known. */
export type Asked = Record<string, string> | (() => Trace | Promise<Trace>);

let open: (asked: Asked) => void = () => undefined;
export const onOpen = (handler: typeof open): void => {
  open = handler;
};

interface Props {
  value: number | null | undefined;
  query: Asked;
  digits?: number;
  signed?: boolean;
  label: string;
}

export function Num({ value, query, digits = 2, signed = true, label }: Props) {
  const text = signed ? change(value, digits) : plain(value, digits);
  if (value === null || value === undefined) return <span class="num">{text}</span>;
  return (
    <button type="button" class={`num ${signed && value < -0.5 * 10 ** -digits ? "neg" : ""}`} onClick={() => open(query)} aria-label={`${label}: ${text}`} aria-haspopup="dialog">
      {text}
    </button>
  );
}

/** Where the numbers of a chart, a table or a paragraph come from; it stands in their caption or heading. */
export function Source({ of, trace }: { of: string; trace: Asked }) {
  return (
    <button type="button" class="source quiet" onClick={() => open(trace)} aria-label={`Source of ${of}`} aria-haspopup="dialog">
      Source
    </button>
  );
}
