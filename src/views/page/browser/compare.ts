import type { Line } from '../series/lines.ts';
import { byId, setText } from './dom.ts';
import { whenText } from './time.ts';

/** The lines of the time before the deployment, place by place as those of now. */
export type Before = Partial<Record<Line, (number | null)[]>>;

/** Draws the time before the deployment beside the lines of now, while the box is ticked. */
export function openCompare(show: (before: Before | undefined) => void) {
  const box = byId('compare') as HTMLInputElement;
  /** What is shown or being fetched: the window and the deployment. */
  let key = '';
  let wanted = { hours: 6, deployedMs: 0 };

  const load = async () => {
    const { hours, deployedMs } = wanted;
    const asked = box.checked ? `${hours} ${deployedMs}` : '';
    if (asked === key) return;
    key = asked;
    show(undefined);
    setText(byId('compare-says'), '');
    if (asked === '') return;
    try {
      const answer = await fetch(`api/page/before?hours=${hours}`);
      const body = await answer.json();
      if (key !== asked) return;
      if (!answer.ok) throw new Error(body.detail ?? `answered ${answer.status}`);
      show(body.columns);
      const text = `dotted: the ${hours}h before ${body.release} was deployed at ${whenText(body.deployedMs)}`;
      setText(byId('compare-says'), text);
    } catch (thrown) {
      if (key !== asked) return;
      key = '';
      setText(byId('compare-says'), thrown instanceof Error ? thrown.message : String(thrown));
    }
  };
  box.addEventListener('change', load);
  return (hours: number, deployedMs: number) => {
    wanted = { hours, deployedMs };
    void load();
  };
}
