import compress from '@fastify/compress';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ruleDefinitions } from '../../../alerts/index.ts';
import { messageOf } from '../../../core/index.ts';
import { type Extension, sendProblem } from '../../../monitor/index.ts';
import type { PageSource } from '../facts.ts';
import { type Window, windowOf, windows } from '../series/window.ts';
import { fillTemplate, readTemplate, serveAssets } from './assets.ts';
import { type ChangeOptions, changeRoutes } from './changes.ts';
import { type Live, openLive } from './live.ts';
import { policy } from './policy.ts';
import { openRunbooks } from './runbooks.ts';
import { openStream, type Stream } from './stream.ts';

/** What is shown unless the address says otherwise. */
const usual = windows[1] as Window;

interface Query {
  Querystring: { hours?: string };
}

const windowAsked = ({ query }: FastifyRequest<Query>) => windowOf(Number(query.hours ?? usual.hours));

export interface PageOptions {
  now?: () => number;
  /** How often viewers are told what there is to fetch. */
  beatMs?: number;
  /** Where acknowledgements and silences are written; the page is read-only without it. */
  changes?: ChangeOptions | undefined;
  /** Where the overview is, for one of several deployments. */
  overview?: string | undefined;
}

/**
 * The live page at `/`, its files, its content as JSON, and events that say what there is to fetch; beside them, with
 * the token, acknowledging and silencing.
 */
export function openPage({ now = Date.now, beatMs = 5000, changes, overview }: PageOptions = {}) {
  const back = overview === undefined ? '' : `<nav><a href="${overview}">← all deployments</a></nav>`;
  const template = readTemplate('index.html').replace('{{OVERVIEW}}', back);
  const runbook = openRunbooks(readTemplate('document.html', '../'));
  let opened: { source: PageSource; live: Live; stream: Stream } | undefined;
  /** A rule that this deployment doesn't have needs no runbook here. */
  const isOfOthers = (heading: string): boolean =>
    opened !== undefined &&
    !opened.source.rules.some(({ name }) => name === heading) &&
    ruleDefinitions.some(({ name }) => name === heading);
  /** What is shown from now on. */
  const show = (source: PageSource) => {
    opened?.stream.close();
    const live = openLive(source, now);
    // What is read first is remembered: nobody at night waits for it. If it fails, the first who looks gets the error.
    // In a turn of its own, as opening the evidence has just taken one.
    setImmediate(() => live.answer(usual).catch(() => undefined));
    opened = { source, live, stream: openStream(live, now, beatMs) };
  };

  const routes = async (app: FastifyInstance) => {
    app.addHook('preClose', async () => opened?.stream.close());
    await app.register(compress, { encodings: ['gzip'] });
    await serveAssets(app);
    app.get('/assets/*', (_request, reply) =>
      sendProblem(reply, 404, 'no such file', 'the page has no such file'),
    );

    const html = (reply: FastifyReply) =>
      reply
        .header('content-security-policy', policy)
        .header('referrer-policy', 'no-referrer')
        .type('text/html; charset=utf-8');
    const starting = (reply: FastifyReply) =>
      sendProblem(reply.header('retry-after', '1'), 503, 'the watch is starting', 'ask again in a second');

    /** The window that is asked for and the page behind it; `undefined` when the answer said why there is none. */
    const asked = (request: FastifyRequest<Query>, reply: FastifyReply) => {
      const window = windowAsked(request);
      if (window && opened) return { window, ...opened };
      if (window) return void starting(reply);
      const offered = windows.map(({ hours }) => hours).join(', ');
      const came = String(request.query.hours).slice(0, 40);
      sendProblem(reply, 400, 'invalid hours', `expected one of ${offered}, came ${came}`);
    };

    app.get<Query>('/', (request, reply) => {
      const current = opened;
      if (!current) return starting(reply);
      const headline = current.live.headline();
      const { hours } = windowAsked(request) ?? usual;
      return html(reply).send(
        fillTemplate(template, current.source.name, headline, current.live.plain(), hours),
      );
    });
    app.get<{ Params: { name: string } }>('/docs/:name', async (request, reply) => {
      const body = await runbook(request.params.name, isOfOthers);
      return body
        ? html(reply).send(body)
        : sendProblem(reply, 404, 'no such document', 'docs/ has no such document');
    });
    const place = { source: () => opened?.source, now };
    if (changes)
      await app.register((scope) => changeRoutes(scope, changes, place), { prefix: '/api/alerts' });
    app.get<Query>('/api/page', async (request, reply) => {
      const page = asked(request, reply);
      if (!page) return reply;
      try {
        return reply.type('application/json; charset=utf-8').send(await page.live.answer(page.window));
      } catch (thrown) {
        return sendProblem(reply, 503, 'the evidence can’t be read', messageOf(thrown));
      }
    });
    app.get<{ Querystring: { hours?: string; id?: string } }>('/api/page/check', (request, reply) => {
      const page = asked(request, reply);
      if (!page) return reply;
      const id = String(request.query.id ?? '').slice(0, 2000);
      const answer = page.live.check(id, page.window);
      return answer === undefined
        ? sendProblem(reply, 404, 'no such check', `no check is called "${id}"`)
        : reply.type('application/json; charset=utf-8').send(answer);
    });
    app.get<Query>('/api/page/before', async (request, reply) => {
      const page = asked(request, reply);
      if (!page) return reply;
      const answer = await page.live.before(page.window);
      return answer === undefined
        ? sendProblem(
            reply,
            404,
            'nothing to compare with',
            'no deployment is recorded: vigil gate --deployed',
          )
        : reply.type('application/json; charset=utf-8').send(answer);
    });
    app.get<Query>('/api/page/events', (request, reply) => {
      const page = asked(request, reply);
      if (!page) return reply;
      const { window, stream } = page;
      if (!stream.hasRoom()) return sendProblem(reply, 503, 'too many viewers', 'close another page first');
      reply.hijack();
      reply.raw.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'content-security-policy': "default-src 'none'",
        'x-content-type-options': 'nosniff',
        'x-accel-buffering': 'no',
      });
      stream.attach(reply.raw, window);
    });
  };
  /** The routes; they say that the watch is starting until there is something to show. */
  const extension: Extension = (app) => {
    app.register(routes);
  };
  /** What the page says now; `undefined` before there is something to show. */
  const headline = () => opened?.live.headline();
  return { extension, show, headline };
}
