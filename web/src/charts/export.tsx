// Charts with where their numbers come from, and as files: the SVG with its styles written into it, or a PNG painted from that.
import { useRef } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { Source, type Asked } from "../views/number";

const STYLES = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linejoin", "font-family", "font-size", "font-weight", "opacity", "text-anchor"];

export function download(name: string, blob: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function standalone(svg: SVGSVGElement): { text: string; width: number; height: number } {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const [from, to] = [svg.querySelectorAll("*"), copy.querySelectorAll("*")];
  from.forEach((element, k) => {
    const style = getComputedStyle(element);
    for (const name of STYLES) to[k]?.setAttribute(name, style.getPropertyValue(name));
  });
  const box = svg.viewBox.baseVal;
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", String(box.width));
  copy.setAttribute("height", String(box.height));
  const paper = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  paper.setAttribute("width", "100%");
  paper.setAttribute("height", "100%");
  paper.setAttribute("fill", getComputedStyle(document.body).backgroundColor);
  copy.prepend(paper);
  return { text: new XMLSerializer().serializeToString(copy), width: box.width, height: box.height };
}

async function toPng(svg: SVGSVGElement): Promise<Blob | null> {
  const { text, width, height } = standalone(svg);
  const image = new Image();
  const url = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  image.src = url;
  await image.decode();
  const canvas = document.createElement("canvas");
  const scale = 2;
  canvas.width = width * scale;
  canvas.height = height * scale;
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(url);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

/** A chart with buttons that open its source and save it. */
export function Saved({ name, trace, children }: { name: string; trace: Asked; children: ComponentChildren }) {
  const ref = useRef<HTMLElement>(null);
  const chart = () => ref.current?.querySelector("svg") ?? null;
  const save = async (png: boolean) => {
    const svg = chart();
    if (!svg) return;
    const blob = png ? await toPng(svg) : new Blob([standalone(svg).text], { type: "image/svg+xml" });
    if (blob) download(`${name}.${png ? "png" : "svg"}`, blob);
  };
  return (
    <figure ref={ref} class="saved">
      {children}
      <figcaption class="save">
        <Source of={name} trace={trace} />
        <button type="button" class="quiet" onClick={() => void save(true)} aria-label={`Save ${name} as PNG`}>PNG</button>
        <button type="button" class="quiet" onClick={() => void save(false)} aria-label={`Save ${name} as SVG`}>SVG</button>
      </figcaption>
    </figure>
  );
}
