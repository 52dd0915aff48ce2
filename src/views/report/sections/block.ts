import type { LineChartName } from '../curves.ts';

/** One cell or sentence: plain text, whoever wrote it; the renderers escape all of it. */
export interface Cell {
  text: string;
  tone?: 'good' | 'bad' | 'warn' | undefined;
  /** Queries of the appendix that give what stands here. */
  queries?: readonly string[];
}

export type ChartName = 'glance' | 'strips' | LineChartName;

/** A piece of the report, as both Markdown and HTML show it. */
export type Block =
  | { kind: 'text'; text: string; queries: readonly string[] }
  | { kind: 'heading'; text: string }
  | { kind: 'table'; head: readonly string[]; rows: readonly (readonly (string | Cell)[])[] }
  | { kind: 'code'; language: string; text: string; anchor: string; caption: string }
  | { kind: 'chart'; name: ChartName; caption: string };

export interface Section {
  title: string;
  blocks: Block[];
}

/** A section of those blocks that are needed. */
export const section = (title: string, ...blocks: (Block | false)[]): Section => ({
  title,
  blocks: blocks.filter((block) => block !== false),
});

/** A paragraph, and the queries that it rests on. */
export const paragraph = (text: string, ...queries: string[]): Block => ({ kind: 'text', text, queries });

export const table = (head: readonly string[], rows: readonly (readonly (string | Cell)[])[]): Block => ({
  kind: 'table',
  head,
  rows,
});

/** A cell that holds nothing but the queries of its row. */
export const cited = (...queries: string[]): Cell => ({ text: '', queries });
