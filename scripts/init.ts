import { createInterface } from 'node:readline/promises';
import { createRedactor, givenSecret, headAt } from '../src/core/index.ts';
import { discover, type InitDocument, initRepository, initText } from '../src/setup/index.ts';
import { invalid, json } from './values.ts';

interface InitOptions {
  url?: string;
  bearer?: string;
  yes?: boolean;
  ci?: boolean;
  docker?: boolean;
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
  const { bearer } = args;
  const token = bearer && givenSecret(bearer, '--bearer', createRedactor());
  const found = await discover(url, token);
  const done = initRepository(process.cwd(), {
    url,
    ci: args.ci === true,
    docker: args.docker === true,
    found,
    bearer,
  });
  const document: InitDocument = { ...headAt(Date.now()), url, ...done };
  process.stdout.write(args.json ? json(document) : initText(done));
}
