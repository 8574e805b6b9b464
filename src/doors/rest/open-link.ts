/** Links of the EMR (`/open?accession=…` or `?patientId=…`): to the viewer, to the list, or to a page that explains. */
import type { Response } from 'express';
import { identityIn } from '../../accounts/request-locals.ts';
import type { RestDeps, RestHandlers } from './deps.ts';
import { type Exchange, raw } from './exchange.ts';
import { OpenQuery } from './schemas/studies.ts';

export function openLink({ archive, audit }: RestDeps): Pick<RestHandlers, 'GET /open'> {
  const record = ({ locals }: Exchange, patientId: string | undefined, matches: number) => {
    const { address, door } = locals.source;
    const who = identityIn(locals).userName;
    audit.record({ who, action: 'query', from: address, door, patientId, detail: `open: ${matches}`, outcome: 'ok' });
  };
  return {
    'GET /open': raw(async (exchange) => {
      const { request, response } = exchange;
      const asked = OpenQuery.safeParse(request.query);
      if (!asked.success) return sendPage(response, 400, WRONG);
      const { accession, patientId, date } = asked.data;
      const day = date?.replace(/\D/g, '');
      const studies = await archive.searchStudies({
        limit: 2,
        ...(accession ? { accessionNumber: accession } : {}),
        ...(patientId ? { patientId } : {}),
        ...(day ? { from: day, to: day } : {}),
      });
      const [study] = studies;
      record(exchange, study?.patientId ?? patientId, studies.length);
      if (!study) return sendPage(response, 404, NONE);
      if (studies.length === 1) {
        return response.redirect(302, `/viewer/viewer?StudyInstanceUIDs=${encodeURIComponent(study.studyInstanceUid)}`);
      }
      // Behind '#': the browser keeps it to itself, so that it reaches no log.
      return response.redirect(302, `/#find=${encodeURIComponent(accession || patientId || '')}`);
    }),
  };
}

interface Words {
  title: string;
  ko: string;
  en: string;
}

const NONE: Words = {
  title: '검사를 찾을 수 없습니다',
  ko: '이 접수번호나 등록번호로 받은 영상이 아직 없습니다. 촬영이 끝났는지, 장비가 영상을 보냈는지 확인해 주세요.',
  en: 'No images have arrived for this accession number or patient ID yet. Please check that the modality has sent them.',
};

const WRONG: Words = {
  title: '주소가 올바르지 않습니다',
  ko: '/open?accession=접수번호 또는 /open?patientId=등록번호 형식으로 열어 주세요. EMR 담당자에게 알려 주세요.',
  en: 'Please use /open?accession=… or /open?patientId=…. The EMR vendor can correct the link.',
};

function sendPage(response: Response, status: number, { title, ko, en }: Words): void {
  response
    .status(status)
    .type('html')
    .send(`<!doctype html>
<html lang="ko"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title></head>
<body><main><h1>${title}</h1><p>${ko}</p><p lang="en">${en}</p><p><a href="/">검사 목록 / Studies</a></p></main></body></html>
`);
}
