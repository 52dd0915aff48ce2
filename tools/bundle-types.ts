import { globSync, rmSync } from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { dts } from 'rolldown-plugin-dts';

/** Where the declarations of each export begin, by the name that they have in the package. */
const entries = {
  index: 'src/api/index.d.ts',
  config: 'src/api/config.d.ts',
  vitest: 'src/api/vitest.d.ts',
  reporter: 'src/suite/run/reporter.d.ts',
};

/** Leaves of all declarations those that others can see, in `dist/types/`: the rest names packages that nobody has. */
export async function bundleTypes(dist: string): Promise<void> {
  const input = Object.entries(entries).map(([name, file]) => [name, path.join(dist, file)]);
  const bundle = await rolldown({
    input: Object.fromEntries(input),
    external: /^[^./]/,
    plugins: [
      {
        // What adds to Vitest's own types is imported for that alone.
        name: 'augmentations',
        transform: (code) =>
          /declare module|^import ['"]\./m.test(code) ? { moduleSideEffects: true } : undefined,
      },
      dts({ dtsInput: true, emitDtsOnly: true, generator: 'oxc', tsconfig: false }),
    ],
  });
  await bundle.write({ dir: path.join(dist, 'types'), format: 'esm' });
  for (const file of globSync('**/*.d.ts', { cwd: dist, exclude: ['types/**'] }))
    rmSync(path.join(dist, file));
}
