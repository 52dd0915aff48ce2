import { execFileSync } from 'node:child_process';
import { requireProgram } from './programs.ts';

/** One machine of a network of a test. */
export interface Machine {
  name: string;
  address: string;
  network: string;
  /** By which another command runs there: the process that is started is that command's. */
  command: readonly string[];
}

export interface TestNetwork<Name extends string> {
  machines: Readonly<Record<Name, Machine>>;
  /** From now on nothing that one sends to the other arrives, and nobody is told. */
  cut(one: Name, other: Name): void;
  heal(one: Name, other: Name): void;
  close(): void;
}

const ip = (...args: readonly string[]) => void execFileSync(requireProgram('ip'), args, { stdio: 'pipe' });

/** Nobody's: frames to it are lost. */
const nowhere = '02:00:00:00:00:00';

/** Machines of their own, as network namespaces that a bridge in one more joins; the network of this one isn't touched. */
export function openNetwork<Name extends string>(names: readonly Name[]): TestNetwork<Name> {
  const spaceOf = (name: string) => `vigil-${process.pid}-${name}`;
  const hub = spaceOf('hub');
  const made = [hub, ...names.map(spaceOf)];
  const close = () => {
    for (const space of made) {
      try {
        ip('netns', 'delete', space);
      } catch {
        // It was not made.
      }
    }
  };
  const addressOf = (name: Name) => `10.77.0.${names.indexOf(name) + 1}`;
  const setNeighbour = (verb: 'replace' | 'delete', one: Name, other: Name) => {
    for (const [from, to] of [
      [one, other],
      [other, one],
    ] as const) {
      const entry = verb === 'replace' ? ['lladdr', nowhere, 'nud', 'permanent'] : [];
      ip('-n', spaceOf(from), 'neighbour', verb, addressOf(to), ...entry, 'dev', 'eth0');
    }
  };
  try {
    for (const space of made) ip('netns', 'add', space);
    ip('-n', hub, 'link', 'add', 'bridge0', 'type', 'bridge');
    ip('-n', hub, 'link', 'set', 'bridge0', 'up');
    for (const name of names) {
      const [space, port] = [spaceOf(name), `port${names.indexOf(name)}`];
      ip('-n', hub, 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', space);
      ip('-n', hub, 'link', 'set', port, 'master', 'bridge0', 'up');
      ip('-n', space, 'address', 'add', `${addressOf(name)}/24`, 'dev', 'eth0');
      for (const link of ['lo', 'eth0']) ip('-n', space, 'link', 'set', link, 'up');
    }
  } catch (thrown) {
    close();
    throw thrown;
  }
  const machines = Object.fromEntries(
    names.map((name): [Name, Machine] => [
      name,
      {
        name,
        address: addressOf(name),
        network: '10.77.0.0/24',
        command: [requireProgram('ip'), 'netns', 'exec', spaceOf(name)],
      },
    ]),
  ) as Record<Name, Machine>;
  return {
    machines,
    cut: (one, other) => setNeighbour('replace', one, other),
    heal: (one, other) => setNeighbour('delete', one, other),
    close,
  };
}
