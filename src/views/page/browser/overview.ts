// The server renders the overview; this asks for it again, and says when nobody answers.

const everyMs = 5000;
const stale = document.getElementById('stale') as HTMLElement;
const form = document.querySelector('form') as HTMLFormElement;
const main = document.querySelector('main') as HTMLElement;
const since = () => new Date().toISOString().slice(11, 19);
let seen = since();

async function refresh() {
  try {
    const answer = await fetch(location.href, { signal: AbortSignal.timeout(everyMs) });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    const next = new DOMParser().parseFromString(await answer.text(), 'text/html');
    main.replaceChildren(...(next.querySelector('main')?.children ?? []));
    document.title = next.title;
    seen = since();
    stale.hidden = true;
    delete document.documentElement.dataset.stale;
  } catch {
    stale.textContent = `No answer since ${seen} UTC: this page is out of date. Is the loop running?`;
    stale.hidden = false;
    document.title = `Stale since ${seen} · Vigil`;
    document.documentElement.dataset.stale = 'yes';
  }
  setTimeout(refresh, everyMs);
}

form.addEventListener('change', () => form.requestSubmit());
setTimeout(refresh, everyMs);
