/** A mail server for one test: takes what is sent to it (RFC 5321) and shows it. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

export interface MailServer {
  port: number;
  /** Messages as they came, headers and all, with the user and password that were given. */
  readonly messages: { login: string; recipients: string[]; text: string }[];
  close(): Promise<void>;
}

export async function startMailServer(): Promise<MailServer> {
  const messages: MailServer['messages'] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    converse(socket, messages);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    messages,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function converse(socket: Socket, messages: MailServer['messages']): void {
  let [rest, login] = ['', ''];
  let data: string[] | undefined;
  let recipients: string[] = [];
  const say = (line: string) => socket.write(`${line}\r\n`);
  const commands: Record<string, (rest: string) => void> = {
    EHLO: () => socket.write('250-test\r\n250 AUTH PLAIN\r\n'),
    AUTH(plain) {
      login = Buffer.from(plain.slice('PLAIN '.length), 'base64').toString('utf8').split('\0').slice(1).join(':');
      say('235 ok');
    },
    RCPT(to) {
      recipients.push(to.slice('TO:'.length));
      say('250 ok');
    },
    DATA() {
      data = [];
      say('354 go on');
    },
    QUIT() {
      say('221 bye');
      socket.end();
    },
  };
  function takeText(text: string[], line: string): void {
    if (line !== '.') return void text.push(line);
    messages.push({ login, recipients, text: text.join('\n') });
    [data, recipients] = [undefined, []];
    say('250 ok');
  }
  say('220 test');
  socket.on('error', () => undefined);
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\r\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [verb = '', ...args] = line.split(' ');
      if (data) takeText(data, line);
      else (commands[verb.toUpperCase()] ?? (() => say('250 ok')))(args.join(' '));
    }
  });
}
