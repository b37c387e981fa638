import { render } from "preact";
import { worlds } from "./api/client";
import { App } from "./app";
import { latencies } from "./state/live";
import { start } from "./state/store";

declare global {
  interface Window {
    /** Milliseconds from each input to the frame that showed its result. */
    thawLatencies: number[];
  }
}

window.thawLatencies = latencies;
const root = document.getElementById("app")!;
worlds().then(
  (list) => {
    start(list.opens_with);
    render(<App worlds={list} />, root);
  },
  (error: Error) => {
    root.textContent = `The page cannot start: ${error.message}. Is "thaw serve" still running?`;
    root.className = "fault";
  },
);
