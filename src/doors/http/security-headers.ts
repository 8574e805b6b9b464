/** The headers of every answer. Answers may be about patients unless a route says otherwise: nobody keeps them. */
import type { RequestHandler } from 'express';
import helmet from 'helmet';
import { DATA_POLICY } from './content-security-policy.ts';

/**
 * Cross-Origin-Opener-Policy and Origin-Agent-Cluster stay away: over plain HTTP browsers ignore them with a warning,
 * and the viewer stays blank under cross-origin isolation. Strict-Transport-Security belongs to HTTPS.
 */
const COMMON = helmet({
  contentSecurityPolicy: false,
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  strictTransportSecurity: false,
  referrerPolicy: { policy: 'same-origin' },
});

export function securityHeaders(): RequestHandler {
  return (request, response, next) => {
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('Content-Security-Policy', DATA_POLICY);
    COMMON(request, response, next);
  };
}
