import { createInterface } from 'node:readline/promises';
import { discover, initRepository, initText } from '../src/setup/index.ts';
import { invalid, json } from './values.ts';

interface InitOptions {
  url?: string;
  yes?: boolean;
  ci?: boolean;
  json?: boolean;
}

const usualUrl = 'http://127.0.0.1:3000';

function checkedUrl(text: string): string {
  const url = URL.parse(text.trim());
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return text.trim().replace(/\/+$/, '');
  throw invalid('--url', text, 'an address such as https://shop.example.com');
}

async function askUrl(): Promise<string> {
  const dialogue = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await dialogue.question(`Which address shall be watched? (${usualUrl}) `);
    return answer.trim() || usualUrl;
  } finally {
    dialogue.close();
  }
}

/** `vigil init`: what a repository needs to watch its own service. Overwrites nothing. */
export async function runInit(args: InitOptions): Promise<void> {
  const mayAsk = !args.yes && !args.json && process.stdin.isTTY === true;
  const url = checkedUrl(args.url ?? (mayAsk ? await askUrl() : usualUrl));
  const found = await discover(url);
  const done = initRepository(process.cwd(), { url, ci: args.ci === true, found });
  process.stdout.write(args.json ? json({ version: 1, url, ...done }) : initText(done));
}
