// A table behind a chart: it is made only once it is opened, so that a slider has less to draw.
import { useState } from "preact/hooks";
import type { ComponentChildren } from "preact";

export function Behind({ summary, children }: { summary: string; children: () => ComponentChildren }) {
  const [open, setOpen] = useState(false);
  return (
    <details class="behind" onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary>{summary}</summary>
      {open && children()}
    </details>
  );
}
