import { readFileSync } from 'node:fs';
import type { createMethodsRPC, Vitest } from 'vitest/node';

/** Plugins of Vite and Vitest themselves: what their transforms read is known to Vite. */
const isBuiltIn = (name: string) => /^(?:vite|vitest|builtin):|^alias$/.test(name);

/** What such a module becomes depends on which files there are, not only on what stands in it. */
const looksAround = (text: string) => /import\.meta\.glob|import\s*\(\s*(?!['"])/.test(text);

/** Nothing for a module that is no file. */
function textOf(file: string | null): string {
  try {
    return file ? readFileSync(file, 'utf8') : '';
  } catch {
    return '';
  }
}

/**
 * Lets Vite transform the tests, the global set-up and whatever they import, without running a line of it: text to
 * text, so that nothing but the files themselves can make the result out of date. Vitest finds what is there and
 * transforms the rest when it is asked for; plugins of the suite may read what they like, so with them nothing is done ahead.
 */
export async function transformAhead(vitest: Vitest, methodsOf: typeof createMethodsRPC): Promise<void> {
  const project = vitest.getRootProject();
  const { config, vite } = project;
  if (vitest.projects.length !== 1 || config.environment !== 'node') return;
  if (!vite.config.plugins.every(({ name }) => isBuiltIn(name))) return;
  const { prewarmModuleGraph } = methodsOf(project, { cacheFs: true }); // not in every version
  try {
    const tests = await vitest.globTestSpecifications();
    vitest.clearSpecificationsCache(); // which tests there are is asked again when they run
    const files = tests.map(({ moduleId }) => moduleId);
    await prewarmModuleGraph?.('ssr', files);
    await prewarmModuleGraph?.('__vitest__', [config.globalSetup].flat());
  } finally {
    for (const { moduleGraph } of Object.values(vite.environments)) {
      for (const module of moduleGraph.idToModuleMap.values()) {
        if (module.transformResult && looksAround(textOf(module.file))) moduleGraph.invalidateModule(module);
      }
    }
  }
}
