import { Command, type CommanderError, InvalidArgumentError, Option } from 'commander';

/** How values are written, by their names in an option's flags. */
const notations = {
  '<duration>': 'duration: 90s, 5m, 1h30m or 48h',
  '<time>': 'time: 2026-01-05T06:00:00Z, or a duration ago such as 48h',
};

/** A command; its `--help` ends with its exit codes and two examples of real use. */
export function command(
  name: string,
  description: string,
  examples: readonly [string, string],
  exitCodes: string,
  shared: readonly Option[] = [],
): Command {
  const made = new Command(name)
    .description(description)
    .exitOverride()
    .configureOutput({ outputError: () => {} })
    .helpOption('-h, --help', 'show this help')
    .addHelpText('after', ({ command: { options } }) =>
      [
        '',
        ...Object.entries(notations).flatMap(([name, note]) =>
          options.some(({ flags }) => flags.includes(name)) ? [note] : [],
        ),
        `Exit codes: ${exitCodes}, 64 usage, 70 internal error`,
        '',
        'Examples:',
        ...examples.map((line) => `  ${line}`),
      ].join('\n'),
    );
  return shared.reduce((one, option) => one.addOption(option), made);
}

/** An option with a value. One that looks like an option is refused: the value before it was forgotten. */
export function value(
  flags: string,
  description: string,
  parse: (text: string) => unknown = (text) => text,
): Option {
  return new Option(flags, description).argParser((text) => {
    if (/^-./.test(text)) throw new InvalidArgumentError('expected a value');
    return parse(text);
  });
}

/** Parses a number between two bounds, both included. */
export function numberFrom(least: number, most: number, form = /\S/): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (form.test(text) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`expected ${least} to ${most}`);
  };
}

export const wholeFrom = (least: number, most: number) => numberFrom(least, most, /^\d+$/);
export const port = wholeFrom(0, 65_535);

/** What commander says of a mistake, in Vigil's words. */
export function mistakeOf({ message }: CommanderError): string {
  return message
    .replace(/^error: /, '')
    .replace(/^option '(--[\w-]+)[^']*' argument '([\s\S]*)' is invalid\. /, 'invalid $1 "$2": ')
    .replace(/Allowed choices are (.*)\.$/, 'expected $1')
    .replace(/\n\(Did you mean (\S+)\?\)$/, '. Did you mean "$1"?')
    .replace(/\n\((Did you mean .*)\)$/, '. $1')
    .replaceAll(/'([^'"]*)'/g, '"$1"');
}

/* Options that commands share. */

export const config = () =>
  value('--config <file>', 'read this configuration file (default: vigil.config.ts)');
/** Stands wherever `--config` does. */
export const deployment = () =>
  value('--deployment <name>', 'use this deployment of a configuration with several');
export const history = () => value('--reports <folder>', 'use this history folder (default: as configured)');
export const output = () => value('--reports <folder>', 'write to this folder (default: as configured)');
export const since = () => value('--since <time>', 'start at this time or duration ago');
export const jsonFlag = () => new Option('--json', 'print one JSON document');
