/** The manifest with this address as its repository, and with the pages that follow from it. */
export function withRepository(manifest: string, address: string): string {
  const url = new URL(address).href.replace(/(\.git)?\/*$/, '');
  const about = JSON.parse(manifest) as object;
  const changed = {
    ...about,
    homepage: `${url}#readme`,
    bugs: `${url}/issues`,
    repository: {
      type: 'git',
      url: `git+${url}.git`,
    },
  };
  return `${JSON.stringify(changed, null, 2)}\n`;
}

/** Who develops here runs the sources, so `npm ci` and `npm install` in this folder build nothing. */
const script =
  'case $npm_command$INIT_CWD in ci$PWD|install$PWD) exit;; esac && exec node tools/build-package.ts';
const prepare = `    "prepare": ${JSON.stringify(script)},\n`;

/** Without the script that builds what was installed from git: of a package that is built npm would warn for it. */
export const withoutPrepare = (manifest: string): string => manifest.replace(prepare, () => '');

/** With it again, before the script that asks for it. */
export const withPrepare = (manifest: string): string =>
  manifest.includes(prepare) ? manifest : manifest.replace(/(?= {4}"postpack": )/, () => prepare);
