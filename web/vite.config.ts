import { defineConfig } from "vite";
import { readFileSync } from "node:fs";

// What the page does not use of Natural Earth is dropped: the names (it has its own) and the outline of all land.
function slimAtlas() {
  return {
    name: "slim-atlas",
    load(id: string) {
      if (!id.includes("countries-110m.json")) return null;
      const atlas = JSON.parse(readFileSync(id.split("?")[0]!, "utf8"));
      for (const g of atlas.objects.countries.geometries) delete g.properties;
      delete atlas.objects.land;
      return JSON.stringify(atlas);
    },
  };
}

export default defineConfig({
  base: "./",
  plugins: [slimAtlas()],
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rollupOptions: { output: { entryFileNames: "assets/[name]-[hash].js", assetFileNames: "assets/[name]-[hash][extname]", chunkFileNames: "assets/[name]-[hash].js" } },
  },
});
