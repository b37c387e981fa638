import { defineConfig } from "vite";
import { readFileSync } from "node:fs";

// The names of Natural Earth's countries are dropped and so is Antarctica: the page has its own names and shows no data there.
function slimAtlas() {
  return {
    name: "slim-atlas",
    load(id: string) {
      if (!id.includes("countries-110m.json")) return null;
      const atlas = JSON.parse(readFileSync(id.split("?")[0]!, "utf8"));
      const countries = atlas.objects.countries;
      countries.geometries = countries.geometries.filter((g: { id?: string }) => g.id !== "010");
      for (const g of countries.geometries) delete g.properties;
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
