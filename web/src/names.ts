// Numeric codes of ISO 3166-1, by which the outlines are named, of the countries that worlds name by letters.
const NUMERIC: Record<string, string> = {
  ARE: "784", AUS: "036", AUT: "040", BEL: "056", BGR: "100", BLR: "112", BRA: "076", CAN: "124", CHE: "756", CHN: "156",
  CYP: "196", CZE: "203", DEU: "276", DNK: "208", ESP: "724", EST: "233", FIN: "246", FRA: "250", GBR: "826", GRC: "300",
  HUN: "348", IDN: "360", IND: "356", IRL: "372", ITA: "380", JPN: "392", KAZ: "398", KOR: "410", LTU: "440", LUX: "442",
  LVA: "428", MEX: "484", MLT: "470", NLD: "528", NOR: "578", POL: "616", PRT: "620", QAT: "634", ROM: "642", ROU: "642",
  RUS: "643", SAU: "682", SRB: "688", SVK: "703", SVN: "705", SWE: "752", TUR: "792", TWN: "158", UKR: "804", USA: "840",
  VNM: "704",
};

/** Which country of the world an outline stands for; all others are the rest of the world. */
export function outlineOwners(codes: readonly string[]): Map<string, number> {
  const owners = new Map<string, number>();
  codes.forEach((code, k) => {
    const id = NUMERIC[code];
    if (id) owners.set(id, k);
  });
  return owners;
}
