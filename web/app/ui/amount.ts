const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Bytes with a unit and at most three figures, decimal as on the label of a disk: 12.3 MB. */
export function readableBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}
