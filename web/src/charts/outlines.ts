// Natural Earth's outlines of countries, which all maps share.
import { feature } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import atlasData from "world-atlas/countries-110m.json";

const ANTARCTICA = "010";
export const atlas = atlasData as unknown as Topology<{ countries: GeometryCollection }>;
export const inhabited = { ...atlas.objects.countries, geometries: atlas.objects.countries.geometries.filter((g) => g.id !== ANTARCTICA) };
export const countries = feature(atlas, inhabited);
