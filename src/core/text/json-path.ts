import { query } from 'jsonpath-rfc9535';

/** A step as a person writes it between dots, `db-main[0]`: RFC 9535 wants names with a hyphen or a blank quoted. */
const step = /^([^.[\]'"*\\]+)((?:\[\d+\])*)$/;

/** Such a step in brackets; a number may be a place in a list or a name. */
function bracketed([, name = '', places = '']: readonly string[]): string {
  return `${/^\d+$/.test(name) ? `[${name},'${name}']` : `['${name}']`}${places}`;
}

/** A path as RFC 9535 writes it; `$.` may be missing before it. */
function asQuery(path: string): string {
  const rest = path.replace(/^\$\.?(?!\.)/, '');
  const steps = rest.split('.').map((one) => step.exec(one));
  const isPlain = rest !== '' && !path.startsWith('$..');
  if (isPlain && steps.every((found) => found !== null)) return `$${steps.map(bracketed).join('')}`;
  if (path.startsWith('$')) return path;
  return path.startsWith('[') ? `$${path}` : `$.${path}`;
}

/** Whether a text is a path that can be asked. */
export function isJsonPath(path: string): boolean {
  try {
    query(null, asQuery(path));
    return true;
  } catch {
    return false;
  }
}

/** The first value at a path (RFC 9535) of a JSON document; `undefined` where there is none. */
export const valueAt = (document: unknown, path: string): unknown =>
  query(document as Parameters<typeof query>[0], asQuery(path))[0];
