/** The program as started by `npm start` and by the service: arguments, configuration, start, stop. */
import { isIPv4 } from 'node:net';
import { join, resolve } from 'node:path';
import { type Appliance, startAppliance } from './appliance.ts';
import { namesOfThisComputer } from './certificates/names.ts';
import { explainFailure } from './commands/run-command.ts';
import { type CommandLine, parseCommandLine } from './config/command-line.ts';
import { LiveSettings } from './config/live-settings.ts';
import { type Log, openLog } from './log.ts';

const DEFAULT_DATA = resolve(import.meta.dirname, '..', 'data');

async function main(): Promise<void> {
  const commandLine = parseCommandLine(process.argv.slice(2), DEFAULT_DATA);
  const settings = await LiveSettings.open(commandLine.dataDir, commandLine.overrides);
  const config = settings.current;
  const log = await openLog(config.log.level, join(commandLine.dataDir, 'logs', 'clinicpacs.log'));
  surviveBugs(log);
  for (const { path, en } of settings.warnings) log.warn({ path }, en);
  const starting = startAppliance({ dataDir: commandLine.dataDir, settings, log, environment: process.env });
  stopOnRequest(starting, log);
  console.log(greeting(await starting, commandLine, settings));
}

/** A bug must not end the archive for everybody else; a flood of them says that something is beyond repair. */
function surviveBugs(log: Log): void {
  let bugs = 0;
  setInterval(() => {
    bugs = 0;
  }, 60_000).unref();
  const note = (error: unknown) => {
    log.error({ err: error }, 'bug: not caught where it happened');
    if (++bugs > 100) process.exit(70);
  };
  process.on('uncaughtException', note);
  process.on('unhandledRejection', note);
}

/**
 * SIGTERM, Ctrl+C (which the launcher may pass on a second time) and the launcher's end all stop the appliance; one that
 * is still starting stops when it has started.
 */
function stopOnRequest(starting: Promise<Appliance>, log: Log): void {
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    const failed = (error: unknown) => {
      log.error({ err: error }, 'stopping failed');
      process.exit(1);
    };
    // Why it did not start is told by who waits for the start.
    const stopped = (appliance: Appliance) => appliance.close().then(() => process.exit(0), failed);
    starting.then(stopped, () => undefined);
    setTimeout(() => process.exit(1), 30_000).unref();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('disconnect', stop);
}

function greeting(appliance: Appliance, { dataDir }: CommandLine, { current, warnings }: LiveSettings): string {
  const { dicom, http } = current;
  const web = `http://${http.host === '0.0.0.0' ? '127.0.0.1' : http.host}:${appliance.httpPort}`;
  const lines = [
    '',
    'CLINICPACS 준비됨 / ready',
    `  화면 web       ${web}/`,
    ...(appliance.httpsPort === null ? [] : [`  화면 HTTPS     ${secureWeb(http.httpsHost, appliance.httpsPort)}/`]),
    `  DICOM          AE ${dicom.aeTitle}, ${dicom.host}:${appliance.dicomPort}`,
    ...(appliance.dicomTlsPort === null ? [] : [`  DICOM TLS      포트 port ${appliance.dicomTlsPort}`]),
    `  데이터 data    ${dataDir}`,
  ];
  if (appliance.firstRunToken !== undefined) {
    lines.push(
      '',
      '첫 관리자를 만들어 주세요 (한 번만 쓸 수 있는 주소) / create the first administrator (one-time link):',
    );
    lines.push(`  ${web}/first-run?token=${appliance.firstRunToken}`);
  }
  for (const { path, ko, en } of warnings) lines.push('', `주의 note: ${path === '' ? '' : `${path}: `}${ko} / ${en}`);
  for (const { ko, en } of appliance.notes) lines.push('', `주의 note: ${ko} / ${en}`);
  lines.push('', '멈추려면 Ctrl+C / Ctrl+C stops it', '');
  return lines.join('\n');
}

/** For other PCs: the first address that they can reach. */
function secureWeb(host: string, port: number): string {
  const { addresses } = namesOfThisComputer([]);
  const reachable = addresses.find((address) => isIPv4(address) && address !== '127.0.0.1') ?? '127.0.0.1';
  return `https://${host === '0.0.0.0' ? reachable : host}:${port}`;
}

main().catch((error) => {
  console.error(`\n${explainFailure(error)}\n`);
  process.exit(1);
});
