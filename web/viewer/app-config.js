// Settings of the image viewer (OHIF). The preparation step puts the Korean words (ko.json) before this file as
// `window.viewerLocales`, as one script.

(() => {
  const KOREAN = /[가-힣]/;
  const korean = chooseLanguage() === 'ko';
  const words = korean
    ? {
        studyList: '검사 목록',
        notice: '참고용 · 허가받은 의료기기가 아님',
        studyMissing: '검사를 찾을 수 없거나 아직 볼 수 없습니다.',
        serverMissing: '서버에 연결하지 못했습니다. 네트워크를 확인하고 다시 열어 주세요.',
        pageMissing: '찾는 화면이 없습니다.',
        saveMeasurements: '측정 저장',
        saved: '측정을 저장했습니다.',
        newSeries: '새 시리즈',
        series: '시리즈',
        reportName: '이름',
        save: '저장',
        mayNotStore: '측정을 저장할 권한이 없습니다. 관리자에게 문의해 주세요.',
      }
    : {
        studyList: 'Study list',
        notice: 'For reference · not an approved medical device',
        studyMissing: 'The study was not found or cannot be shown yet.',
        serverMissing: 'The server cannot be reached. Check the network and open the study again.',
        pageMissing: 'There is no such page.',
        saveMeasurements: 'Save measurements',
        saved: 'The measurements were saved.',
        newSeries: 'New series',
        series: 'Series',
        reportName: 'Name',
        save: 'Save',
        mayNotStore: 'You are not allowed to save measurements. Please ask an administrator.',
      };

  // Who may not store does not get as far as a refusal. The server checks again.
  const may = { store: false };
  fetch('/api/session')
    .then((answer) => answer.json())
    .then(({ identity }) => {
      may.store = identity?.permissions.includes('images.store') === true;
    })
    .catch(() => undefined);

  // The viewer has no study list of its own: ours is the way in.
  if (/^\/viewer\/?$/.test(location.pathname)) location.replace('/');
  document.documentElement.lang = korean ? 'ko' : 'en';

  window.config = {
    routerBasename: '/viewer',
    extensions: [],
    modes: [],
    showStudyList: false,
    showPatientInfo: 'visible',
    // The notice stands in the header for good, so the dialog that can be clicked away is not needed.
    investigationalUseDialog: { option: 'never' },
    customizationService: { 'ohif.tours': { $set: [] } },
    locales: window.viewerLocales,
    whiteLabeling: { createLogoComponentFn: studyListLink },
    maxNumberOfWebWorkers: 3,
    // HTTP/1.1: a browser opens six connections to one host; more requests would only queue before the urgent ones.
    maxNumRequests: { interaction: 100, thumbnail: 4, prefetch: 6 },
    measurementTrackingMode: 'simplified',
    disableConfirmationPrompts: true,
    showWarningMessageForCrossOrigin: false,
    showCPUFallbackMessage: true,
    showLoadingIndicator: true,
    strictZSpacingForVolumeViewport: true,
    showErrorDetails: 'production',
    defaultDataSourceName: 'pacs',
    dataSources: [
      {
        namespace: '@ohif/extension-default.dataSourcesModule.dicomweb',
        sourceName: 'pacs',
        configuration: {
          friendlyName: 'PACS',
          name: 'pacs',
          wadoUriRoot: '/dicom-web',
          qidoRoot: '/dicom-web',
          wadoRoot: '/dicom-web',
          qidoSupportsIncludeField: true,
          supportsFuzzyMatching: false,
          supportsWildcard: true,
          imageRendering: 'wadors',
          thumbnailRendering: 'thumbnail',
          thumbnailRequestStrategy: 'fetch',
          enableStudyLazyLoad: true,
          dicomUploadEnabled: false,
          singlepart: 'bulkdata,pdf,video',
          bulkDataURI: { enabled: true },
          omitQuotationForMultipartRequest: true,
        },
      },
    ],
    httpErrorHandler,
    // Read by our patches of the viewer's code (see patches.mjs).
    clinic: { words, may, arrayView, displayName, studyMissing, leave: () => location.assign('/') },
  };

  /** The language of our pages, Korean unless chosen otherwise there, handed on to the viewer by its own key. */
  function chooseLanguage() {
    const language = localStorage.getItem('clinicpacs.language') === 'en' ? 'en-US' : 'ko';
    localStorage.setItem('i18nextLng', language);
    return language;
  }

  /** A session that ended leads to the login page and from there back to the same study. */
  function httpErrorHandler(error) {
    if (error?.status !== 401) return;
    location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
  }

  /** The Hangul group of a person name (PS3.5 section 6.2) as Koreans write it; undefined when there is none. */
  function displayName(name) {
    const value = Array.isArray(name) ? name[0] : name;
    const groups = [value?.Alphabetic, value?.Phonetic, value?.Ideographic];
    const hangul = groups.find((group) => typeof group === 'string' && KOREAN.test(group));
    return hangul?.replaceAll('^', '').trim();
  }

  /** What stands at the left of the header in place of the logo: the way back, and the notice. */
  function studyListLink(react) {
    const line = (key, style, text) => react.createElement('div', { key, style }, text);
    return react.createElement('div', { className: 'leading-tight text-foreground' }, [
      line('list', { fontSize: 14 }, words.studyList),
      line('notice', { fontSize: 11, opacity: 0.7, whiteSpace: 'nowrap' }, words.notice),
    ]);
  }

  /** The page for a study that cannot be shown, with the way back. */
  function studyMissing(react) {
    const style = { textDecoration: 'underline' };
    return [words.studyMissing, ' ', react.createElement('a', { key: 'list', href: '/', style }, words.studyList)];
  }
})();
