/** Ends a wait that hangs, ms. It says nothing about how fast something is: a machine that is ten times slower and busy besides must pass. */
export const HANGS_MS = 240_000;
