import { render } from "preact";
import { worlds } from "./api/client";
import { App } from "./app";
import { latencies } from "./state/live";
import { start } from "./state/store";
import { Failure } from "./views/failure";

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
  (error: Error) => render(<main><h1>thaw</h1><Failure error={error} again={() => location.reload()} /></main>, root),
);
