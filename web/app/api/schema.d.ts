// Made by web/app/api/generate.mjs from the server's OpenAPI document.

export interface paths {
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** 프로그램이 살아 있는지 / Is the program alive */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Health"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** 로그인 / Log in */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["LogIn"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["LoggedIn"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** 로그아웃 / Log out */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** 로그인한 사람 / Who is logged in */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Session"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** 자기 비밀번호 바꾸기 / Change the own password */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["OwnPassword"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/first-run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** 첫 관리자가 필요한지 / Is a first administrator needed */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["FirstRunState"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** 첫 관리자 만들기 / Create the first administrator */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["FirstAdministrator"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["LoggedIn"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/studies/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * 검사 찾기 / Search studies
         * @description 권한 / permission: images.view
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["StudySearch"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["StudyPage"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/studies/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * 검사 하나 / One study
         * @description 권한 / permission: images.view
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["StudyDetail"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/studies/{id}/thumbnail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * 작은 그림 / Small picture
         * @description 권한 / permission: images.view
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "image/jpeg": unknown;
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/studies/{id}/images": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * 빠른 보기의 영상 차례 / Images of a study in reading order
         * @description 권한 / permission: images.view
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["StudyImages"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/studies/{id}/images/{sopInstanceUid}/frames/{frame}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * 영상 한 장의 정보 / What is known of a frame beside its pixels
         * @description 권한 / permission: images.view
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                    sopInstanceUid: string;
                    frame: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["FrameFacts"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/studies/{id}/images/{sopInstanceUid}/frames/{frame}/values": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Modality LUT를 지난 값 / Values after the Modality LUT, little endian, scaled down; the header X-Pixel-Values has their type, width, height, window and whether white is low
         * @description 권한 / permission: images.view
         */
        get: {
            parameters: {
                query?: {
                    side?: number;
                };
                header?: never;
                path: {
                    id: number;
                    sopInstanceUid: string;
                    frame: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/octet-stream": unknown;
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * 바뀐 것 알림 (SSE) / Changed studies: event 'change' with { epoch, seq, studyIds }; connections to the DICOM ports: event 'attempts', to be read by GET /api/attempts; event 'ping'
         * @description 권한 / permission: images.view
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/event-stream": unknown;
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/open": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * EMR에서 여는 주소 / Link of an EMR: leads to the viewer, to the list, or to the login; 404 is a page that explains
         * @description 권한 / permission: images.view
         */
        get: {
            parameters: {
                query?: {
                    accession?: string;
                    patientId?: string;
                    date?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Found */
                302: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/html": unknown;
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** 상태 / State of the appliance */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Status"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/attention": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * 확인 필요 / What staff should look at
         * @description 권한 / permission: attention.view
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Attention"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/instances": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * 영상의 모든 판 / Every version of an instance
         * @description 권한 / permission: images.download
         */
        get: {
            parameters: {
                query: {
                    SOPInstanceUID: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Versions"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/instances/{fileId}/file": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * 파일 내려받기 (DICOM Part 10) / Download as DICOM Part 10
         * @description 권한 / permission: images.download
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    fileId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/dicom": unknown;
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/quarantine/{id}/file": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * 격리된 파일을 받은 그대로 / Quarantined bytes as received
         * @description 권한 / permission: images.download
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/octet-stream": unknown;
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/backup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * 백업 상태 / State of the backup
         * @description 권한 / permission: backup.view
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Backup"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/backup/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * 지금 백업 / Back up now
         * @description 권한 / permission: backup.run
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/backup/alarm/acknowledge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * 랜섬웨어 경보 확인 / Let backups go on after a ransomware alarm, when all was examined
         * @description 권한 / permission: backup.run
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        id: string;
                    };
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/backup/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * 백업 암호화 열쇠 만들기 / Make keys for encrypted backups; they count when they are confirmed
         * @description 권한 / permission: settings.manage
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["BackupKeys"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        /**
         * 새 디스크는 암호화하지 않음 / New disks are not encrypted
         * @description 권한 / permission: settings.manage
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/backup/keys/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * 열쇠를 보관했음을 확인하고 암호화 시작 / The keys are kept: new disks are encrypted from now on
         * @description 권한 / permission: settings.manage
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        ending: string;
                    };
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/backup/look": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * 백업 들여다보기 / Which studies a backup holds, without restoring anything; on record
         * @description 권한 / permission: backup.restore
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description `path` of one of the targets */
                        target: string;
                        /** @description A Patient ID, a Study Instance UID, or a part of a name; all when empty */
                        text: string;
                    };
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["BackedUpStudies"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/backup/put-back": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * 없어지거나 손상된 영상을 백업에서 되살리기 / Put back what is gone or damaged here; answers when it is done
         * @description 권한 / permission: backup.restore
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description `path` of one of the targets */
                        target: string;
                        patientId?: string;
                        studyInstanceUid?: string;
                        sopInstanceUid?: string;
                    };
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PutBackResult"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/backup/disks/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * 없앤 백업 디스크를 목록에서 빼기 / Forget a backup disk that was retired
         * @description 권한 / permission: settings.manage
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    number: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/backup/notices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * 백업 알림 설정 / Who hears of backups that fail
         * @description 권한 / permission: settings.manage
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["BackupNotices"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        /**
         * 백업 알림 바꾸기 / Change it; counts at once
         * @description 권한 / permission: settings.manage
         */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["BackupNotices"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["BackupNotices"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/backup/notices/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * 알림 시험 / Send a test message
         * @description 권한 / permission: settings.manage
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["BackupNoticesTested"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * 오더 목록 / Orders
         * @description 권한 / permission: orders.manage
         */
        get: {
            parameters: {
                query?: {
                    from?: string;
                    to?: string;
                    status?: "scheduled" | "in-progress" | "completed" | "discontinued" | "cancelled";
                    modality?: string;
                    patientId?: string;
                    accessionNumber?: string;
                    orderNumber?: string;
                    /** @description 100 unless given */
                    limit?: number;
                    /** @description `after` of the page before */
                    after?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OrderPage"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /**
         * 오더 만들기 또는 바꾸기 / Make an order, or change the one with this order number
         * @description 권한 / permission: orders.manage
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewOrder"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["OrderPut"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * 오더 하나 / One order
         * @description 권한 / permission: orders.manage
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Order"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * 오더 바꾸기 / Change fields of an order that has not begun
         * @description 권한 / permission: orders.manage
         */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["OrderChange"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Order"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/orders/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * 오더 취소 / Cancel an order that has not begun
         * @description 권한 / permission: orders.manage
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Order"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/commitments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * 저장 확인 목록 / Storage commitment, both sides
         * @description 권한 / permission: devices.view
         */
        get: {
            parameters: {
                query?: {
                    side?: "scp" | "scu";
                    state?: "checking" | "reporting" | "confirmed" | "asking" | "awaiting" | "reported" | "given-up";
                    /** @description 100 unless given */
                    limit?: number;
                    /** @description Only those with a smaller id */
                    before?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CommitmentList"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/commitments/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * 저장 확인 하나 / One transaction with the result of each instance
         * @description 권한 / permission: devices.view
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CommitmentWithResults"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/attempts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * 장비 연결 기록 / Connections to the DICOM ports, with diagnosis and next step
         * @description 권한 / permission: settings.manage
         */
        get: {
            parameters: {
                query?: {
                    /** @description true: without the ones that are well */
                    failed?: "true" | "false";
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AttemptList"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/attempts/{id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * 장비 승인 / Approve the device of an attempt; it counts for its next connection
         * @description 권한 / permission: settings.manage
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Approval"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Device"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * 승인한 장비 / Approved devices
         * @description 권한 / permission: devices.view
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DeviceList"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /**
         * 장비 추가 / Add a device
         * @description 권한 / permission: settings.manage
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewDevice"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Device"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * 장비 바꾸기 / Replace a device
         * @description 권한 / permission: settings.manage
         */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewDevice"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Device"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        post?: never;
        /**
         * 장비 지우기 / Remove a device
         * @description 권한 / permission: settings.manage
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Done"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{id}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * 연결 확인 (C-ECHO) / Does the device answer
         * @description 권한 / permission: settings.manage
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ConnectionTest"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/send": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * 검사를 다른 장비로 보내기 (C-STORE) / Send a study to a device; progress by GET /api/transfers/:id
         * @description 권한 / permission: images.exchange
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SendRequest"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Transfer"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{id}/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * 다른 PACS에서 검사 찾기 (C-FIND) / Which studies another PACS has
         * @description 권한 / permission: images.exchange
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["RemoteSearch"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["RemoteStudies"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/devices/{id}/fetch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * 다른 PACS에서 검사 가져오기 (C-MOVE, C-GET) / Have a study sent to us
         * @description 권한 / permission: images.exchange
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["FetchRequest"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Transfer"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/transfers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * 보내기·가져오기 목록 / Transfers since the start of the program, newest first
         * @description 권한 / permission: images.exchange
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TransferList"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/transfers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * 보내기·가져오기 하나 / One transfer
         * @description 권한 / permission: images.exchange
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Transfer"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/transfers/{id}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * 보내기·가져오기 멈추기 / Stop a transfer between two images
         * @description 권한 / permission: images.exchange
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Transfer"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/certificates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** 인증서: 지문과 기한 / Our certificates: fingerprints, expiry, names */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Certificates"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/certificates/authority.crt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** 인증 기관(CA) 인증서 내려받기 / The certificate of our authority, to be installed on PCs and devices */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/x-x509-ca-cert": unknown;
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * 사용자 목록 / Users
         * @description 권한 / permission: users.manage
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["UserList"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /**
         * 사용자 추가 / Add a user
         * @description 권한 / permission: users.manage
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["NewUser"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["User"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * 사용자 바꾸기 / Change a user
         * @description 권한 / permission: users.manage
         */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["UserChange"];
                };
            };
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["User"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/access-log": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * 접속기록 / Access log
         * @description 권한 / permission: audit.view
         */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    /** @description `after` of the page before */
                    before?: string;
                    from?: string;
                    to?: string;
                    who?: string;
                    patientId?: string;
                    studyInstanceUid?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AccessLog"];
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** 이 문서 / This document */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description OK */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            [key: string]: unknown;
                        };
                    };
                };
                /** @description Problem */
                default: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        LogIn: {
            name: string;
            password: string;
        };
        /** @description The password as it is, and the new one */
        OwnPassword: {
            before: string;
            password: string;
        };
        FirstAdministrator: {
            /** @description From the one-time link that start-up prints */
            token: string;
            name: string;
            displayName?: string;
            password: string;
        };
        StudySearch: {
            /** @description Part of a name (any script, 초성 too), Patient ID or Accession Number */
            text?: string;
            /** @description YYYYMMDD */
            from?: string;
            /** @description YYYYMMDD */
            to?: string;
            /**
             * Format: date-time
             * @description Studies that arrived since then match too, whatever their date; newest arrival first
             */
            arrivedSince?: string;
            modalities?: string[];
            /** @description 100 unless given */
            limit?: number;
            /** @description `after` of the page before */
            after?: string;
        };
        BackupNotices: {
            /** @description Hours without a good backup after which it is told */
            afterHours: number;
            mail: {
                host: string;
                port: number;
                /** @enum {string} */
                security: "starttls" | "tls" | "none";
                user?: string;
                /** @description Never shown: ******** stands for one that is kept */
                password?: string;
                from: string;
                to: string[];
            } | null;
            /** @description Gets { "text": "…" } by POST, as Slack, Teams, Mattermost and Google Chat take it */
            webhook: {
                /** @description Its path may be a secret and is shown as ********; sent back so, it is kept */
                url: string;
            } | null;
        };
        NewOrder: {
            /** @description The EMR's own number: the same number again changes this order instead of making another */
            orderNumber?: string;
            /** @description 접수번호 (0008,0050), at most 16 characters; made when absent */
            accessionNumber?: string;
            /** @description (0040,1001); made when absent */
            requestedProcedureId?: string;
            /** @description (0040,0009); made when absent */
            scheduledProcedureStepId?: string;
            /** @description 등록번호 (0010,0020); needed */
            patientId?: string;
            /** @description (0010,0021) */
            issuerOfPatientId?: string;
            /** @description 환자 이름 (0010,0010); needed; '김희중', 'Kim^Heejung==김^희중' or its groups */
            patientName?: string | {
                alphabetic?: string;
                ideographic?: string;
                phonetic?: string;
            };
            /** @description 생년월일 (0010,0030), YYYYMMDD or YYYY-MM-DD */
            birthDate?: string;
            /** @description 성별 (0010,0040): M, F or O */
            sex?: string;
            /** @description 몸무게 kg (0010,1030) */
            weight?: string;
            /** @description (0010,2000) */
            medicalAlerts?: string;
            /** @description (0010,2110) */
            allergies?: string;
            /** @description (0010,21C0): 1 no, 2 possibly, 3 yes, 4 unknown */
            pregnancyStatus?: string;
            /** @description 검사 이름 (0032,1060); needed */
            description?: string;
            /** @description (0032,1064) */
            procedureCodes?: {
                value: string;
                scheme: string;
                meaning: string;
            }[];
            /** @description (0040,1002) */
            reason?: string;
            /** @description (0040,1003): STAT, HIGH, ROUTINE, MEDIUM or LOW */
            priority?: string;
            /** @description (0008,0090); '김희중', 'Kim^Heejung==김^희중' or its groups */
            referringPhysicianName?: string | {
                alphabetic?: string;
                ideographic?: string;
                phonetic?: string;
            };
            /** @description (0032,1032); '김희중', 'Kim^Heejung==김^희중' or its groups */
            requestingPhysicianName?: string | {
                alphabetic?: string;
                ideographic?: string;
                phonetic?: string;
            };
            /** @description (0032,1033) */
            requestingService?: string;
            /** @description 장비 종류 (0008,0060), e.g. DX, US, CT; needed */
            modality?: string;
            /** @description 장비의 AE 타이틀 (0040,0001); without it the order is for every device */
            stationAeTitle?: string;
            /** @description (0040,0010) */
            stationName?: string;
            /** @description (0040,0011) */
            location?: string;
            /** @description 검사일 (0040,0002), YYYYMMDD or YYYY-MM-DD; today when absent */
            startDate?: string;
            /** @description 검사 시각 (0040,0003), HHMM or HH:MM; any time of the day when absent */
            startTime?: string;
            /** @description (0040,0006); '김희중', 'Kim^Heejung==김^희중' or its groups */
            performingPhysicianName?: string | {
                alphabetic?: string;
                ideographic?: string;
                phonetic?: string;
            };
            /** @description (0040,0007); the name of the procedure when absent */
            stepDescription?: string;
            /** @description (0040,0008) */
            protocolCodes?: {
                value: string;
                scheme: string;
                meaning: string;
            }[];
            /** @description (0040,0400) */
            comments?: string;
        };
        OrderChange: {
            /** @description 접수번호 (0008,0050), at most 16 characters; made when absent */
            accessionNumber?: string;
            /** @description (0040,1001); made when absent */
            requestedProcedureId?: string;
            /** @description (0040,0009); made when absent */
            scheduledProcedureStepId?: string;
            /** @description 등록번호 (0010,0020); needed */
            patientId?: string;
            /** @description (0010,0021) */
            issuerOfPatientId?: string;
            /** @description 환자 이름 (0010,0010); needed; '김희중', 'Kim^Heejung==김^희중' or its groups */
            patientName?: string | {
                alphabetic?: string;
                ideographic?: string;
                phonetic?: string;
            };
            /** @description 생년월일 (0010,0030), YYYYMMDD or YYYY-MM-DD */
            birthDate?: string;
            /** @description 성별 (0010,0040): M, F or O */
            sex?: string;
            /** @description 몸무게 kg (0010,1030) */
            weight?: string;
            /** @description (0010,2000) */
            medicalAlerts?: string;
            /** @description (0010,2110) */
            allergies?: string;
            /** @description (0010,21C0): 1 no, 2 possibly, 3 yes, 4 unknown */
            pregnancyStatus?: string;
            /** @description 검사 이름 (0032,1060); needed */
            description?: string;
            /** @description (0032,1064) */
            procedureCodes?: {
                value: string;
                scheme: string;
                meaning: string;
            }[];
            /** @description (0040,1002) */
            reason?: string;
            /** @description (0040,1003): STAT, HIGH, ROUTINE, MEDIUM or LOW */
            priority?: string;
            /** @description (0008,0090); '김희중', 'Kim^Heejung==김^희중' or its groups */
            referringPhysicianName?: string | {
                alphabetic?: string;
                ideographic?: string;
                phonetic?: string;
            };
            /** @description (0032,1032); '김희중', 'Kim^Heejung==김^희중' or its groups */
            requestingPhysicianName?: string | {
                alphabetic?: string;
                ideographic?: string;
                phonetic?: string;
            };
            /** @description (0032,1033) */
            requestingService?: string;
            /** @description 장비 종류 (0008,0060), e.g. DX, US, CT; needed */
            modality?: string;
            /** @description 장비의 AE 타이틀 (0040,0001); without it the order is for every device */
            stationAeTitle?: string;
            /** @description (0040,0010) */
            stationName?: string;
            /** @description (0040,0011) */
            location?: string;
            /** @description 검사일 (0040,0002), YYYYMMDD or YYYY-MM-DD; today when absent */
            startDate?: string;
            /** @description 검사 시각 (0040,0003), HHMM or HH:MM; any time of the day when absent */
            startTime?: string;
            /** @description (0040,0006); '김희중', 'Kim^Heejung==김^희중' or its groups */
            performingPhysicianName?: string | {
                alphabetic?: string;
                ideographic?: string;
                phonetic?: string;
            };
            /** @description (0040,0007); the name of the procedure when absent */
            stepDescription?: string;
            /** @description (0040,0008) */
            protocolCodes?: {
                value: string;
                scheme: string;
                meaning: string;
            }[];
            /** @description (0040,0400) */
            comments?: string;
        };
        Approval: {
            name: string;
            /** @description store unless given */
            may?: string[];
            /** @description Registers the certificate that the device presented, after it was compared with the device */
            certificateFingerprint?: string;
            /** @description true: its address may change, and is not checked */
            anyAddress?: boolean;
        };
        NewDevice: {
            name: string;
            aeTitle: string;
            /** @description An IP address; 'any': its address is not checked */
            host: string;
            /** @description Where it listens; null: it only calls */
            port?: number | null;
            /** @description store, query, retrieve, worklist */
            may?: string[];
            charset?: string;
            /**
             * @description We call it by TLS. only: its connections without TLS are refused
             * @enum {string}
             */
            tls?: "optional" | "only";
            /** @description PEM: its own certificate or that of its authority; without it, our authority has to have made it */
            certificate?: string;
            /** @description true: after sending images to it, ask it for storage commitment */
            askCommitment?: boolean;
        };
        SendRequest: {
            /** @description `id` of a study */
            studyId: number;
            /** @description `id` of GET /api/devices */
            device: string;
        };
        /** @description At least one key */
        RemoteSearch: {
            patientId?: string;
            /** @description With * and ? as in DICOM */
            patientName?: string;
            accessionNumber?: string;
            /** @description YYYYMMDD */
            from?: string;
            /** @description YYYYMMDD */
            to?: string;
            modality?: string;
        };
        FetchRequest: {
            studyInstanceUid: string;
            /** @description For the record, as the search found it */
            patientId?: string;
            /**
             * @description move unless given: the device has to know our AE title and address; get: it need not
             * @enum {string}
             */
            by?: "move" | "get";
        };
        NewUser: {
            name: string;
            displayName?: string;
            role: components["schemas"]["Role"];
            password: string;
        };
        /** @enum {string} */
        Role: "administrator" | "viewer";
        UserChange: {
            displayName?: string;
            role?: components["schemas"]["Role"];
            enabled?: boolean;
            password?: string;
        };
        Health: {
            /** @constant */
            status: "ok";
        };
        /** @description Every answer with a status of 400 or more */
        Problem: {
            /** @description Name of the failure; fixed */
            code: string;
            message: components["schemas"]["Sentence"];
            detail: string;
            /** @description What is wrong with single fields, by path */
            errors?: {
                [key: string]: components["schemas"]["Sentence"];
            };
        };
        Sentence: {
            ko: string;
            en: string;
        };
        LoggedIn: {
            identity: components["schemas"]["Identity"];
        };
        Identity: {
            userName: string;
            displayName: string;
            role: components["schemas"]["Role"];
            permissions: string[];
        };
        Done: Record<string, never>;
        Session: {
            identity: components["schemas"]["Identity"] | null;
            clinic: components["schemas"]["Clinic"];
            /** @description There is no user yet */
            firstRun: boolean;
        };
        Clinic: {
            name: string;
            timeZone: string;
        };
        FirstRunState: {
            needed: boolean;
        };
        StudyPage: {
            rows: components["schemas"]["StudyRow"][];
            /** @description Token of the next page; null when this was the last */
            after: string | null;
            /** @description Where the change log stood before the rows were read */
            head: {
                epoch: string;
                seq: number;
            };
        };
        StudyRow: {
            id: number;
            studyInstanceUid: string;
            patientId: string;
            patientName: components["schemas"]["PersonName"];
            birthDate: string;
            sex: string;
            studyDate: string;
            studyTime: string;
            description: string;
            accessionNumber: string;
            modalities: string[];
            seriesCount: number;
            instanceCount: number;
            /** Format: date-time */
            receivedAt: string;
            /** Format: date-time */
            lastReceivedAt: string;
        };
        PersonName: {
            alphabetic: string;
            ideographic: string;
            phonetic: string;
        };
        StudyDetail: {
            id: number;
            studyInstanceUid: string;
            patientId: string;
            patientName: components["schemas"]["PersonName"];
            birthDate: string;
            sex: string;
            studyDate: string;
            studyTime: string;
            description: string;
            accessionNumber: string;
            modalities: string[];
            seriesCount: number;
            instanceCount: number;
            /** Format: date-time */
            receivedAt: string;
            /** Format: date-time */
            lastReceivedAt: string;
            series: {
                seriesInstanceUid: string;
                modality: string;
                number: string;
                description: string;
                instanceCount: number;
            }[];
        };
        /** @description Series that have images, in reading order */
        StudyImages: {
            study: components["schemas"]["StudyRow"];
            series: {
                seriesInstanceUid: string;
                modality: string;
                number: string;
                description: string;
                instanceCount: number;
                images: {
                    sopInstanceUid: string;
                    fileId: string;
                    number: string;
                    frames: number;
                    rows: number;
                    columns: number;
                }[];
            }[];
            /** @description Reports, signals and documents: nothing to draw */
            others: number;
        };
        FrameFacts: {
            rows: number;
            columns: number;
            greyscale: boolean;
            /** @description Height and width of a pixel in mm */
            spacing: number[] | null;
            /**
             * @description detector: measured at the detector plane, where a body is magnified; none: millimetres are not known
             * @enum {string}
             */
            spacingKind: "calibrated" | "detector" | "none";
            lossy: boolean;
            windows: {
                center: number;
                width: number;
                /** @enum {string} */
                shape: "LINEAR" | "LINEAR_EXACT" | "SIGMOID";
                name: string;
            }[];
            orientation: string[] | null;
            laterality: string;
            frameTimeMs: number | null;
        };
        Status: {
            version: string;
            /** Format: date-time */
            startedAt: string;
            clinic: components["schemas"]["Clinic"];
            /** @description What to type into a modality */
            dicom: {
                aeTitle: string;
                addresses: string[];
                port: number;
                tlsPort: number | null;
            };
            storage: {
                freeBytes: number;
                totalBytes: number;
                warnBelowBytes: number;
                refuseBelowBytes: number;
                /**
                 * @description full: images are refused, reading goes on
                 * @enum {string}
                 */
                state: "ok" | "low" | "full";
            };
            studies: number;
            instances: number;
            /** @description Things under 확인 필요, quarantined ones included */
            attention: number;
            quarantine: number;
            /** @enum {string} */
            index: "ready" | "rebuilding" | "damaged";
            /** @description In short */
            backup: {
                lastSuccess: string | null;
                lastOutcome: ("ok" | "failed") | null;
                running: boolean;
                /** @description Of the disk that is full first, at the present rate */
                daysUntilFull: number | null;
            };
        };
        Attention: {
            quarantine: {
                id: string;
                /** Format: date-time */
                receivedAt: string;
                /** @description How often the same bytes came */
                times: number;
                callingAe: string;
                peerAddress: string;
                code: string;
                message?: components["schemas"]["Sentence"];
                detail: string;
                size: number;
                sha256: string;
            }[];
            instances: {
                patientId: string;
                patientName: components["schemas"]["PersonName"];
                fileId: string;
                /** Format: date-time */
                receivedAt: string;
                callingAe: string;
                peerAddress: string;
                studyInstanceUid: string;
                sopInstanceUid: string;
                /** @description Whose image stays current */
                current: {
                    patientId: string;
                    patientName: components["schemas"]["PersonName"];
                } | null;
            }[];
            sharedStudies: {
                studyInstanceUid: string;
                studies: {
                    patientId: string;
                    patientName: components["schemas"]["PersonName"];
                    id: number;
                }[];
            }[];
        };
        /** @description Every stored file of one SOP Instance UID, oldest first */
        Versions: {
            instances: {
                fileId: string;
                /**
                 * @description current: what viewers get; prior: replaced by a newer one; attention: kept aside (확인 필요)
                 * @enum {string}
                 */
                role: "current" | "prior" | "attention";
                /** @description Of the data set, hexadecimal */
                sha256: string;
                /** @description Of the data set */
                bytes: number;
                transferSyntaxUid: string;
                sopClassUid: string;
                sopInstanceUid: string;
                seriesInstanceUid: string;
                studyInstanceUid: string;
                patientId: string;
                patientName: components["schemas"]["PersonName"];
                /** Format: date-time */
                receivedAt: string;
                callingAe: string;
                peerAddress: string;
            }[];
        };
        Backup: {
            running: {
                phase: string;
                doneBytes: number;
                totalBytes: number;
                /** Format: date-time */
                startedAt: string;
            } | null;
            next: string | null;
            /** @description When everything was last safe on some target */
            lastSuccess: string | null;
            /** @description Last run good, last restore drill good, every target seen in time */
            green: boolean;
            /** @description Ransomware is suspected; no run begins until it is acknowledged */
            alarm: {
                id: string;
                /** Format: date-time */
                at: string;
                /** @description Of the run that was stopped before it wrote anything */
                target: string;
                /** @description What to do */
                message: components["schemas"]["Sentence"];
                reasons: {
                    path: string;
                    message: components["schemas"]["Sentence"];
                }[];
                sampled: number;
                /** @description Of the sampled stored images */
                changed: number;
                acknowledged: {
                    /** Format: date-time */
                    at: string;
                    who: string;
                } | null;
            } | null;
            /** @description Of disks that are new; a disk that is encrypted stays so */
            encryption: {
                /**
                 * @description waiting: keys were made and are not confirmed yet
                 * @enum {string}
                 */
                state: "off" | "waiting" | "on";
                recipients: {
                    clinic: string;
                    paper: string;
                    drill: string;
                } | null;
                since: string | null;
            };
            /** @description What is wrong at present; the same is sent by mail and to the webhook, once a day */
            warnings: {
                key: string;
                message: components["schemas"]["Sentence"];
            }[];
            /** @description Days in a row on which a restore was proved */
            streak: number;
            targets: {
                name: string;
                kind: string;
                /** @description A folder, or `https://host/bucket/prefix` of a cloud */
                path: string;
                /** @description Of a cloud */
                region?: string;
                /**
                 * @description At the last run
                 * @enum {string}
                 */
                state: "ready" | "missing" | "full";
                lastSuccess: string | null;
                /** @description The last restore drill */
                drill: {
                    /** Format: date-time */
                    at: string;
                    good: boolean;
                    /** @description Counted in the restored databases */
                    files: number;
                    /** @description Restored and compared with the live files */
                    sample: number;
                    volumesRead: number;
                    volumes: number;
                    problems: string[];
                } | null;
                /** @description false: on the disk of the archive, and lost with it */
                ownDisk: boolean | null;
            }[];
            /** @description Each known by the id that lies on it, whatever place it comes to */
            disks: {
                /** @description In the order of their first backup */
                number: number;
                /** @description Where it was last */
                folder: string;
                /** @description At the last run; one that is away is missing since lastSeen */
                present: boolean;
                /** Format: date-time */
                lastSeen: string;
                lastSuccess: string | null;
                freeBytes: number | null;
                /** @description null while no run has looked */
                encrypted: boolean | null;
                /** @description At the rate of its last runs */
                daysUntilFull: number | null;
                /** @description The same with the rate and the day; null while that cannot be said */
                forecast: {
                    bytesPerDay: number;
                    daysUntilFull: number;
                    /** Format: date */
                    fullOn: string;
                } | null;
            }[];
            runs: {
                id: string;
                /** Format: date-time */
                startedAt: string;
                endedAt: string | null;
                /**
                 * @description start: a missed night, made up later
                 * @enum {string}
                 */
                trigger: "night" | "hand" | "start";
                /** @enum {string} */
                outcome: "ok" | "failed" | "running";
                code?: string;
                message?: components["schemas"]["Sentence"];
                instances: number;
                bytes: number;
                target: string;
            }[];
        };
        /** @description Shown once; the server keeps neither */
        BackupKeys: {
            /** @description A text file for the director, to be kept away from the server */
            clinicKeyFile: string;
            /** @description HTML, to be printed and locked away */
            recoverySheet: string;
        };
        /** @description Newest first, at most 500 */
        BackedUpStudies: {
            studies: {
                patientId: string;
                patientName: string;
                studyInstanceUid: string;
                studyDate: string;
                studyDescription: string;
                modalities: string;
                instances: number;
                bytes: number;
            }[];
        };
        PutBackResult: {
            /** @description In the backup */
            files: number;
            /** @description Whole here, left alone */
            whole: number;
            putBack: number;
            /** @description Of those put back: shown after npm run reindex */
            notInIndex: number;
            problems: {
                path: string;
                message: components["schemas"]["Sentence"];
            }[];
        };
        BackupNoticesTested: {
            mail: {
                /** @enum {string} */
                state: "off" | "sent" | "failed";
                detail?: string;
            };
            webhook: {
                /** @enum {string} */
                state: "off" | "sent" | "failed";
                detail?: string;
            };
        };
        OrderPut: {
            /** @enum {string} */
            outcome: "created" | "changed" | "unchanged";
            order: components["schemas"]["Order"];
        };
        Order: {
            id: number;
            orderNumber: string;
            /**
             * @description By MPPS, or completed as soon as images of the order are here
             * @enum {string}
             */
            status: "scheduled" | "in-progress" | "completed" | "discontinued" | "cancelled";
            studyInstanceUid: string;
            accessionNumber: string;
            requestedProcedureId: string;
            scheduledProcedureStepId: string;
            patientId: string;
            issuerOfPatientId: string;
            patientName: components["schemas"]["PersonName"];
            birthDate: string;
            sex: string;
            weight: string;
            medicalAlerts: string;
            allergies: string;
            pregnancyStatus: string;
            description: string;
            procedureCodes: {
                value: string;
                scheme: string;
                meaning: string;
            }[];
            reason: string;
            priority: string;
            referringPhysicianName: string;
            requestingPhysicianName: string;
            requestingService: string;
            modality: string;
            stationAeTitle: string;
            stationName: string;
            location: string;
            startDate: string;
            startTime: string;
            performingPhysicianName: string;
            stepDescription: string;
            protocolCodes: {
                value: string;
                scheme: string;
                meaning: string;
            }[];
            comments: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            changedAt: string;
            startedAt: string | null;
            endedAt: string | null;
        };
        /** @description By date and time */
        OrderPage: {
            orders: components["schemas"]["Order"][];
            after: string | null;
        };
        /** @description Newest first */
        CommitmentList: {
            commitments: components["schemas"]["Commitment"][];
        };
        Commitment: {
            id: number;
            /**
             * @description scp: a device asked us whether its images are safe; scu: we asked a device that we sent to
             * @enum {string}
             */
            side: "scp" | "scu";
            /**
             * @description scp: checking the files, reporting until the device confirms, confirmed. scu: asking, awaiting its report, reported
             * @enum {string}
             */
            state: "checking" | "reporting" | "confirmed" | "asking" | "awaiting" | "reported" | "given-up";
            transactionUid: string;
            /** @description The device */
            aeTitle: string;
            address: string;
            instances: number;
            /** @description Of the instances; null as long as nobody knows */
            failed: number | null;
            /** @description That failed */
            attempts: number;
            /** @description For support */
            lastError: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            changedAt: string;
            endedAt: string | null;
        };
        CommitmentWithResults: {
            id: number;
            /**
             * @description scp: a device asked us whether its images are safe; scu: we asked a device that we sent to
             * @enum {string}
             */
            side: "scp" | "scu";
            /**
             * @description scp: checking the files, reporting until the device confirms, confirmed. scu: asking, awaiting its report, reported
             * @enum {string}
             */
            state: "checking" | "reporting" | "confirmed" | "asking" | "awaiting" | "reported" | "given-up";
            transactionUid: string;
            /** @description The device */
            aeTitle: string;
            address: string;
            instances: number;
            /** @description Of the instances; null as long as nobody knows */
            failed: number | null;
            /** @description That failed */
            attempts: number;
            /** @description For support */
            lastError: string;
            /** Format: date-time */
            createdAt: string;
            /** Format: date-time */
            changedAt: string;
            endedAt: string | null;
            results: {
                sopClassUid: string;
                sopInstanceUid: string;
                committed: boolean | null;
                /** @description (0008,1197), e.g. 0112H */
                failureReason: string | null;
            }[];
        };
        /** @description Newest first. Equal ones are one row with a count */
        AttemptList: {
            attempts: components["schemas"]["Attempt"][];
        };
        Attempt: {
            id: number;
            /** @description Name of the diagnosis; fixed */
            code: string;
            /** @enum {string} */
            level: "ok" | "notice" | "failed";
            /** @description What happened */
            message: components["schemas"]["Sentence"];
            nextStep: components["schemas"]["Sentence"];
            /** @description Approving the device puts it right */
            approvable: boolean;
            times: number;
            /** Format: date-time */
            firstAt: string;
            /** Format: date-time */
            lastAt: string;
            address: string;
            /** @enum {string} */
            port: "plain" | "tls";
            /** @description What the first bytes were */
            opening: string;
            /** @description null: not encrypted */
            tls: {
                version: string;
                cipher: string;
                certificate: {
                    subject: string;
                    /** @description SHA-256 */
                    fingerprint: string;
                    /** @description The device's, or made by our authority */
                    trusted: boolean | null;
                } | null;
            } | null;
            /** @description null: no association request came */
            callingAe: string | null;
            calledAe: string | null;
            implementation: {
                classUid: string;
                version: string;
            } | null;
            contexts: {
                id: number;
                abstractSyntax: components["schemas"]["NamedUid"];
                transferSyntaxes: components["schemas"]["NamedUid"][];
                /** @description PS3.8 table 9-18; null when the request was not accepted */
                result: number | null;
                accepted: components["schemas"]["NamedUid"] | null;
            }[];
            /** @description Why the request was rejected as a whole */
            refusal: string | null;
            /** @description Requests by service */
            services: {
                [key: string]: number;
            };
            ending: string;
            /** @description For support */
            detail: string;
        };
        NamedUid: {
            uid: string;
            name: string | null;
        };
        Device: {
            name: string;
            aeTitle: string;
            /** @description An IP address; 'any': its address is not checked */
            host: string;
            port: number | null;
            /** @description store, query, retrieve, worklist */
            may: string[];
            charset?: string;
            /**
             * @description We call it by TLS. only: its connections without TLS are refused
             * @enum {string}
             */
            tls?: "optional" | "only";
            /** @description PEM: its own certificate or that of its authority; without it, our authority has to have made it */
            certificate?: string;
            /** @description true: after sending images to it, ask it for storage commitment */
            askCommitment?: boolean;
            /** @description AE@host */
            id: string;
        };
        DeviceList: {
            devices: components["schemas"]["Device"][];
        };
        ConnectionTest: {
            /** @enum {string} */
            kind: "answered" | "refused" | "unreachable";
            milliseconds?: number;
            detail?: string;
        };
        Transfer: {
            id: number;
            /** @enum {string} */
            kind: "send" | "fetch";
            device: string;
            studyInstanceUid: string;
            /** @description '' when it is not known */
            patientId: string;
            startedBy: string;
            /** Format: date-time */
            startedAt: string;
            finishedAt: string | null;
            /** @enum {string} */
            state: "waiting" | "running" | "done" | "failed" | "stopped";
            total: number;
            completed: number;
            warning: number;
            failed: number;
            failures: {
                sopInstanceUid: string;
                /** @description The receiver's answer; null when it gave none */
                status: number | null;
                why: string | null;
            }[];
            /** @description For support */
            detail: string;
        };
        RemoteStudies: {
            studies: {
                studyInstanceUid: string;
                patientId: string;
                patientName: string;
                birthDate: string;
                studyDate: string;
                studyTime: string;
                accessionNumber: string;
                description: string;
                modalities: string[];
                instanceCount: number | null;
            }[];
            /** @description false: there are more than 500 */
            complete: boolean;
        };
        TransferList: {
            transfers: components["schemas"]["Transfer"][];
        };
        Certificates: {
            authority: components["schemas"]["Certificate"];
            /** @description Renewed by itself, in good time and when a name or address is new */
            server: components["schemas"]["Certificate"];
        };
        Certificate: {
            subject: string;
            /** @description SHA-256, in hexadecimal pairs, to be compared when it is installed */
            fingerprint: string;
            /** Format: date-time */
            validFrom: string;
            /** Format: date-time */
            validTo: string;
            /** @description Host names and addresses that it is for */
            names: string[];
        };
        UserList: {
            users: components["schemas"]["User"][];
        };
        User: {
            name: string;
            displayName: string;
            role: components["schemas"]["Role"];
            enabled: boolean;
            lastLoginAt: string | null;
        };
        /** @description Newest first */
        AccessLog: {
            rows: {
                id: string;
                /** Format: date-time */
                at: string;
                who: string;
                action: string;
                from: string;
                door: string;
                /** @enum {string} */
                outcome: "ok" | "refused";
                patientId: string | null;
                studyInstanceUid: string | null;
                detail: string | null;
            }[];
            after: string | null;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
