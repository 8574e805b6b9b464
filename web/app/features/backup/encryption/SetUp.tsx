import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { backupOptions } from '../../../api/backup.ts';
import { makeKeys } from '../../../api/backup-keys.ts';
import { Dialog } from '../../../ui/Dialog.tsx';
import { ConfirmForm } from './ConfirmForm.tsx';
import { Done } from './Done.tsx';
import { Explain } from './Explain.tsx';
import { KeepFile } from './KeepFile.tsx';
import { PrintSheet } from './PrintSheet.tsx';

const STEPS = ['explain', 'file', 'sheet', 'confirm', 'done'] as const;

interface SetUpProps {
  /** Known disks that are not encrypted: no backup goes to them any more. */
  readonly clear: number;
  readonly onClose: () => void;
}

/**
 * From what it means to the proof that the paper is there, one thing at a time. The keys are in this dialog only and gone
 * with it; so nothing but its own buttons closes it while they are shown.
 */
export function SetUp({ clear, onClose }: SetUpProps) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [step, setStep] = useState<(typeof STEPS)[number]>('explain');
  const make = useMutation({
    mutationFn: makeKeys,
    gcTime: 0,
    onSuccess: () => setStep('file'),
    onSettled: () => queries.invalidateQueries({ queryKey: backupOptions.queryKey, exact: true }),
  });
  const keys = make.data;
  const free = (step === 'explain' && !make.isPending) || step === 'done';
  return (
    <Dialog title={t(`backup.encryption.steps.${step}`)} wide={step === 'sheet'} {...(free ? { onClose } : {})}>
      {step === 'explain' && (
        <Explain
          clear={clear}
          error={make.error}
          pending={make.isPending}
          onMake={() => make.mutate()}
          onCancel={onClose}
        />
      )}
      {step === 'file' && keys !== undefined && (
        <KeepFile text={keys.clinicKeyFile} onLater={onClose} onNext={() => setStep('sheet')} />
      )}
      {step === 'sheet' && keys !== undefined && (
        <PrintSheet html={keys.recoverySheet} onLater={onClose} onNext={() => setStep('confirm')} />
      )}
      {step === 'confirm' && (
        <ConfirmForm
          cancel={t('backup.encryption.back')}
          onCancel={() => setStep('sheet')}
          onDone={() => setStep('done')}
        />
      )}
      {step === 'done' && <Done onClose={onClose} />}
    </Dialog>
  );
}
