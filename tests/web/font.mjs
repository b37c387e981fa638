// A font in which every character is an empty box half as wide as it is high: with it a page is laid out the same on every
// machine, whichever fonts are installed. An OpenType file of ten tables, made here byte by byte.

const UNITS = 1000;
const [ADVANCE, ASCENT, DESCENT] = [500, 800, 200];

const u8 = (...list) => list;
const u16 = (...list) => list.flatMap((v) => [(v >> 8) & 255, v & 255]);
const u32 = (...list) => list.flatMap((v) => [(v >>> 24) & 255, (v >>> 16) & 255, (v >>> 8) & 255, v & 255]);
const tag = (text) => [...text].map((c) => c.charCodeAt(0));
const zeros = (n) => Array(n).fill(0);

/** One triangle for what is missing; the box of all others is empty. */
const glyph = [...u16(1, 0, 0, 100, 100), ...u16(2), ...u16(0), ...u8(1, 1, 1), ...u16(0, 100, -100), ...u16(0, 100, 0), 0];

const TABLES = {
  "OS/2": [...u16(3, ADVANCE, 400, 5, 0), ...zeros(20), ...u16(0), ...zeros(10), ...zeros(16), ...tag("none"), ...u16(64, 32, 65533, ASCENT, -DESCENT, 0, ASCENT, DESCENT), ...u32(1, 0), ...u16(500, 700, 0, 32, 0)],
  // One group of all characters, the same glyph for each (format 13).
  cmap: [...u16(0, 1), ...u16(3, 10), ...u32(12), ...u16(13, 0), ...u32(28, 0, 1), ...u32(32, 0x10ffff, 1)],
  glyf: glyph,
  head: [...u32(0x00010000, 0x00010000, 0, 0x5f0f3cf5), ...u16(0, UNITS), ...zeros(16), ...u16(0, 0, 100, 100, 0, 8, 2, 0, 0)],
  hhea: [...u32(0x00010000), ...u16(ASCENT, -DESCENT, 0, ADVANCE, 0, 0, 0, 1, 0, 0), ...zeros(8), ...u16(0, 2)],
  hmtx: [...u16(ADVANCE, 0, ADVANCE, 0)],
  loca: [...u16(0, glyph.length / 2, glyph.length / 2)],
  maxp: [...u32(0x00010000), ...u16(2, 3, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)],
  name: [...u16(0, 0, 6)],
  post: [...u32(0x00030000, 0, 0), ...zeros(20)],
};

function sum(bytes) {
  let total = 0;
  for (let k = 0; k < bytes.length; k += 4) total = (total + (((bytes[k] ?? 0) << 24) | ((bytes[k + 1] ?? 0) << 16) | ((bytes[k + 2] ?? 0) << 8) | (bytes[k + 3] ?? 0))) >>> 0;
  return total;
}

/** The bytes of the font file. */
export function boxFont() {
  const names = Object.keys(TABLES).sort();
  const power = 2 ** Math.floor(Math.log2(names.length));
  const head = [...u32(0x00010000), ...u16(names.length, 16 * power, Math.log2(power), 16 * (names.length - power))];
  let at = head.length + 16 * names.length;
  const body = [];
  for (const name of names) {
    const bytes = TABLES[name];
    head.push(...tag(name), ...u32(sum(bytes), at, bytes.length));
    const padded = [...bytes, ...zeros((4 - (bytes.length % 4)) % 4)];
    body.push(...padded);
    at += padded.length;
  }
  return [...head, ...body];
}
