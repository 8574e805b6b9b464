/** What associations of ours propose. */
import { SOP_CLASS, sopClassName } from '../../dicom/sop-classes.ts';
import { transferSyntax } from '../../dicom/transfer-syntaxes.ts';
import { REPORT_PROPOSAL } from '../../doors/dimse/commitment-report.ts';
import { REQUEST_PROPOSAL } from '../../doors/dimse/commitment-scu.ts';
import { ECHO_PROPOSAL } from '../../doors/dimse/echo-scu.ts';
import { proposalOf } from '../../doors/dimse/remote-request.ts';
import type { Proposal } from '../../doors/dimse/requester-settings.ts';
import { getProposals } from '../../doors/dimse/retrieve-scu.ts';
import type { Table } from './document.ts';

export function requestedTable(): Table {
  const [get, ...storage] = getProposals();
  const first = storage[0] as Proposal;
  return [
    ['for', 'SOP Class', 'UID', 'transfer syntaxes', 'our roles'],
    row('connection test', ECHO_PROPOSAL),
    ['C-MOVE, sending by staff', 'of what is sent', '', 'the stored one; Explicit and Implicit VR LE besides', 'SCU'],
    row('search by staff, restore drill', proposalOf(SOP_CLASS.StudyRootFind)),
    row('fetching by staff', proposalOf(SOP_CLASS.StudyRootMove)),
    row('fetching by staff', get as Proposal),
    ['', `${storage.length} storage classes`, '', `${first.transferSyntaxes.length} of the table above`, roles(first)],
    row('commitment: asking', REQUEST_PROPOSAL),
    row('commitment: reporting', REPORT_PROPOSAL),
  ];
}

function row(use: string, proposal: Proposal): readonly string[] {
  const { abstractSyntax: uid, transferSyntaxes } = proposal;
  const syntaxes = transferSyntaxes.map((one) => transferSyntax(one)?.name ?? one);
  return [use, sopClassName(uid) ?? '', uid, syntaxes.join(', '), roles(proposal)];
}

function roles({ role = { scu: true, scp: false } }: Proposal): string {
  return [role.scu ? ['SCU'] : [], role.scp ? ['SCP'] : []].flat().join(', ');
}
