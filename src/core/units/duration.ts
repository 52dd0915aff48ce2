const factors = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds of `90s`, `5m`, `48h`, `1h30m` or `250ms`; `undefined` when it is no duration above zero. */
export function parseDuration(text: string): number | undefined {
  const parts = [...text.trim().matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  if (parts.length === 0 || parts.map((part) => part[0]).join('') !== text.trim()) return undefined;
  const total = parts.reduce(
    (sum, part) => sum + Number(part[1]) * factors[part[2] as keyof typeof factors],
    0,
  );
  return total > 0 ? total : undefined;
}

/** Milliseconds as the shortest exact duration: `300000` is `5m`, `5400000` is `1h30m`. */
export function formatDuration(durationMs: number): string {
  let rest = Math.round(durationMs);
  const parts: string[] = [];
  for (const [unit, factor] of [
    ['h', factors.h],
    ['m', factors.m],
    ['s', factors.s],
    ['ms', 1],
  ] as const) {
    const whole = Math.floor(rest / factor);
    if (whole > 0) parts.push(`${whole}${unit}`);
    rest -= whole * factor;
  }
  return parts.join('') || '0s';
}
