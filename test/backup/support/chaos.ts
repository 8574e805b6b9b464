/** `npm run chaos -- backup` runs the same tests at full size: every file call failing in turn, 100 kills, 40 power cuts. */
import { randomInt } from 'node:crypto';

export const CHAOS = process.env.CLINICPACS_CHAOS === '1';

/** Numbers in [0, 1) that can be had again by `CLINICPACS_SEED`; not for secrets. */
export function seededRandom(): { seed: number; random(): number } {
  const seed = Number(process.env.CLINICPACS_SEED ?? randomInt(1_000_000));
  let state = seed >>> 0;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return { seed, random };
}
