import { collectionFailure } from '../junit/pseudo-cases.ts';
import type { JUnitCase, JUnitFailure } from '../junit/types.ts';

/** Where something happened: `cart.spec.ts:12:5`, `File "a.py", line 3`, `at pay (/srv/shop/pay.js:3:1)`. */
const place = /(?:[\w./\\@+-]*\.\w{1,5}:\d+(?::\d+)?|File "[^"\n]{1,300}", line \d+|\bat \S{1,300} line \d+)/;
const places = new RegExp(place, 'g');
const frame = new RegExp(String.raw`^\s*(?:(?:at|❯)\s.*)?${place.source}|^\s*at\s[\w.$<>[\]]+\(`);
/** Frames of a library or of the runtime are the same for every cause. */
const foreignFrame = /node_modules|node:internal|site-packages|dist-packages|\/usr\/lib\//;

/** Words that say that something failed, and not what. */
const emptyWords =
  /\b(?:not ok(?: \d+)?|skip(?:ped)?|fail(?:ed|ure|ures)?|errors?|exception|assertion(?:error|failederror)?|run|pause|cont|tests?|traceback|most recent call last)\b/gi;
const decoration = /\[[^\]\n]{0,80}\]|\(\d+(?:\.\d+)?\s*m?s\)/g;

export const isFrame = (line: string): boolean => frame.test(line);

/** Whether a line says more than that, where and in which test something failed. */
function isTelling(line: string, names: readonly string[]): boolean {
  if (/^\s*at\s/.test(line) && isFrame(line)) return false;
  const elsewhere = line.replace(places, '').replace(decoration, '');
  const bare = names.reduce((rest, name) => rest.replaceAll(name, ''), elsewhere);
  return /[\p{L}\p{N}]/u.test(bare.replace(emptyWords, ''));
}

const linesOf = (text: string | undefined): string[] =>
  (text ?? '').split('\n').filter((line) => line.trim());

/** The place in the suite's own code where it failed. */
const topFrame = ({ text }: JUnitFailure): string | undefined =>
  linesOf(text)
    .find((line) => isFrame(line) && !foreignFrame.test(line))
    ?.replace(/^\s*❯/, '')
    .trim();

/** Longer messages are told without it: it would stand where nobody reads it. */
const longestWithFrame = 1500;

/** What was said, and where it failed at the end; that tells two causes of one message apart. */
export function withFrame(said: string, failures: readonly JUnitFailure[]): string {
  const at = failures.map(topFrame).find((each) => each !== undefined);
  return at === undefined || said.includes(at) || said.length > longestWithFrame ? said : `${said}\n${at}`;
}

type Said = Pick<JUnitFailure, 'message' | 'text'>;

/** What is said, first the first line that tells something. */
function textOf(all: readonly Said[], { name, classname, suites }: JUnitCase): string | undefined {
  const bare = name.replace(/^\d+ - /, '');
  const names = [name, bare, classname ?? '', ...suites].filter((each) => each.length > 2);
  const said = all.find(({ message, text }) => message || text);
  if (!said) return undefined;
  const whole = said.message || said.text;
  const lines = all.flatMap(({ message, text }) => [...linesOf(message), ...linesOf(text)]);
  const telling = lines.find((line) => isTelling(line, names));
  if (telling === undefined || telling === linesOf(whole)[0]) return whole;
  const others = new Set([...linesOf(said.message), ...linesOf(said.text)]);
  others.delete(telling);
  return [telling.replace(/^\s*#?\s*/, ''), ...others].join('\n');
}

/** pytest says why a file can't be imported in the lines that begin with E, the error last; its message is the same for all. */
function importError(failure: JUnitFailure): string | undefined {
  const { message, text } = failure;
  if (message !== collectionFailure) return undefined;
  const bare = (text ?? '').replace(/^E\s+/gm, '');
  const lines = linesOf(text).flatMap((line) => (/^E\s/.test(line) ? [line.replace(/^E\s+/, '')] : []));
  const error = lines.pop();
  if (error === undefined) return undefined;
  return withFrame([`${message}: ${error}`, ...lines].join('\n'), [{ ...failure, text: bare }]);
}

/**
 * Why a case failed, by what its report says: first the first line that tells something, where it failed at the end.
 * `undefined` where the report says nothing.
 */
export function reasonOf(entry: JUnitCase): string | undefined {
  const { failures } = entry;
  const said = textOf(failures, entry);
  const first = failures.find(({ message, text }) => message || text);
  const imported = first && importError(first);
  if (imported !== undefined) return imported;
  const isWhole = first !== undefined && said === (first.message || first.text);
  return isWhole ? withFrame(said, [first]) : said;
}

/** Why a case was skipped, by what its report says. */
export function skipReasonOf(entry: JUnitCase): string | undefined {
  const { message, text = '' } = entry.skip ?? {};
  return textOf([{ message, text }], entry);
}
