import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { madeBy } from './yaml-file.ts';

/** What a template names by `${name}`. */
export type TemplateValues = Readonly<Record<string, unknown>>;

function named(name: string, values: TemplateValues): unknown {
  if (!Object.hasOwn(values, name))
    throw new RangeError(`the template names \${${name}}, which has no value`);
  return values[name];
}

/** A text with its names filled in; one that is nothing but a name is the value itself, whatever its type. */
function fillText(text: string, values: TemplateValues): unknown {
  const [, whole] = /^\$\{(\w+)\}$/.exec(text) ?? [];
  if (whole !== undefined) return named(whole, values);
  return text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => String(named(name, values)));
}

/** A copy with every `${name}` filled in; a list that stands in a list becomes its items. */
export function fillIn(node: unknown, values: TemplateValues): unknown {
  if (typeof node === 'string') return fillText(node, values);
  if (Array.isArray(node)) return node.flatMap((item) => fillIn(item, values));
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(Object.entries(node).map(([key, item]) => [key, fillIn(item, values)]));
}

const templateText = (file: string): string =>
  readFileSync(new URL(`templates/${file}`, import.meta.url), 'utf8');

/** A template that is no YAML, filled in. */
export const textFromTemplate = (file: string, values: TemplateValues): string =>
  `# ${madeBy}\n${fillText(templateText(file), values)}`;

/** A template of templates/, filled in; its keys with `x-`, which only other keys of it use, are left out. */
export function fromTemplate(file: string, values: TemplateValues): Record<string, unknown> {
  const template: Record<string, unknown> = parse(templateText(file), { merge: true });
  const own = Object.entries(template).filter(([key]) => !key.startsWith('x-'));
  return Object.fromEntries(own.map(([key, node]) => [key, fillIn(node, values)]));
}
