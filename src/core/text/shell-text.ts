/** A command as a person may paste it: what a shell would split or expand is quoted. */
export function shellText(command: readonly string[]): string {
  return command
    .map((part) => (/^[\w@%+=:,./-]+$/.test(part) ? part : `'${part.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}

/** How a process was started: where, as which program, and with which options that its other commands share. */
export interface Started {
  folder: string;
  program: readonly string[];
  options: readonly string[];
}

/** Another command of the same program, to be pasted into any shell of its machine. */
export function commandAsStarted({
  folder,
  program,
  options,
}: Started): (words: readonly string[]) => string {
  return (words) => `cd ${shellText([folder])} && ${shellText([...program, ...words, ...options])}`;
}
