// Which coalition the page looks at.
export interface CoalitionState {
  /** Of a ready file. */
  name: string;
  /** Who is in, by bits; null: as the file says. */
  members: number | null;
  /** Of harm, the same for every player; null: as the file says. */
  weight: number | null;
}

const MOST = 2 ** 16;

export const packCoalition = (s: CoalitionState): string => [s.name, s.members ?? "", s.weight ?? ""].join("~");

export function unpackCoalition(text: string, otherwise: CoalitionState): CoalitionState {
  const [name, members, weight] = text.split("~");
  const whole = (value: string | undefined) => (value && /^\d+$/.test(value) && Number(value) < MOST ? Number(value) : null);
  const number = weight ? Number(weight) : NaN;
  return { name: name || otherwise.name, members: whole(members), weight: number >= 0 && number <= 2 ? number : null };
}
