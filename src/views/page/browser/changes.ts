import { html } from 'lit-html';
import { byId, setText } from './dom.ts';

/** What is asked for, with the alerts that it is about. */
type Asked = { act: string; alerts: string[] };

const kept = { token: 'vigil-token', name: 'vigil-name' };

/** Kept until the tab is closed, where the browser lets us. */
function recall(key: string) {
  try {
    return sessionStorage.getItem(key) ?? '';
  } catch {
    return '';
  }
}

function keep(key: string, value: string) {
  try {
    sessionStorage.setItem(key, value);
  } catch {
    // Then it is asked for again.
  }
}

const field = (id: string) => byId(id) as HTMLInputElement;
const dialog = () => byId('change') as HTMLDialogElement;

let asked: Asked | undefined;

const words = {
  acknowledge: { title: 'Acknowledge', done: 'acknowledged' },
  silence: { title: 'Silence', done: 'silenced' },
};

function ask(wanted: Asked, trouble = '') {
  asked = wanted;
  const { title } = words[wanted.act as keyof typeof words] ?? words.acknowledge;
  const count = wanted.alerts.length;
  setText(byId('change-title'), `${title} ${count} ${count === 1 ? 'alert' : 'alerts'}`);
  setText(byId('change-do'), title);
  setText(byId('change-trouble'), trouble);
  byId('change-silence').hidden = wanted.act !== 'silence';
  field('change-name').value = recall(kept.name);
  field('change-token').value = recall(kept.token);
  if (!dialog().open) dialog().showModal();
}

async function send(wanted: Asked) {
  const { act, alerts } = wanted;
  const by = recall(kept.name);
  const silence = { for: field('change-for').value, reason: field('change-reason').value };
  const body = { alerts, by, ...(act === 'silence' ? silence : {}) };
  try {
    const answer = await fetch(`api/alerts/${act}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${recall(kept.token)}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (answer.ok) {
      dialog().close();
      const { done } = words[act as keyof typeof words] ?? words.acknowledge;
      setText(byId('said'), `${alerts.length} ${alerts.length === 1 ? 'alert' : 'alerts'} ${done}`);
      return;
    }
    if (answer.status === 401) keep(kept.token, '');
    const { detail } = await answer.json();
    ask(wanted, detail);
  } catch (thrown) {
    ask(wanted, `nothing was changed: ${thrown instanceof Error ? thrown.message : thrown}`);
  }
}

function confirm() {
  if (!asked) return;
  keep(kept.name, field('change-name').value.trim());
  keep(kept.token, field('change-token').value.trim());
  const missing = [
    ...(recall(kept.name) === '' ? ['your name'] : []),
    ...(recall(kept.token) === '' ? ['the token'] : []),
    ...(asked.act === 'silence' && field('change-reason').value.trim() === '' ? ['a reason'] : []),
  ];
  if (missing.length > 0) setText(byId('change-trouble'), `missing: ${missing.join(', ')}`);
  else void send(asked);
}

/** The buttons for some alerts. Names them for who hears it. */
export const changeButtons = (alerts: string[], what: string) => html`
  <button type="button" data-act="acknowledge" data-alerts=${alerts.join(' ')}>
    Acknowledge<span class="hidden"> ${what}</span>
  </button>
  <button type="button" data-act="silence" data-alerts=${alerts.join(' ')}>
    Silence…<span class="hidden"> ${what}</span>
  </button>`;

/** Makes every such button of the page work: the token and a name are asked for once. */
export function openChanges() {
  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest('button[data-act]') : null;
    if (!(button instanceof HTMLButtonElement)) return;
    const { act = '', alerts = '' } = button.dataset;
    const wanted = { act, alerts: alerts.split(' ') };
    const isKnown = recall(kept.token) !== '' && recall(kept.name) !== '';
    if (isKnown && act === 'acknowledge') void send(wanted);
    else ask(wanted);
  });
  byId('change-do').addEventListener('click', confirm);
  byId('change-cancel').addEventListener('click', () => dialog().close());
  dialog().addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && event.target instanceof HTMLInputElement) confirm();
  });
}
