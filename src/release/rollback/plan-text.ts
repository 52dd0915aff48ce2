import { formatDuration, printable, shellText } from '../../core/index.ts';
import type { RollbackPlan } from './plan.ts';

/** The whole plan for a person: every stage with its budget, every step, every command as it is executed. */
export function planText(plan: RollbackPlan, redact: (text: string) => string): string {
  const lines: string[] = [`Reason   ${plan.reason}`, `Asked by ${plan.who}`];
  for (const [index, option] of plan.options.entries()) {
    const which = plan.options.length > 1 ? `Option ${index + 1}: ` : '';
    const totalMs = option.stages.reduce((sum, { budgetMs }) => sum + budgetMs, 0);
    lines.push('', `${which}${option.type}, at most ${formatDuration(totalMs)}`);
    lines.push(`  from   ${option.from}`, `  to     ${option.to}`);
    for (const { name, budgetMs, steps } of option.stages) {
      lines.push(`  ${name.padEnd(10)}budget ${formatDuration(budgetMs)}`);
      for (const { title, commands } of steps) {
        lines.push(`    - ${title}`, ...commands.map((command) => `        $ ${shellText(command)}`));
      }
    }
  }
  for (const { type, problem } of plan.unusable) lines.push('', `Left out: ${type}, because ${problem}`);
  const next = plan.options.length > 1 && plan.escalate === 'next';
  lines.push(
    '',
    `A stage that fails or runs over its budget is ended; then ${next ? 'the next option follows, and after the last one a person' : 'a person is paged'}.`,
    'Red after the rollback means that the deployment was not the cause: it stops there and pages.',
  );
  return printable(redact(`${lines.join('\n')}\n`));
}
