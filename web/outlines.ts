// Maps are drawn when the page is built: what is shipped are the finished outlines of Natural Earth's countries, so that no
// browser projects them. Used by vite.config.ts; the page imports "virtual:outlines".
import { geoAzimuthalEqualArea, geoEqualEarth, geoPath, type GeoProjection } from "d3-geo";
import { feature, mesh } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import atlasData from "world-atlas/countries-110m.json" with { type: "json" };

const ANTARCTICA = "010";
const atlas = atlasData as unknown as Topology<{ countries: GeometryCollection }>;
const inhabited = { ...atlas.objects.countries, geometries: atlas.objects.countries.geometries.filter((g) => g.id !== ANTARCTICA) };
const countries = feature(atlas, inhabited);

/** Too small for the outlines: a dot at longitude and latitude. */
const DOTS: Record<string, [number, number]> = { MLT: [14.4, 35.9] };

/** Equal Earth (Savric, Patterson and Jenny 2018). */
function world() {
  const [width, edge] = [960, 2];
  // Centred on 11 degrees east the map is cut in the Bering Strait, and Russia is whole.
  const projection = geoEqualEarth().rotate([-11, 0]).fitWidth(width - 2 * edge, countries);
  const [left, top] = projection.translate();
  projection.translate([left + edge, top + edge]);
  const path = geoPath(projection).digits(1);
  return {
    width,
    // The box is as high as what is drawn, so that nothing is cut off and no room is lost.
    height: Math.ceil(geoPath(projection).bounds(countries)[1][1] + edge),
    shapes: countries.features.map((f) => ({ id: String(f.id), d: path(f) ?? "" })),
    borders: path(mesh(atlas, inhabited, (a, b) => a !== b)) ?? "",
    dots: Object.entries(DOTS).map(([code, at]) => ({ code, at: rounded(projection, at) })),
  };
}

function rounded(projection: GeoProjection, at: [number, number]): [number, number] {
  const [x, y] = projection(at) ?? [0, 0];
  return [Math.round(10 * x) / 10, Math.round(10 * y) / 10];
}

/** Europe for the gas network, azimuthal equal-area around its middle. */
function europe() {
  const [width, height] = [760, 620];
  const center: [number, number] = [15, 51];
  const edges = [[-11, 36], [-11, 58], [39, 36], [42, 60], [5, 64], [28, 63.5]];
  const projection = geoAzimuthalEqualArea()
    .rotate([-center[0], -center[1]])
    .fitExtent([[24, 20], [width - 24, height - 20]], { type: "MultiPoint", coordinates: edges })
    .clipExtent([[0, 0], [width, height]]);
  return { width, height, center, scale: projection.scale(), origin: projection.translate(), land: geoPath(projection).digits(1)(countries) ?? "" };
}

export const outlines = (): string => `export const WORLD = ${JSON.stringify(world())};\nexport const EUROPE = ${JSON.stringify(europe())};\n`;
