import path from 'node:path';
import {
  type ChannelConfig,
  givenSecret,
  type Redactor,
  type ResolveSecret,
  redactorOf,
  type VigilConfig,
  VigilError,
} from '../../core/index.ts';
import { alertmanagerChannel } from './alertmanager.ts';
import type { Channel } from './channel.ts';
import { emailChannel } from './email.ts';
import { fileChannel } from './file.ts';
import { heartbeatChannel } from './heartbeat.ts';
import { pagerDutyChannel } from './pagerduty.ts';
import { slackChannel } from './slack.ts';
import { consoleChannel } from './terminal.ts';
import { webhookChannel } from './webhook.ts';

export interface ChannelDependencies {
  /** By default variables of the environment and files. */
  resolveSecret?: ResolveSecret;
  /** Gets to know every secret that is resolved. */
  redactor: Redactor;
  /** What the messages call the deployment. */
  source: string;
  /** Time from one cycle to the next; Alertmanager believes a firing alert for four times as long. */
  intervalMs: number;
  /** Prints a line of the console channel. */
  print: (line: string) => void;
  /** What the path of a file channel is relative to. */
  folder: string;
}

interface Login {
  username?: string | undefined;
  password?: string | undefined;
}

function addressOf(secret: (reference: string) => string, where: string) {
  return ({ url, secretUrl }: { url?: string | undefined; secretUrl?: string | undefined }): string => {
    const address = secretUrl === undefined ? (url ?? '') : secret(secretUrl);
    if (/^https?:\/\//.test(address) && URL.canParse(address)) return address;
    throw new VigilError('CONFIG_INVALID', `${where}: ${secretUrl ?? 'url'} holds no address`, {
      where,
      expected: 'an http:// or https:// URL',
      received: 'something else, not shown',
    });
  };
}

function createChannel(config: ChannelConfig, given: ChannelDependencies): Channel {
  const { source } = given;
  const name = config.name ?? config.type;
  const where = `notifications channel ${name}`;
  const secret = (reference: string) => givenSecret(reference, where, given.redactor, given.resolveSecret);
  const address = addressOf(secret, where);
  const maybe = (reference: string | undefined) => (reference === undefined ? undefined : secret(reference));
  const login = ({ username, password }: Login) => {
    if (username === undefined || password === undefined) return undefined;
    const credentials = { username, password: secret(password) };
    given.redactor.register(Buffer.from(`${username}:${credentials.password}`).toString('base64'));
    return credentials;
  };
  const timeoutMs = 'timeout' in config ? config.timeout : 0;
  switch (config.type) {
    case 'alertmanager':
      return alertmanagerChannel({
        name,
        timeoutMs,
        url: config.url,
        intervalMs: given.intervalMs,
        resendMs: config.resend,
        spacingMs: config.spacing,
        token: maybe(config.token),
        credentials: login(config),
      });
    case 'webhook':
      return webhookChannel({ name, timeoutMs, url: address(config), token: maybe(config.token) });
    case 'slack':
      return slackChannel({ name, timeoutMs, source, url: address(config) });
    case 'pagerduty':
      return pagerDutyChannel({
        name,
        timeoutMs,
        source,
        url: config.url,
        routingKey: secret(config.secretKey),
      });
    case 'email':
      return emailChannel({ ...config, name, timeoutMs, source, credentials: login(config) });
    case 'heartbeat':
      return heartbeatChannel({ name, timeoutMs, source, url: address(config) });
    case 'console':
      return consoleChannel({ name, source, print: given.print });
    case 'file':
      return fileChannel({ name, path: path.resolve(given.folder, config.path) });
  }
}

/** The configured channels with their secrets resolved; CONFIG_INVALID names the channel and the reference, no value. */
export function createChannels(configs: readonly ChannelConfig[], given: ChannelDependencies): Channel[] {
  return configs.map((config) => createChannel(config, given));
}

/** The configured channels with their secrets, and the redactor that knows these. */
export function openChannels(
  config: VigilConfig,
  given: Pick<ChannelDependencies, 'folder' | 'intervalMs' | 'print'>,
  more: VigilConfig['notifications']['channels'] = [],
): { channels: Channel[]; redactor: Redactor } {
  const redactor = redactorOf(config);
  const configs = [...config.notifications.channels, ...more];
  return { redactor, channels: createChannels(configs, { ...given, redactor, source: config.name }) };
}
