import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { devicesOptions } from '../../api/devices.ts';
import { sessionOptions } from '../../api/session.ts';
import { transfersOptions } from '../../api/transfers.ts';
import { Empty } from '../../ui/Empty.tsx';
import { useInstant } from '../../ui/Instant.tsx';
import { Page } from '../../ui/Page.tsx';
import { Problem } from '../../ui/Problem.tsx';
import { Waiting } from '../../ui/Waiting.tsx';
import { Fetching } from './Fetching.tsx';
import { Sending } from './Sending.tsx';
import { TransferTable } from './TransferTable.tsx';

/** 주고받기: a study to another device, what another PACS has, and what became of both. */
export function TransfersPage() {
  const { t } = useTranslation();
  const [address, setAddress] = useSearchParams();
  const instant = useInstant(useQuery(sessionOptions).data?.clinic.timeZone ?? 'Asia/Seoul');
  const { data: known, error: deviceError, refetch: refetchDevices } = useQuery(devicesOptions);
  const { data, error, refetch } = useQuery(transfersOptions);
  const study = Number(address.get('study'));
  // A device without a port, or with any address, cannot be called.
  const devices = known?.devices.filter(({ host, port }) => host !== 'any' && port !== null);
  return (
    <Page title={t('transfers.title')} intro={t('transfers.intro')}>
      {deviceError !== null && <Problem error={deviceError} onRetry={() => void refetchDevices()} />}
      {devices?.length === 0 && (
        <Empty icon="devices" title={t('transfers.noDevice')} text={t('transfers.noDeviceText')} />
      )}
      {devices !== undefined && devices.length > 0 && (
        <>
          {study > 0 && <Sending studyId={study} devices={devices} onDone={() => setAddress({}, { replace: true })} />}
          <Fetching devices={devices} />
        </>
      )}
      {error !== null && <Problem error={error} onRetry={() => void refetch()} stale={data !== undefined} />}
      {data === undefined && error === null && <Waiting />}
      {data !== undefined && (
        <TransferTable transfers={data.transfers} devices={known?.devices ?? []} instant={instant} />
      )}
    </Page>
  );
}
