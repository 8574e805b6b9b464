/** Abstract and transfer syntaxes that a peer may propose. */
export interface ProposedContext {
  id: number;
  abstractSyntax: string;
  transferSyntaxes: string[];
}

/** Every service that a peer may know, whether this appliance serves it or not, and storage old, new and private. */
export const ABSTRACT_SYNTAXES = {
  verification: '1.2.840.10008.1.1',
  studyFind: '1.2.840.10008.5.1.4.1.2.2.1',
  studyMove: '1.2.840.10008.5.1.4.1.2.2.2',
  studyGet: '1.2.840.10008.5.1.4.1.2.2.3',
  patientFind: '1.2.840.10008.5.1.4.1.2.1.1',
  patientMove: '1.2.840.10008.5.1.4.1.2.1.2',
  patientGet: '1.2.840.10008.5.1.4.1.2.1.3',
  worklist: '1.2.840.10008.5.1.4.31',
  performedStep: '1.2.840.10008.3.1.2.3.3',
  commitment: '1.2.840.10008.1.20.1',
  secondaryCapture: '1.2.840.10008.5.1.4.1.1.7',
  digitalXRay: '1.2.840.10008.5.1.4.1.1.1.1',
  privateStorage: '1.2.826.0.1.3680043.9.7777.42',
} as const;

export const TRANSFER_SYNTAXES = [
  '1.2.840.10008.1.2',
  '1.2.840.10008.1.2.1',
  '1.2.840.10008.1.2.2',
  '1.2.840.10008.1.2.1.99',
  '1.2.840.10008.1.2.4.50',
  '1.2.840.10008.1.2.4.90',
  '1.2.826.0.1.3680043.9.7777.99',
];
