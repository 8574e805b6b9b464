/** 인증서: what PCs and devices have to install, and how to tell that it is ours. Public: it is what we show everybody. */
import { X509Certificate } from 'node:crypto';
import type { RestDeps, RestHandlers } from './deps.ts';
import { json, raw } from './exchange.ts';
import { CertificatesView } from './schemas/upkeep.ts';

type CertificateRoutes = Pick<RestHandlers, 'GET /api/certificates' | 'GET /api/certificates/authority.crt'>;

export function certificateRoutes({ certificates }: RestDeps): CertificateRoutes {
  return {
    'GET /api/certificates': json(CertificatesView, () => ({
      authority: view(certificates.authority),
      server: view(certificates.server.certificate),
    })),

    'GET /api/certificates/authority.crt': raw(({ response }) => {
      response.setHeader('Content-Disposition', 'attachment; filename="clinicpacs-authority.crt"');
      response.type('application/x-x509-ca-cert').send(Buffer.from(certificates.authority));
    }),
  };
}

function view(pem: string) {
  const { subject, fingerprint256, validFromDate, validToDate, subjectAltName } = new X509Certificate(pem);
  return {
    subject: subject.replaceAll('\n', ', '),
    fingerprint: fingerprint256,
    validFrom: validFromDate.toISOString(),
    validTo: validToDate.toISOString(),
    names: (subjectAltName ?? '').split(', ').flatMap((name) => /^(?:DNS|IP Address):(.*)$/.exec(name)?.[1] ?? []),
  };
}
