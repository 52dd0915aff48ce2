import {
  chmodSync,
  chownSync,
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { messageOf, VigilError } from '../../core/index.ts';

type Definition = Record<string, unknown>;

interface FlagFile {
  text: string;
  document: { flags: Record<string, Definition> };
}

const refuse = (file: string, received: string, expected = 'a flagd flag file, as JSON') =>
  new VigilError('CONFIG_INVALID', `the flag can’t be switched: ${received}`, { where: file, expected });

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function readFile(file: string): FlagFile {
  try {
    // Bytes that are no UTF-8 would come back as others when the file is written.
    const text = utf8.decode(readFileSync(file));
    const document = JSON.parse(text) as { flags?: unknown };
    if (isObject(document) && isObject(document.flags))
      return { text, document: document as FlagFile['document'] };
  } catch (thrown) {
    throw refuse(file, messageOf(thrown));
  }
  throw refuse(file, 'the file has no flags');
}

function definitionOf({ document }: FlagFile, file: string, key: string): Definition {
  const definition = document.flags[key];
  if (isObject(definition)) return definition;
  throw refuse(file, `it has no flag ${key}`, `one of ${Object.keys(document.flags).join(', ')}`);
}

/** What a flag is now, and the value that the variant stands for. */
export function readFlag(file: string, key: string, variant: string) {
  const definition = definitionOf(readFile(file), file, key);
  const variants = isObject(definition.variants) ? definition.variants : {};
  if (!Object.hasOwn(variants, variant)) {
    throw refuse(file, `${key} has no variant “${variant}”`, `one of ${Object.keys(variants).join(', ')}`);
  }
  const share = isObject(definition.metadata) ? definition.metadata.rolloutPercentage : undefined;
  const serves = isDeepStrictEqual(definition, switched(definition, variant))
    ? `is “${variant}” for everybody`
    : `is ${typeof share === 'number' ? `rolled out to ${share} %` : `“${definition.defaultVariant}”, with targeting`}`;
  return { definition, value: variants[variant], serves };
}

/** The definition that gives everybody the variant; whatever else it says stays. */
function switched(definition: Definition, variant: string): Definition {
  const { targeting: _, ...rest } = definition;
  const { metadata } = rest;
  const declaresShare = isObject(metadata) && typeof metadata.rolloutPercentage === 'number';
  return {
    ...rest,
    state: 'ENABLED',
    defaultVariant: variant,
    ...(declaresShare && { metadata: { ...metadata, rolloutPercentage: 0 } }),
  };
}

/** Replaces a file whole: a reader sees the old content or the new one. Mode, owner and a link to it stay. */
function replace(file: string, text: string): void {
  const real = realpathSync(file);
  const { mode, uid, gid } = statSync(real);
  const temporary = `${real}.vigil-new`; // the same after a kill, so that none is left
  const descriptor = openSync(temporary, 'w', mode);
  try {
    writeFileSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  chmodSync(temporary, mode);
  if (process.getuid?.() === 0) chownSync(temporary, uid, gid);
  renameSync(temporary, real);
}

function write(file: string, { text, document }: FlagFile, key: string, definition: Definition): void {
  const indent = /\n([ \t]+)"/.exec(text)?.[1] ?? (text.includes('\n') ? '  ' : undefined);
  const flags = { ...document.flags, [key]: definition };
  const end = text.endsWith('\n') ? '\n' : '';
  replace(file, `${JSON.stringify({ ...document, flags }, null, indent)}${end}`);
}

/** Gives everybody the variant; false when the file says so already. */
export function setFlag(file: string, key: string, variant: string): boolean {
  const content = readFile(file);
  const now = definitionOf(content, file, key);
  const wanted = switched(now, variant);
  if (isDeepStrictEqual(now, wanted)) return false;
  write(file, content, key, wanted);
  return true;
}

/** Puts the definition of before back, unless somebody else has changed the flag since; false then. */
export function restoreFlag(file: string, key: string, variant: string, before: unknown): boolean {
  const content = readFile(file);
  const now = definitionOf(content, file, key);
  if (isDeepStrictEqual(now, before)) return true;
  if (!isDeepStrictEqual(now, switched(now, variant))) return false;
  write(file, content, key, before as Definition);
  return true;
}
