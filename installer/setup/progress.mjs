const TICK_MS = 1_000;
const LINE_EVERY_TICKS = 15;

/**
 * Runs one step of set-up under a heading, with the seconds passing visibly: in place on a terminal, as a line now and
 * then in a log. Progress goes to stderr, so that a command's own output stays clean.
 */
export async function step(korean, english, work) {
  const out = process.stderr;
  out.write(`▶ ${korean} · ${english}\n`);
  const started = performance.now();
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
    if (out.isTTY) out.write(`\r  … ${seconds(started)}초 (s)`);
    else if (ticks % LINE_EVERY_TICKS === 0) out.write(`  … ${seconds(started)}초 (s)\n`);
  }, TICK_MS);
  try {
    const result = await work();
    out.write(`${out.isTTY ? '\r' : ''}  ✓ ${seconds(started)}초 (s)\n`);
    return result;
  } finally {
    clearInterval(timer);
  }
}

function seconds(started) {
  return Math.round((performance.now() - started) / 1000);
}
