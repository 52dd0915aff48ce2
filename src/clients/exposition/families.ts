import { labelKey } from '../../core/index.ts';
import type { Cursor } from './cursor.ts';
import type { Exposition, Family, MetricType, Sample } from './types.ts';

const TYPES = new Map<string, MetricType>([
  ['counter', 'counter'],
  ['gauge', 'gauge'],
  ['histogram', 'histogram'],
  ['summary', 'summary'],
  ['untyped', 'untyped'],
]);

/** OpenMetrics has types that 0.0.4 lacks; they are read as what a rule can do with them. */
const OPEN_METRICS_TYPES = new Map<string, MetricType>([
  ...TYPES,
  ['unknown', 'untyped'],
  ['info', 'gauge'],
  ['stateset', 'gauge'],
  ['gaugehistogram', 'untyped'],
]);

/** The suffixes under which each type's samples stand. */
const SUFFIXES: Readonly<Record<MetricType, readonly string[]>> = {
  counter: ['_total', '_created'],
  gauge: ['_info'],
  histogram: ['_bucket', '_sum', '_count', '_created'],
  summary: ['_sum', '_count', '_created'],
  untyped: [],
};

/** A series, and where it stands. */
interface Place {
  family: Family;
  index: number;
  timestamp: number | undefined;
}

/** Collects the lines of one exposition into families. */
export class FamilyTable {
  private readonly families = new Map<string, Family>();
  private readonly series = new Map<string, Place>();

  get size(): number {
    return this.series.size;
  }

  private family(name: string): Family {
    let family = this.families.get(name);
    if (family === undefined) {
      family = { name, type: 'untyped', help: '', samples: [] };
      this.families.set(name, family);
    }
    return family;
  }

  /** The last line of a family says what it is. */
  help(name: string, text: string): void {
    this.family(name).help = text;
  }

  type(name: string, word: string, at: Cursor, isOpenMetrics: boolean): void {
    const type = (isOpenMetrics ? OPEN_METRICS_TYPES : TYPES).get(word);
    if (type === undefined) at.fail(`a type: ${[...TYPES.keys()].join(', ')}; not ${word.slice(0, 40)}`);
    this.family(name).type = type;
  }

  /** The family that a sample belongs to by its name: its own, or the one whose suffix it carries. */
  private owner(name: string): Family {
    const own = this.families.get(name);
    if (own !== undefined) return own;
    const cut = name.lastIndexOf('_');
    const base = cut > 0 ? this.families.get(name.slice(0, cut)) : undefined;
    return base && SUFFIXES[base.type].includes(name.slice(cut)) ? base : this.family(name);
  }

  /** Of one series the first sample counts, as in Prometheus, unless a later one is of a later time. */
  add(sample: Sample, timestamp: number | undefined): void {
    const key = sample.name + labelKey(sample.labels);
    const known = this.series.get(key);
    if (known) {
      if (timestamp === undefined || !(timestamp > (known.timestamp ?? timestamp))) return;
      known.timestamp = timestamp;
      known.family.samples[known.index] = sample;
      return;
    }
    const family = this.owner(sample.name);
    this.series.set(key, { family, index: family.samples.length, timestamp });
    family.samples.push(sample);
  }

  finish(): Exposition {
    return { families: [...this.families.values()] };
  }
}
