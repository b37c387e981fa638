// What web/outlines.ts draws when the page is built.
declare module "virtual:outlines" {
  export const WORLD: {
    width: number;
    height: number;
    /** By the numeric code of ISO 3166-1. */
    shapes: { id: string; d: string }[];
    borders: string;
    /** Countries too small for an outline. */
    dots: { code: string; at: [number, number] }[];
  };
  export const EUROPE: { width: number; height: number; center: [number, number]; scale: number; origin: [number, number]; land: string };
}
