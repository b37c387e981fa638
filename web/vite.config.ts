import { defineConfig } from "vite";
import { outlines } from "./outlines";

/** The module "virtual:outlines". */
function drawnMaps() {
  const name = "virtual:outlines";
  return {
    name: "drawn-maps",
    resolveId: (id: string) => (id === name ? `\0${name}` : null),
    load: (id: string) => (id === `\0${name}` ? outlines() : null),
  };
}

export default defineConfig({
  base: "./",
  plugins: [drawnMaps()],
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rollupOptions: { output: { entryFileNames: "assets/[name]-[hash].js", assetFileNames: "assets/[name]-[hash][extname]", chunkFileNames: "assets/[name]-[hash].js" } },
  },
});
