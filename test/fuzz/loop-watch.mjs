// Loaded into the appliance under attack (node --import): writes down when its main thread was busy too long at a stretch.
// A thread that only waited for a processor is no finding: its own processor time is what counts.
import { appendFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const FILE = process.env.CLINICPACS_FUZZ_LOOP;
const EVERY_MS = 10;
// Processes that the appliance starts have loops of their own, which nobody waits for.
delete process.env.CLINICPACS_FUZZ_LOOP;

if (isMainThread && FILE !== undefined && process.threadCpuUsage !== undefined) {
  let before = usedMs();
  setInterval(() => {
    const now = usedMs();
    if (now - before > 50) appendFileSync(FILE, `${Math.round(now - before)}\n`);
    before = usedMs();
  }, EVERY_MS).unref();
}

function usedMs() {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
