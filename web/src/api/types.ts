// The types of the API, by name; schema.ts is generated from docs/openapi.yaml.
import type { components } from "./schema";

type Schemas = components["schemas"];
export type World = Schemas["World"];
export type Worlds = Schemas["Worlds"];
export type Scenario = Schemas["Scenario"];
export type Ask = Schemas["Ask"];
export type Result = Schemas["Result"];
export type Claims = Schemas["Claims"];
export type Claim = Schemas["Claim"];
export type Country = Schemas["Country"];
export type Trace = Schemas["Trace"];
export type GasAsk = Schemas["GasAsk"];
export type GasResult = Schemas["GasResult"];
export type Sweep = Schemas["Sweep"];
export type LeverageAsk = Schemas["LeverageAsk"];
export type Leverage = Schemas["Leverage"];
export type Chokepoint = Schemas["Chokepoint"];
export type CoalitionAsk = Schemas["CoalitionAsk"];
export type CoalitionFile = Schemas["CoalitionFile"];
export type Coalitions = Schemas["Coalitions"];
export type Fault = Schemas["Error"]["error"];
export type Claimant = "labour" | "capital" | "resources" | "public" | "abroad" | "markups";
