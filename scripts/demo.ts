import { requireTemporaryFolder } from '../src/core/index.ts';
import { runDemo } from '../src/setup/index.ts';

/** `vigil demo`: a bad release in a small shop, from its deployment to its rollback. */
export async function runDemoCommand({ port }: { port: number }): Promise<void> {
  requireTemporaryFolder();
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  let step = 0;
  const say = (line: string) => {
    const isPart = line.startsWith(' ');
    if (!isPart) step += 1;
    process.stdout.write(`${isPart ? '' : `${step}. `}${line}\n`);
  };
  try {
    const folder = await runDemo({ say, port, signal: interrupted.signal });
    process.stdout.write(`Everything of it is in ${folder}; delete it when you have seen it.\n`);
  } catch (thrown) {
    if (!interrupted.signal.aborted) throw thrown;
    process.stdout.write('Stopped.\n');
  }
}
