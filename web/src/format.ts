// Numbers as the reader's locale writes them, with a true minus sign.
const locale = navigator.language || "en";
const formats = new Map<string, Intl.NumberFormat>();

function format(key: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  let f = formats.get(key);
  if (!f) formats.set(key, (f = new Intl.NumberFormat(locale, options)));
  return f;
}

const minus = (text: string): string => text.replaceAll("-", "\u2212");
export const NONE = "\u2013";

/** A change: +0.12, −3.94. */
export function change(value: number | null | undefined, digits = 2): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  const zero = Math.abs(value) < 0.5 * 10 ** -digits;
  return minus(format(`c${digits}`, { minimumFractionDigits: digits, maximumFractionDigits: digits, signDisplay: "exceptZero" }).format(zero ? 0 : value));
}

export function plain(value: number | null | undefined, digits = 2): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  return minus(format(`p${digits}`, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value));
}

/** Three digits, and those before the point: 4,481, 37.7, 0.102. */
export function figure(value: number | null | undefined): string {
  const size = Math.abs(value ?? 0);
  if (size !== 0 && size < 0.0005) return exact(Number(value?.toPrecision(2)));
  return plain(value, size >= 100 || size === 0 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
}

/** Below it zeros would be most of a number. */
const SMALL = 1e-6;

/** As many digits as tell it from its neighbours. */
export function exact(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return NONE;
  if (value !== 0 && Math.abs(value) < SMALL) return minus(format("e", { notation: "scientific", maximumSignificantDigits: 3 }).format(value));
  return minus(format("x", { maximumSignificantDigits: 8 }).format(value));
}

/** From the world's unit to billions of dollars where that is a million of them. */
export const billions = (value: number, unit: string): number => (unit === "million USD" ? value / 1000 : value);
export const unitOf = (unit: string): string => (unit === "million USD" ? "bn USD" : unit);
