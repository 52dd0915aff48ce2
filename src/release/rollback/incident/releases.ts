import { gitRunner } from '../git.ts';
import type { TypePlan } from '../plan.ts';

/** What differs between the two releases, as far as the type can tell; a text for the incident's folder. */
export async function releasesText(planned: TypePlan): Promise<string> {
  const head = `from ${planned.from}\nto   ${planned.to}\n`;
  const actions = planned.stages.flatMap(({ steps }) => steps.map(({ action }) => action));
  for (const action of actions) {
    if (action.kind === 'git-checkout') {
      const git = gitRunner(action.folder);
      const log = (await git.maybe('log', '--oneline', `${action.to}..${action.from}`)) ?? 'unknown';
      const diff = (await git.maybe('diff', '--stat', '--patch', action.to, action.from)) ?? 'unknown';
      return `${head}\nCommits that are taken back:\n${log}\n\n${diff.slice(0, 1_000_000)}\n`;
    }
    if (action.kind === 'set-flag') {
      return `${head}\nThe flag before:\n${JSON.stringify(action.before, null, 2)}\n`;
    }
  }
  return `${head}\nWhat was there is kept; compare it with what is there now.\n`;
}
