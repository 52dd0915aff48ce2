import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withoutPrepare, withPrepare, withRepository } from '../../tools/package-manifest.ts';

const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
const placeholder = 'https://github.com/your-org/vitest-vigil';

test('one address sets the repository, the home page and the place for faults, and nothing else', () => {
  const changed = withRepository(manifest, 'https://git.example.com/acme/watch.git');
  expect(JSON.parse(changed)).toEqual({
    ...JSON.parse(manifest),
    repository: { type: 'git', url: 'git+https://git.example.com/acme/watch.git' },
    homepage: 'https://git.example.com/acme/watch#readme',
    bugs: 'https://git.example.com/acme/watch/issues',
  });
  expect(withRepository(changed, `${placeholder}/`)).toBe(manifest);
});

test('what is no address is refused', () => {
  expect(() => withRepository(manifest, 'acme/watch')).toThrow('Invalid URL');
});

test('a packed manifest has no script that npm would warn of, and the repository has it again', () => {
  const packed = withoutPrepare(manifest);
  expect(JSON.parse(packed).scripts).not.toHaveProperty('prepare');
  expect(withPrepare(packed)).toBe(manifest);
  expect(withPrepare(manifest)).toBe(manifest);
});
