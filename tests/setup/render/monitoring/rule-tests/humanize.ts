const mantissaDigits = 4;

/** Go's `%.4g`. */
function general(value: number): string {
  if (value === 0) return '0';
  const rounded = Number(value.toPrecision(mantissaDigits));
  const exponent = Math.floor(Math.log10(Math.abs(rounded)));
  if (exponent >= -4 && exponent < mantissaDigits) return String(rounded);
  const [mantissa = '', power = ''] = rounded.toExponential().split('e');
  const digits = power.replace(/^[+-]/, '').padStart(2, '0');
  return `${mantissa}e${power.startsWith('-') ? '-' : '+'}${digits}`;
}

/** The value divided by 1,000 while it is that large. */
function large(value: number): string {
  const prefixes = ['', 'k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
  let step = 0;
  let scaled = value;
  for (; Math.abs(scaled) >= 1000 && step < prefixes.length - 1; step += 1) scaled /= 1000;
  return `${general(scaled)}${prefixes[step]}`;
}

/** The value times 1,000 while it is below 1. */
function small(value: number): string {
  const prefixes = ['', 'm', 'u', 'n', 'p', 'f', 'a', 'z', 'y'];
  let step = 0;
  let scaled = value;
  for (; Math.abs(scaled) < 1 && step < prefixes.length - 1; step += 1) scaled *= 1000;
  return `${general(scaled)}${prefixes[step]}`;
}

function duration(seconds: number): string {
  if (seconds !== 0 && Math.abs(seconds) < 1) return `${small(seconds)}s`;
  if (Math.abs(seconds) < 60) return `${general(seconds)}s`;
  const whole = Math.trunc(Math.abs(seconds));
  const [days, hours, minutes] = [whole / 86_400, (whole / 3600) % 24, (whole / 60) % 60].map(Math.trunc);
  const parts = [days && `${days}d`, (days || hours) && `${hours}h`, `${minutes}m`, `${whole % 60}s`];
  return `${seconds < 0 ? '-' : ''}${parts.filter(Boolean).join(' ')}`;
}

const functions: Readonly<Record<string, (value: number) => string>> = {
  humanizePercentage: (value) => `${general(value * 100)}%`,
  humanizeDuration: duration,
  humanize: (value) => (value === 0 || Math.abs(value) >= 1 ? large(value) : small(value)),
};

/**
 * An annotation as Prometheus fills it in, for the templates that our rules use (template/template.go);
 * RangeError for any other, so that no test expects what was never worked out.
 */
export function filledIn(template: string, value: number, labels: Readonly<Record<string, string>>): string {
  const chosen = template.replaceAll(
    /\{\{ with \$labels\.(\w+) \}\}(.*?)\{\{ end \}\}/g,
    (_, label: string, text: string) => (labels[label] ? text.replace('{{ . }}', labels[label]) : ''),
  );
  return chosen.replaceAll(/\{\{ *(.*?) *\}\}/g, (_, inside: string) => {
    const [, name] = /^\$labels\.(\w+)$/.exec(inside) ?? [];
    if (name) return labels[name] ?? '';
    const [, by] = /^\$value \| (\w+)$/.exec(inside) ?? [];
    const fill = functions[by ?? ''];
    if (!fill) throw new RangeError(`nobody worked out what {{ ${inside} }} says`);
    return fill(value);
  });
}
