import type net from 'node:net';
import { rawServer } from '../../clients/servers.ts';

export interface Mail {
  from: string;
  to: string[];
  /** Header lines and body as they came. */
  data: string;
}

/** A mail server of the least kind; `reply` may answer a command in its own way. */
export async function smtpServer(reply: (command: string) => string | undefined = () => undefined) {
  const mails: Mail[] = [];
  const address = await rawServer((socket: net.Socket) => {
    let mail: Mail = { from: '', to: [], data: '' };
    let text = '';
    let inData = false;
    const say = (line: string) => socket.write(`${line}\r\n`);
    const command = (line: string) => {
      const own = reply(line);
      if (own !== undefined) return say(own);
      if (/^EHLO/i.test(line)) return say('250-test\r\n250 AUTH PLAIN LOGIN');
      if (/^STARTTLS/i.test(line)) return say('502 no TLS here');
      if (/^AUTH/i.test(line)) return say('235 welcome');
      if (/^MAIL FROM/i.test(line)) mail = { from: line.slice(10), to: [], data: '' };
      if (/^RCPT TO/i.test(line)) mail.to.push(line.slice(8));
      if (/^DATA/i.test(line)) {
        inData = true;
        return say('354 go on');
      }
      if (/^QUIT/i.test(line)) {
        say('221 bye');
        return socket.end();
      }
      return say('250 ok');
    };
    say('220 test');
    socket.on('data', (chunk) => {
      text += chunk.toString();
      for (;;) {
        const end = text.indexOf(inData ? '\r\n.\r\n' : '\r\n');
        if (end < 0) return;
        const part = text.slice(0, end);
        text = text.slice(end + (inData ? 5 : 2));
        if (inData) {
          inData = false;
          mails.push({ ...mail, data: part });
          say(reply('.') ?? '250 queued');
        } else command(part);
      }
    });
  });
  const [host = '', port = ''] = address.split(':');
  return { host, port: Number(port), mails };
}
