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
