import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Certificates } from './certificates.ts';
import { type FrontState, startFront } from './front.ts';
import { openInstance } from './instance.ts';
import type { Around, Fault, Release } from './releases/release.ts';

/** A shop's database: three products and the orders that it has already. */
function fillDatabase(file: string, products: string, orders = ''): void {
  const database = new DatabaseSync(file);
  database.exec(`
    PRAGMA journal_mode = WAL;
    CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT, price INTEGER);
    CREATE TABLE orders (id INTEGER PRIMARY KEY, total INTEGER, state TEXT, at INTEGER);
    INSERT INTO products VALUES ${products};
    ${orders}
  `);
  database.close();
}

/**
 * The shop with two releases side by side: two instances each, one database, nginx before all of them. It is what the
 * people of the shop have; Vigil and the policies that it is compared with get a shop each, so that neither steers the other's traffic.
 */
export async function openShop(
  folder: string,
  { certificates, pace, before }: { certificates: Certificates; pace: number; before?: Fault[] | undefined },
) {
  const file = (name: string) => path.join(folder, name);
  for (const pool of ['base', 'next']) {
    mkdirSync(file(pool), { recursive: true });
    writeFileSync(file(`${pool}/release.json`), JSON.stringify({ release: 'v1', faults: before }));
  }
  fillDatabase(
    file('shop.db'),
    "(1, 'Kettle', 29), (2, 'Lamp', 45), (3, 'Teapot', 38)",
    "INSERT INTO orders VALUES (1, 29, 'shipped', 0);",
  );
  fillDatabase(file('staging.db'), "(1, 'Test kettle', 1), (2, 'Test lamp', 1), (3, 'asdf', 0)");
  const base = [await openInstance('base-1', file('base')), await openInstance('base-2', file('base'))];
  const next = [await openInstance('next-1', file('next')), await openInstance('next-2', file('next'))];
  const all = [...base, ...next];
  const ports = (pool: typeof all) => pool.map(({ port }) => port);
  await Promise.all(all.map((one) => one.start()));
  const front = await startFront(folder, { base: ports(base), next: ports(next) }, certificates);

  const startNext = async (stays?: string) => {
    await Promise.all(next.filter(({ name }) => name !== stays).map((one) => one.start(2500 * pace)));
  };
  /** What happens around the release, until its time is over. */
  const happen = async ({ does, forSeconds = 0 }: Around) => {
    const lasting = async (begin: () => unknown, end: () => unknown) => {
      await begin();
      if (forSeconds === 0) return;
      await sleep(forSeconds * 1000);
      await end();
    };
    const atFront = (begin: Partial<FrontState>, end: Partial<FrontState>) =>
      lasting(
        () => front.set(begin),
        () => front.set(end),
      );
    /** A file that all instances look at. */
    const flagged = (name: string) =>
      lasting(
        () => writeFileSync(file(name), ''),
        () => rmSync(file(name), { force: true }),
      );
    switch (does) {
      case 'restart next-1':
        return void (await next[0]?.start());
      case 'restart base-1':
        return void (await base[0]?.start());
      case 'base-2 is taken away':
        return base[1]?.stop();
      case 'front answers 502':
        return atFront({ answers502: true }, { answers502: false });
      case 'front loses a third of checkouts':
        return atFront({ losesCheckouts: true }, { losesCheckouts: false });
      case 'front refuses larger baskets':
        return atFront({ refusesLargerBaskets: true }, { refusesLargerBaskets: false });
      case 'front has another certificate':
        return atFront({ certificate: 'other' }, { certificate: 'right' });
      case 'front has a renewed certificate':
        return atFront({ certificate: 'renewed' }, { certificate: 'right' });
      case 'payment is down':
        return flagged('payment-down');
      case 'machine is busy':
        return flagged('machine-busy');
      case 'database is locked': {
        const database = new DatabaseSync(file('shop.db'));
        return lasting(
          () => database.exec('BEGIN IMMEDIATE'),
          () => {
            database.exec('ROLLBACK');
            database.close();
          },
        );
      }
    }
  };
  return {
    folder,
    /** How long a second lasts, in seconds. */
    pace,
    front,
    base,
    next,
    happen,
    startNext,
    /** The new release takes the place of the old one in its pool, without any traffic yet. */
    async deploy({ faults, process: wrong, staysOld }: Release) {
      writeFileSync(file('next/release.json'), JSON.stringify({ release: 'v2', faults, ...wrong }));
      await startNext(staysOld);
    },
    /** When a fault was first to be seen. */
    firstFaultMs: (): number | undefined =>
      existsSync(file('first-fault')) ? Number(readFileSync(file('first-fault'), 'utf8')) : undefined,
    noteFault: () => {
      if (!existsSync(file('first-fault'))) writeFileSync(file('first-fault'), String(Date.now()));
    },
    async stop() {
      await Promise.all(all.map((one) => one.stop()));
      await front.stop();
    },
  };
}

export type Shop = Awaited<ReturnType<typeof openShop>>;
