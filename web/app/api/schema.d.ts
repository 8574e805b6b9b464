/** Types of the appliance's API in the shape openapi-typescript writes. */
type Json<T> = { headers: { [name: string]: unknown }; content: { 'application/json': T } };
type Failure = { default: Json<components['schemas']['Problem']> };
type Get<T, Q = never, P = never> = {
  parameters: { query?: Q; header?: never; path: P; cookie?: never };
  requestBody?: never;
  responses: { 200: Json<T> } & Failure;
};
type Post<B, T, P = never> = {
  parameters: { query?: never; header?: never; path: P; cookie?: never };
  requestBody: { content: { 'application/json': B } };
  responses: { 200: Json<T> } & Failure;
};
type PostNothing<T> = {
  parameters: { query?: never; header?: never; path?: never; cookie?: never };
  requestBody?: never;
  responses: { 200: Json<T> } & Failure;
};
type Free<O extends { parameters: unknown }> = Omit<O, 'parameters'> & {
  parameters: { query?: never; header?: never; path?: never; cookie?: never };
};

export interface paths {
  '/api/session': { get: Free<Get<components['schemas']['Session']>> };
  '/api/login': { post: Free<Post<{ name: string; password: string }, { identity: components['schemas']['Identity'] }>> };
  '/api/logout': { post: PostNothing<Record<string, never>> };
  '/api/first-run': {
    get: Free<Get<{ needed: boolean }>>;
    post: Free<
      Post<
        { token: string; name: string; displayName?: string; password: string },
        { identity: components['schemas']['Identity'] }
      >
    >;
  };
  '/api/studies/search': { post: Free<Post<components['schemas']['StudySearch'], components['schemas']['StudyPage']>> };
  '/api/studies/{id}': { get: Get<components['schemas']['StudyRow'], never, { id: number }> };
  '/api/status': { get: Free<Get<components['schemas']['Status']>> };
  '/api/attention': { get: Free<Get<components['schemas']['Attention']>> };
  '/api/backup': { get: Free<Get<components['schemas']['Backup']>> };
  '/api/backup/run': { post: PostNothing<Record<string, never>> };
  '/api/users': {
    get: Free<Get<{ users: components['schemas']['User'][] }>>;
    post: Free<Post<components['schemas']['NewUser'], components['schemas']['User']>>;
  };
  '/api/users/{name}': {
    patch: Post<
      { displayName?: string; role?: components['schemas']['Role']; enabled?: boolean; password?: string },
      components['schemas']['User'],
      { name: string }
    >;
  };
  '/api/access-log': {
    get: {
      parameters: { query?: { limit?: number; before?: string }; header?: never; path?: never; cookie?: never };
      requestBody?: never;
      responses: { 200: Json<components['schemas']['AccessLog']> } & Failure;
    };
  };
}

export interface components {
  schemas: {
    Problem: {
      code: string;
      message: { ko: string; en: string };
      detail?: string;
      errors?: { [field: string]: { ko: string; en: string } };
    };
    Role: 'administrator' | 'viewer';
    Identity: { userName: string; displayName: string; role: components['schemas']['Role']; permissions: string[] };
    Session: {
      identity: components['schemas']['Identity'] | null;
      clinic: { name: string; timeZone: string };
      firstRun: boolean;
    };
    PersonName: { alphabetic: string; ideographic: string; phonetic: string };
    StudyRow: {
      id: number;
      studyInstanceUid: string;
      patientId: string;
      patientName: components['schemas']['PersonName'];
      birthDate: string;
      sex: string;
      studyDate: string;
      studyTime: string;
      description: string;
      accessionNumber: string;
      modalities: string[];
      seriesCount: number;
      instanceCount: number;
      receivedAt: string;
      lastReceivedAt: string;
    };
    StudySearch: {
      text?: string;
      from?: string;
      to?: string;
      arrivedSince?: string;
      modalities?: string[];
      limit?: number;
      after?: string;
    };
    StudyPage: {
      rows: components['schemas']['StudyRow'][];
      after: string | null;
      head: { epoch: string; seq: number };
    };
    Status: {
      version: string;
      startedAt: string;
      clinic: { name: string; timeZone: string };
      dicom: { aeTitle: string; addresses: string[]; port: number; tlsPort: number | null };
      storage: {
        freeBytes: number;
        totalBytes: number;
        warnBelowBytes: number;
        refuseBelowBytes: number;
        state: 'ok' | 'low' | 'full';
      };
      studies: number;
      instances: number;
      attention: number;
      index: 'ready' | 'rebuilding';
    };
    Attention: {
      quarantine: {
        id: string;
        receivedAt: string;
        callingAe: string;
        peerAddress: string;
        code: string;
        message?: { ko: string; en: string };
        detail: string;
        size: number;
      }[];
      instances: {
        fileId: string;
        receivedAt: string;
        callingAe: string;
        peerAddress: string;
        patientId: string;
        patientName: components['schemas']['PersonName'];
        studyInstanceUid: string;
        sopInstanceUid: string;
        current: { patientId: string; patientName: components['schemas']['PersonName'] } | null;
      }[];
    };
    Backup: {
      running: { phase: string; doneBytes: number; totalBytes: number; startedAt: string } | null;
      next: string | null;
      targets: { name: string; kind: string; path: string; state: 'ready' | 'missing' | 'full' }[];
      runs: {
        id: string;
        startedAt: string;
        endedAt: string | null;
        trigger: 'night' | 'hand' | 'start';
        outcome: 'ok' | 'failed' | 'running';
        code?: string;
        message?: { ko: string; en: string };
        instances: number;
        bytes: number;
        target: string;
      }[];
    };
    User: {
      name: string;
      displayName: string;
      role: components['schemas']['Role'];
      enabled: boolean;
      lastLoginAt: string | null;
    };
    NewUser: { name: string; displayName: string; role: components['schemas']['Role']; password: string };
    AccessLog: {
      rows: {
        id: string;
        at: string;
        who: string;
        action: string;
        from: string;
        door: string;
        outcome: 'ok' | 'refused';
        patientId: string | null;
        studyInstanceUid: string | null;
        detail: string | null;
      }[];
      after: string | null;
    };
  };
}
