import { html } from 'lit-html';
import { byId, setText } from './dom.ts';

/** Where the clipboard is closed, as on a page without TLS: by a selection. */
function copySelected(text: string) {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'hidden';
  document.body.append(area);
  area.select();
  const isCopied = document.execCommand('copy');
  area.remove();
  return isCopied;
}

async function copyText(text: string) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

/** A button that copies a text. Names it for who hears it. */
export const copyButton = (what: string, text: string, label = 'Copy') => html`
  <button type="button" class="copy" data-copy=${text}>${label}<span class="hidden"> ${what}</span></button>`;

/** A command with its button. */
export const commandLine = (what: string, command: string) => html`
  <span class="command"><code tabindex="0">${command}</code> ${copyButton(what, command)}</span>`;

/** Makes every such button of the page work. */
export function openCopying() {
  document.addEventListener('click', async (event) => {
    const button = event.target instanceof Element ? event.target.closest('button[data-copy]') : null;
    if (!(button instanceof HTMLButtonElement)) return;
    const isCopied = await copyText(button.dataset.copy ?? '');
    button.dataset.copied = isCopied ? 'yes' : 'no';
    setText(byId('said'), isCopied ? 'Copied' : 'Could not be copied: select the text');
    setTimeout(() => delete button.dataset.copied, 2000);
  });
}
