const factors = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds of `90s`, `5m`, `48h`, `1h30m`, `1h 30m` or `250ms`; `undefined` when it is no duration above zero. */
export function parseDuration(text: string): number | undefined {
  const parts = [...text.trim().matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  if (parts.length === 0 || parts.map((part) => part[0]).join('') !== text.trim().replace(/ +(?=\d)/g, ''))
    return undefined;
  const total = parts.reduce(
    (sum, part) => sum + Number(part[1]) * factors[part[2] as keyof typeof factors],
    0,
  );
  return total > 0 ? total : undefined;
}

function partsOf(durationMs: number): string[] {
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
  return parts.length > 0 ? parts : ['0s'];
}

/** Milliseconds as a person reads them, exactly: `300000` is `5m`, `299000` is `4m 59s`, `-1000` is `−1s`. */
export const formatDuration = (durationMs: number): string =>
  `${durationMs <= -0.5 ? '−' : ''}${partsOf(Math.abs(durationMs)).join(' ')}`;

/** The same, rounded to whole seconds. */
export const wholeSeconds = (durationMs: number): string =>
  formatDuration(Math.round(durationMs / 1000) * 1000);

/** Milliseconds as Prometheus, Compose and configurations write them: `5400000` is `1h30m`. */
export const durationLiteral = (durationMs: number): string => partsOf(durationMs).join('');
