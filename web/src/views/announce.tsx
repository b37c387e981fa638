// What a screen reader hears of a result: once, when it has come to rest, not each step of a slider.
import { useEffect, useState } from "preact/hooks";

const REST_MS = 600;

export function Announce({ text }: { text: string }) {
  const [said, setSaid] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setSaid(text), REST_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return <p class="hidden" role="status">{said}</p>;
}
