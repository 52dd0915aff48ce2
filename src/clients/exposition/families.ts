import type { Cursor } from './cursor.ts';
import type { Exposition, Family, MetricType, Sample } from './types.ts';

/** OpenMetrics has types that 0.0.4 lacks; they are read as what a rule can do with them. */
const TYPES = new Map<string, MetricType>([
  ['counter', 'counter'],
  ['gauge', 'gauge'],
  ['histogram', 'histogram'],
  ['summary', 'summary'],
  ['untyped', 'untyped'],
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

interface Entry {
  family: Family;
  typed: boolean;
  helped: boolean;
}

/** Collects the lines of one exposition into families and refuses what contradicts an earlier line. */
export class FamilyTable {
  private readonly entries = new Map<string, Entry>();
  private readonly series = new Set<string>();

  get size(): number {
    return this.series.size;
  }

  private entry(name: string): Entry {
    let entry = this.entries.get(name);
    if (entry === undefined) {
      entry = { family: { name, type: 'untyped', help: '', samples: [] }, typed: false, helped: false };
      this.entries.set(name, entry);
    }
    return entry;
  }

  help(name: string, text: string, at: Cursor): void {
    const entry = this.entry(name);
    if (entry.helped) at.fail(`one HELP line for ${name}, this is the second`);
    entry.helped = true;
    entry.family.help = text;
  }

  type(name: string, word: string, at: Cursor): void {
    const type = TYPES.get(word);
    if (type === undefined)
      at.fail(`a type: ${[...TYPES.keys()].slice(0, 5).join(', ')}; not ${word.slice(0, 40)}`);
    const entry = this.entry(name);
    if (entry.typed) at.fail(`one TYPE line for ${name}, this is the second`);
    if (entry.family.samples.length > 0) at.fail(`the TYPE line of ${name} before its samples`);
    entry.typed = true;
    entry.family.type = type;
  }

  /** The family that a sample belongs to by its name: its own, or the one whose suffix it carries. */
  private owner(name: string): Entry {
    const own = this.entries.get(name);
    if (own !== undefined) return own;
    const cut = name.lastIndexOf('_');
    const base = cut > 0 ? this.entries.get(name.slice(0, cut)) : undefined;
    return base && SUFFIXES[base.family.type].includes(name.slice(cut)) ? base : this.entry(name);
  }

  add(sample: Sample, at: Cursor): void {
    const { family } = this.owner(sample.name);
    if (family.type === 'histogram' && family.name === sample.name) {
      at.fail(`${family.name}_bucket, _sum or _count: ${family.name} is a histogram`);
    }
    const key = JSON.stringify([sample.name, ...Object.entries(sample.labels).sort()]);
    if (this.series.has(key)) at.fail(`each series once, ${sample.name} with these labels came before`);
    this.series.add(key);
    family.samples.push(sample);
  }

  finish(): Exposition {
    return { families: [...this.entries.values()].map((entry) => entry.family) };
  }
}
