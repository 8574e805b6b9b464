import { SetupError } from '../../installer/setup/setup-error.mjs';

/** The main script; the others are chunks and workers. */
const APP = /^app\.bundle\.\w+\.js$/;

/**
 * Every change that we make to the viewer's published build. Each one must find its anchor in exactly `files` files,
 * once (or `times`) in each: after an upgrade of the viewer a moved anchor stops the build instead of making a viewer that half works.
 *
 * @param {string} base address of the folder with the viewer's files, e.g. `/viewer/b-1234/`
 */
function patchesFor(base) {
  return [
    {
      why: 'the public path is baked into the build as /',
      in: /\.js$/,
      files: 8,
      find: '__webpack_require__.p = "/"',
      put: `__webpack_require__.p = "${base}"`,
    },
    {
      why: 'the font lies in our folder',
      in: /^app\.bundle\.css$/,
      files: 1,
      times: 5,
      find: 'url(/a34f9d1faa5f3315.woff2)',
      put: `url(${base}a34f9d1faa5f3315.woff2)`,
    },
    {
      why: 'words in further languages come from app-config.js',
      in: APP,
      files: 1,
      find: '  ...test_LNG\n});',
      put: '  ...(window.config.locales ?? {})\n});',
    },
    {
      why: 'the language is the one that app-config.js laid down, whatever the browser or an old cookie says',
      in: APP,
      files: 1,
      find: "order: ['querystring', 'cookie', 'localStorage', 'navigator', 'htmlTag', 'path', 'subdomain'],",
      put: "order: ['localStorage'],",
    },
    {
      why: 'as above, no cookie is left behind',
      in: APP,
      files: 1,
      find: "caches: ['localStorage', 'cookie'],",
      put: "caches: ['localStorage'],",
    },
    {
      why: 'the header leads back to our study list',
      in: /^89\.bundle/,
      files: 1,
      find: 'isReturnEnabled: !!appConfig.showStudyList,\n    onClickReturnButton: onClickReturnButton,',
      put: 'isReturnEnabled: true,\n    onClickReturnButton: window.config.clinic.leave,',
    },
    {
      why: 'names are shown in Hangul where they have it (display only: what is saved keeps all groups)',
      in: APP,
      files: 1,
      find: 'let nameToUse = name.Alphabetic ?? name;',
      put: 'let nameToUse = window.config.clinic.displayName(name) ?? name.Alphabetic ?? name;',
    },
    {
      why: 'the title of an error has no "false" behind it',
      in: APP,
      files: 1,
      find: '!isProduction && ` ',
      put: "isProduction ? '' : ` ",
    },
    {
      why: 'a report with a number without unit is shown all the same',
      in: /^9068\.bundle/,
      files: 1,
      find: '} = MeasurementUnitsCodeSequence;',
      put: "} = MeasurementUnitsCodeSequence ?? { CodeValue: '' };",
    },
    {
      why: 'a report with an item without name is shown all the same',
      in: /^9068\.bundle/,
      files: 1,
      find: 'CodeValue,\n    CodeMeaning\n  } = ConceptNameCodeSequence;',
      put: 'CodeValue,\n    CodeMeaning\n  } = ConceptNameCodeSequence ?? {};',
    },
    {
      why: 'the page may not make code of text (workers of the viewer may)',
      in: /^(2493|9383|app)\.bundle/,
      files: 3,
      find: 'function compileConstructor(dtype, dimension) {',
      put: [
        'function compileConstructor(dtype, dimension) {',
        "if (typeof window !== 'undefined')",
        'return window.config.clinic.arrayView(dtype, dimension, CACHED_CONSTRUCTORS[dtype]);',
      ].join('\n'),
    },
    {
      why: 'Hangul comes from our font where the PC has none',
      in: /^app\.bundle\.css$/,
      files: 1,
      times: 5,
      find: 'font-family:Inter,',
      put: 'font-family:Inter,"Pretendard Variable",',
    },
    ...saveDialogPatches(),
    {
      why: 'measurements are saved only by those who may store',
      in: /^89\.bundle/,
      files: 1,
      find: 'onClick: e => {\n      e.stopPropagation();\n      if (actions?.createSR) {',
      put: [
        'disabled: !window.config.clinic.may.store,',
        'title: window.config.clinic.may.store ? undefined : window.config.clinic.words.mayNotStore,',
        'onClick: e => {\n      e.stopPropagation();\n      if (actions?.createSR) {',
      ].join('\n'),
    },
    {
      why: 'a study that is not there gets a sentence in the language of the page',
      in: APP,
      files: 1,
      find: '"One or more of the requested studies are not available at this time."',
      put: 'window.config.clinic.studyMissing(react)',
    },
    {
      why: 'as above, server not reached',
      in: APP,
      files: 1,
      find: "message = 'Unable to query for studies at this time. Check your data source configuration or network connection'",
      put: 'message = window.config.clinic.words.serverMissing',
    },
    {
      why: 'as above, unknown address',
      in: APP,
      files: 1,
      find: 'message = "We can\'t find the page you\'re looking for."',
      put: 'message = window.config.clinic.words.pageMissing',
    },
  ];
}

/** The dialog that saves measurements has its words in the code. */
function saveDialogPatches() {
  const word = (find, put, times = 1) => ({
    why: 'the dialog that saves measurements speaks the language of the page',
    ...{ in: /^89\.bundle/, files: 1, times, find, put },
  });
  const words = 'window.config.clinic.words';
  const label = 'className: "mb-1 pl-1 text-base"\n  }, ';
  return [
    word("  title = 'Create Report',", `  title = ${words}.saveMeasurements,`),
    word("defaultSaveTitle = 'Create Report'", `defaultSaveTitle = ${words}.saveMeasurements`),
    word("title: 'Create Report',", `title: ${words}.saveMeasurements,`, 2),
    word('message: successMessage ??', `message: successMessage ?? ${words}.saved ??`),
    word("label: 'Create new series'", `label: ${words}.newSeries`),
    word(`${label}"Series")`, `${label}${words}.series)`, 2),
    word('placeholder: "Report name"', `placeholder: ${words}.reportName`),
    word('}, "Save"))))));', `}, ${words}.save))))));`),
  ];
}

/** Changes the texts of `files` (name → text) in place. Throws a SetupError naming the first anchor that moved. */
export function applyPatches(files, base) {
  for (const { why, in: where, files: expected, times = 1, find, put } of patchesFor(base)) {
    let found = 0;
    for (const [name, text] of files) {
      if (!where.test(name)) continue;
      const parts = text.split(find);
      if (parts.length === 1) continue;
      if (parts.length - 1 !== times) throw movedAnchor(why, `${find} stands ${parts.length - 1} times in ${name}`);
      files.set(name, parts.join(put));
      found += 1;
    }
    if (found !== expected) throw movedAnchor(why, `${find} found in ${found} files instead of ${expected}`);
  }
}

/** The viewer's page without the links to dropped files, its own ones moved to `base`, in Korean. */
export function patchPage(html, base) {
  const steps = [
    {
      find: /<meta name="(application-name|(apple-)?mobile-web-app-[\w-]+|msapplication-\w+|apple-mobile-web-app-[\w-]+)"[^>]*>/g,
      put: '',
    },
    {
      find: /<link rel="(manifest|apple-touch-icon|apple-touch-startup-image|yandex-tableau-widget|icon)"[^>]*>/g,
      put: '',
    },
    { find: /<script[^>]*src="\/init-service-worker\.js"><\/script>/, put: '' },
    { find: 'href="/assets/favicon.ico"', put: `href="${base}assets/favicon.ico"` },
    { find: '<html lang="en">', put: '<html lang="ko">' },
    { find: '<title>OHIF Viewer</title>', put: '<title>영상 보기</title>' },
    { find: /window\.PUBLIC_URL="\/"/g, put: `window.PUBLIC_URL="${base}"` },
    { find: /(src|href)="\/(app-config\.js|app\.bundle\.)/g, put: `$1="${base}$2` },
  ];
  const page = steps.reduce((text, { find, put }) => {
    const changed = text.replace(find, put);
    if (changed === text) throw movedAnchor('index.html', String(find));
    return changed;
  }, html);
  const left = /(?:src|href|URL)="?(\/(?!viewer\/)[^"]*)"/.exec(page);
  if (left !== null) throw movedAnchor('index.html', `still names ${left[1]}`);
  return page;
}

/** The failure for a viewer's build that is not as this recipe expects. */
export function movedAnchor(why, detail) {
  return new SetupError(
    '영상 뷰어(OHIF)의 내용이 예상과 다릅니다. web/viewer/patches.mjs를 새 버전에 맞춰야 합니다.',
    `A patch of the viewer does not fit this version (${why}). Adjust web/viewer/patches.mjs.`,
    detail,
  );
}
