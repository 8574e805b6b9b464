/** What connections to the DICOM ports can come to, in one table: what it means and what to do next, for staff. */

interface Sentence {
  readonly ko: string;
  readonly en: string;
}

export interface Diagnosis {
  /** ok: nothing to do; notice: it works, and somebody should look; failed: the device did not get what it wanted. */
  readonly level: 'ok' | 'notice' | 'failed';
  /** Does approving the device put it right? */
  readonly approvable: boolean;
  readonly what: Sentence;
  readonly next: Sentence;
}

type Row = readonly [Diagnosis['level'], approvable: boolean, ko: string, nextKo: string, en: string, nextEn: string];

const TABLE = {
  ok: ['ok', false, '정상입니다.', '할 일이 없습니다.', 'All is well.', 'Nothing to do.'],
  'unknown-device': [
    'notice',
    true,
    '승인되지 않은 장비입니다. 영상은 받지만 조회는 할 수 없습니다.',
    '우리 장비이면 승인해 주세요.',
    'This device is not approved: its images are kept, and it may not query.',
    'If it is one of yours, approve it.',
  ],
  'unknown-device-rejected': [
    'failed',
    true,
    '승인되지 않은 장비라 설정에 따라 거절했습니다.',
    '우리 장비이면 승인해 주세요.',
    'The device is not approved, and the settings reject such devices.',
    'If it is one of yours, approve it.',
  ],
  'public-address': [
    'failed',
    true,
    '병원 밖(공인 IP)에서 온 연결이라 거절했습니다.',
    '모르는 주소이면 공유기에서 이 포트를 막아 주세요. 아는 장비일 때만 승인하세요.',
    'The connection came from a public address and was refused.',
    'If you do not know the address, close this port on the router. Approve it only if it is your own device.',
  ],
  'not-permitted': [
    'failed',
    true,
    '이 장비에 허용되지 않은 일(조회, 가져오기 등)을 요청해 거절했습니다.',
    '필요한 일이면 이 장비에 권한을 주세요.',
    'The device asked for something that it may not do (query, retrieve …).',
    'If it needs this, give the device the permission.',
  ],
  'wrong-called-ae': [
    'failed',
    false,
    '장비에 적힌 상대 AE 타이틀이 우리 것과 달라 거절했습니다.',
    '장비 설정의 상대 AE 타이틀(Called AE)을 우리 AE 타이틀로 바꿔 주세요.',
    'The device calls an AE title that is not ours, and was refused.',
    'Correct the called AE title in the device’s settings.',
  ],
  'other-called-ae': [
    'notice',
    false,
    '장비에 적힌 상대 AE 타이틀이 우리 것과 다릅니다. 그래도 받았습니다.',
    '장비 설정의 상대 AE 타이틀(Called AE)을 우리 AE 타이틀로 맞춰 두면 좋습니다.',
    'The device calls an AE title that is not ours; it was accepted all the same.',
    'Better correct the called AE title in the device’s settings.',
  ],
  'blank-ae': [
    'failed',
    false,
    '장비의 AE 타이틀이 비어 있어 누구인지 알 수 없습니다.',
    '장비 설정에 자기 AE 타이틀(Calling AE)을 적어 주세요.',
    'The AE title of the device is blank: nobody can tell who it is.',
    'Enter the device’s own AE title (calling AE) in its settings.',
  ],
  'no-common-context': [
    'failed',
    false,
    '장비가 요청한 서비스나 전송 형식 가운데 우리가 지원하는 것이 없습니다.',
    '아래 요청 목록을 장비 업체에 보여 주세요.',
    'Of the services and transfer syntaxes that the device proposed, none is supported.',
    'Show the list of what it proposed to the vendor of the device.',
  ],
  'tls-on-plain-port': [
    'failed',
    false,
    '암호화(TLS)된 연결이 암호화하지 않는 포트로 왔습니다.',
    '장비에서 TLS를 끄거나, 우리 TLS 포트로 바꿔 주세요.',
    'A TLS connection came to the port without TLS.',
    'Turn TLS off on the device, or give it our TLS port.',
  ],
  'plain-on-tls-port': [
    'failed',
    false,
    '암호화하지 않은 연결이 TLS 포트로 왔습니다.',
    '장비에서 TLS를 켜거나, 암호화하지 않는 포트로 바꿔 주세요.',
    'A connection without TLS came to the TLS port.',
    'Turn TLS on on the device, or give it our port without TLS.',
  ],
  'tls-only': [
    'failed',
    false,
    '암호화(TLS) 연결만 허용하도록 설정한 장비가 암호화 없이 연결했습니다.',
    '장비에서 TLS를 켜고 우리 TLS 포트를 적어 주세요.',
    'The device is set to “TLS only” and came without TLS.',
    'Turn TLS on on the device and give it our TLS port.',
  ],
  'client-certificate': [
    'failed',
    true,
    '장비가 낸 인증서가 등록된 것이 아니라 거절했습니다.',
    '아래 지문이 장비 화면의 인증서 지문과 같으면, 그 인증서를 등록하면서 승인해 주세요.',
    'The device presented a certificate that is not registered, and was refused.',
    'If the fingerprint is that of the certificate on the device, approve it together with the certificate.',
  ],
  'no-client-certificate': [
    'failed',
    false,
    '장비가 인증서를 내지 않아 거절했습니다.',
    '장비에 인증서를 넣고 TLS 연결에 쓰게 해 주세요.',
    'The device presented no certificate, and was refused.',
    'Give the device a certificate and let it use it for TLS.',
  ],
  'tls-failed': [
    'failed',
    false,
    'TLS 연결을 맺지 못했습니다. 인증서나 TLS 버전이 맞지 않습니다.',
    '장비에 우리 인증 기관(CA) 인증서를 넣고 TLS 1.2 이상을 쓰게 해 주세요.',
    'TLS could not be agreed upon: certificate or version do not fit.',
    'Install the certificate of our authority (CA) on the device, and let it use TLS 1.2 or newer.',
  ],
  http: [
    'failed',
    false,
    '웹 브라우저나 웹 프로그램이 DICOM 포트로 연결했습니다.',
    '화면은 웹 주소로 열어 주세요.',
    'A browser or web program connected to the DICOM port.',
    'Open the pages at their web address.',
  ],
  garbage: [
    'failed',
    false,
    'DICOM이 아닌 내용이 왔습니다.',
    '포트를 잘못 적은 프로그램이 있는지, 모르는 컴퓨터인지 확인해 주세요.',
    'What came is not DICOM.',
    'Look for a program with a wrong port, or a computer that you do not know.',
  ],
  malformed: [
    'failed',
    false,
    '장비의 연결 요청이 DICOM 규격에 맞지 않습니다.',
    '이 기록을 장비 업체에 보여 주세요.',
    'The association request of the device breaks the DICOM Standard.',
    'Show this record to the vendor of the device.',
  ],
  'half-open': [
    'failed',
    false,
    '연결만 하고 아무 요청도 보내지 않았습니다.',
    '네트워크 점검 프로그램이면 괜찮습니다. 장비이면 다시 켜 보고 네트워크를 확인해 주세요.',
    'It connected and sent no request.',
    'A network monitor may do so. A device: restart it and check the network.',
  ],
  'timed-out': [
    'failed',
    false,
    '너무 오래 아무 진행이 없어 연결을 끊었습니다.',
    '네트워크 선과 장비 상태를 확인하고 다시 보내 주세요.',
    'Nothing happened for too long, and the connection was ended.',
    'Check cable and device, and send again.',
  ],
  'aborted-by-peer': [
    'failed',
    false,
    '장비가 도중에 연결을 중단했습니다.',
    '장비의 오류 메시지를 확인하고 다시 보내 주세요.',
    'The device broke off.',
    'Read the error on the device and send again.',
  ],
  'connection-lost': [
    'failed',
    false,
    '전송 도중에 연결이 끊어졌습니다.',
    '네트워크 선과 장비 전원을 확인하고 다시 보내 주세요.',
    'The connection was lost in the middle.',
    'Check cable and power of the device, and send again.',
  ],
  'protocol-violation': [
    'failed',
    false,
    '장비가 DICOM 규격에 어긋나는 내용을 보내 연결을 끊었습니다.',
    '이 기록을 장비 업체에 보여 주세요.',
    'The device broke the DICOM protocol, and the connection was ended.',
    'Show this record to the vendor of the device.',
  ],
  'over-limit': [
    'failed',
    true,
    '연결이 너무 많아 거절하거나 끊었습니다.',
    '승인한 장비에는 자리가 따로 있습니다. 우리 장비이면 승인해 주세요.',
    'There were too many connections: this one was refused or ended.',
    'Places are kept for approved devices: if it is one of yours, approve it.',
  ],
  shutdown: [
    'notice',
    false,
    '프로그램이 멈출 때 열려 있던 연결입니다.',
    '장비가 다시 보내지 않으면 다시 보내 주세요.',
    'The connection was open when the program stopped.',
    'If the device does not send again by itself, send again.',
  ],
  'internal-error': [
    'failed',
    false,
    '프로그램 오류로 연결이 끊어졌습니다.',
    '다시 보내 주세요. 계속되면 로그를 첨부해 문의해 주세요.',
    'A fault of the program ended the connection.',
    'Send again. If this goes on, please send us the log.',
  ],
} as const satisfies Record<string, Row>;

export type DiagnosisCode = keyof typeof TABLE;

export const DIAGNOSIS_CODES = Object.keys(TABLE) as DiagnosisCode[];

export function diagnosis(code: DiagnosisCode): Diagnosis {
  const [level, approvable, ko, nextKo, en, nextEn] = TABLE[code];
  return { level, approvable, what: { ko, en }, next: { ko: nextKo, en: nextEn } };
}
