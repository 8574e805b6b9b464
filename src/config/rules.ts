/** Rules that join several settings, and warnings about settings that are allowed but deserve a second look. */
import type { ConfigProblem } from './problems.ts';
import type { Config } from './settings.ts';

/** Problems of a configuration whose single values are all right. */
export function jointProblems(config: Config): ConfigProblem[] {
  return [
    ...repeatedDevices(config),
    ...portClashes(config),
    ...placesForNobody(config),
    ...storageOrder(config),
    ...targetPlaces(config),
  ];
}

/** What start-up should say aloud about a valid configuration. */
export function configWarnings({ http, hl7 }: Config): ConfigProblem[] {
  return [...(hl7.port === null ? [] : [HL7_NOT_SERVED]), ...(isLoopback(http.host) ? [] : [OPEN_WITHOUT_HTTPS])];
}

const HL7_NOT_SERVED: ConfigProblem = {
  path: 'hl7.port',
  ko: '이 버전은 아직 이 포트를 열지 않습니다.',
  en: 'This version does not open this port yet.',
};

const OPEN_WITHOUT_HTTPS: ConfigProblem = {
  path: 'http.host',
  ko:
    '화면을 HTTPS 없이 병원 네트워크에 엽니다. 비밀번호와 영상이 암호화되지 않고 오갑니다. ' +
    'http.host를 "127.0.0.1"로 두고 http.httpsPort(예: 8443)를 쓰세요.',
  en:
    'The pages are open to the network without HTTPS: passwords and images travel unencrypted. ' +
    'Leave http.host at "127.0.0.1" and set http.httpsPort (e.g. 8443).',
};

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

function repeatedDevices({ devices }: Config): ConfigProblem[] {
  const seen = new Map<string, number>();
  return devices.flatMap((device, index) => {
    const key = `${device.aeTitle}@${device.host}`;
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, index);
      return [];
    }
    return [
      {
        path: `devices[${index}]`,
        ko: `devices[${first}] 와(과) AE 타이틀과 주소가 같습니다 (${key}). 둘 중 하나를 지워 주세요.`,
        en: `has the AE title and address of devices[${first}] (${key}). Remove one of the two.`,
      },
    ];
  });
}

function portClashes({ dicom, http, hl7 }: Config): ConfigProblem[] {
  const ports: [string, number | null][] = [
    ['dicom.port', dicom.port],
    ['dicom.tlsPort', dicom.tlsPort],
    ['http.port', http.port],
    ['http.httpsPort', http.httpsPort],
    ['hl7.port', hl7.port],
  ];
  return ports.flatMap(([path, port], index) => {
    const other = ports.slice(0, index).find(([, earlier]) => port !== null && port !== 0 && earlier === port);
    if (!other) return [];
    return [
      {
        path,
        ko: `${other[0]} 와(과) 포트가 같습니다 (${port}). 다른 포트를 적어 주세요.`,
        en: `is the same port as ${other[0]} (${port}). Write another one.`,
      },
    ];
  });
}

function placesForNobody({ dicom }: Config): ConfigProblem[] {
  const { reservedForDevices, maxAssociations } = dicom;
  if (reservedForDevices === null || reservedForDevices <= maxAssociations) return [];
  return [
    {
      path: 'dicom.reservedForDevices',
      ko: `지금 값 ${reservedForDevices}. dicom.maxAssociations(${maxAssociations})보다 크지 않게 적어 주세요.`,
      en: `is ${reservedForDevices}. Write no more than dicom.maxAssociations (${maxAssociations}).`,
    },
  ];
}

function storageOrder({ storage }: Config): ConfigProblem[] {
  if (storage.refuseBelowGb === null || storage.refuseBelowGb <= storage.warnBelowGb) return [];
  return [
    {
      path: 'storage.refuseBelowGb',
      ko: `지금 값 ${storage.refuseBelowGb}. storage.warnBelowGb(${storage.warnBelowGb})보다 크지 않게 적어 주세요.`,
      en: `is ${storage.refuseBelowGb}. Write no more than storage.warnBelowGb (${storage.warnBelowGb}).`,
    },
  ];
}

type Target = Config['backup']['targets'][number];

function targetPlaces({ backup }: Config): ConfigProblem[] {
  return backup.targets.flatMap((target, index) =>
    missingSettings(target).map((key) => ({ path: `backup.targets[${index}].${key}`, ...MISSING[key] })),
  );
}

const CLOUD_NEEDS = ['endpoint', 'region', 'bucket', 'accessKeyId', 'secretAccessKey'] as const;

function missingSettings(target: Target): (keyof typeof MISSING)[] {
  if (target.kind === 's3') return CLOUD_NEEDS.filter((key) => target[key] === undefined);
  if (target.path !== undefined || (target.kind === 'usb' && target.label !== undefined)) return [];
  return [target.kind === 'usb' ? 'label' : 'path'];
}

const OF_THE_CLOUD = {
  ko: '값이 없습니다. 클라우드 저장소(S3) 업체가 알려 준 값을 적어 주세요.',
  en: 'missing. Write what the provider of the cloud storage (S3) told you.',
};

const MISSING = {
  label: {
    ko: '값이 없습니다. USB 디스크의 이름을 적어 주세요.',
    en: 'missing. Write the label of the USB disk.',
  },
  path: {
    ko: '값이 없습니다. 백업할 폴더를 적어 주세요.',
    en: 'missing. Write the folder to back up to.',
  },
  ...{ endpoint: OF_THE_CLOUD, region: OF_THE_CLOUD, bucket: OF_THE_CLOUD },
  ...{ accessKeyId: OF_THE_CLOUD, secretAccessKey: OF_THE_CLOUD },
};
