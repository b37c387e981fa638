// Which world, and how far factors move: what every model of trade is asked.
import type { World, Worlds } from "../api/types";
import type { Horizon } from "../state/scenario";
import { change, usePage } from "../state/store";

export function WorldPickers({ worlds }: { worlds: Worlds }) {
  const page = usePage();
  return (
    <>
      <label>
        <span>Data of</span>
        <select value={page.world} onChange={(e) => change({ world: e.currentTarget.value })}>
          {worlds.worlds.map((w: World) => <option key={w.name} value={w.name}>{w.year ? `${w.year} (${w.name})` : w.name}</option>)}
        </select>
      </label>
      <label>
        <span>Horizon</span>
        <select value={page.horizon} onChange={(e) => change({ horizon: e.currentTarget.value as Horizon })}>
          <option value="short">Short: workers move</option>
          <option value="medium">Medium: half of capital too</option>
          <option value="long">Long: capital moves</option>
          <option value="one-factor">One factor, as published</option>
        </select>
      </label>
    </>
  );
}
