import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type OutputChunk, rolldown } from 'rolldown';

/** What a document of the page loads as a script. */
const scripts = ['page', 'overview', 'theme'];

/** What a browser loads of the page, by file name, and the modules that went into it. */
export interface PageBundle {
  files: Record<string, string>;
  modules: string[];
}

/** Makes one file of each script with its libraries, and one of the style sheets. */
export async function bundlePage(root: string): Promise<PageBundle> {
  const page = path.join(root, 'src/views/page');
  const bundle = await rolldown({
    cwd: root,
    platform: 'browser',
    input: Object.fromEntries(scripts.map((name) => [name, path.join(page, 'browser', `${name}.ts`)])),
  });
  const { output } = await bundle.generate({
    format: 'esm',
    entryFileNames: '[name].js',
    minify: true,
    comments: false,
  });
  const chunks = output.filter((one): one is OutputChunk => one.type === 'chunk');
  const styles = [
    fileURLToPath(import.meta.resolve('uplot/dist/uPlot.min.css')),
    path.join(page, 'assets/page.css'),
  ];
  return {
    files: {
      ...Object.fromEntries(chunks.map(({ fileName, code }) => [fileName, code])),
      'page.css': styles.map((file) => readFileSync(file, 'utf8')).join('\n'),
    },
    modules: chunks.flatMap(({ moduleIds }) => moduleIds),
  };
}
