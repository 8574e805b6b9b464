import { useMutation, useQueryClient } from '@tanstack/react-query';
import { changeNotices, type Notices, noticesOptions } from '../../../api/backup-notices.ts';

export type Change = ReturnType<typeof useChange>;

/** Saves the notices as changed, and shows what the server made of them. */
export function useChange(onSaved: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (change: (before: Notices) => Notices) => {
      const before = queries.getQueryData(noticesOptions.queryKey);
      if (before === undefined) throw new Error('notices are changed before they were read');
      return changeNotices(change(before));
    },
    // A password that was typed is not kept here longer than the form.
    gcTime: 0,
    onSuccess: (saved) => {
      queries.setQueryData(noticesOptions.queryKey, saved);
      onSaved();
    },
  });
}
