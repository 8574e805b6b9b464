/** Orders, as the EMR sends and reads them. Lengths and forms are checked where every way in meets: `src/worklist`. */
import { z } from 'zod';
import { Day, Instant, PersonName } from './shapes.ts';

const field = (description: string) => z.string().max(1024).optional().meta({ description });
const name = (description: string) =>
  z
    .union([z.string().max(200), PersonName.partial()])
    .optional()
    .meta({ description: `${description}; '김희중', 'Kim^Heejung==김^희중' or its groups` });
const Code = z.strictObject({
  value: z.string().max(16),
  scheme: z.string().max(16),
  meaning: z.string().max(64),
});
const codes = (description: string) => z.array(Code).max(20).optional().meta({ description });

const FIELDS = {
  accessionNumber: field('접수번호 (0008,0050), at most 16 characters; made when absent'),
  requestedProcedureId: field('(0040,1001); made when absent'),
  scheduledProcedureStepId: field('(0040,0009); made when absent'),
  patientId: field('등록번호 (0010,0020); needed'),
  issuerOfPatientId: field('(0010,0021)'),
  patientName: name('환자 이름 (0010,0010); needed'),
  birthDate: field('생년월일 (0010,0030), YYYYMMDD or YYYY-MM-DD'),
  sex: field('성별 (0010,0040): M, F or O'),
  weight: field('몸무게 kg (0010,1030)'),
  medicalAlerts: field('(0010,2000)'),
  allergies: field('(0010,2110)'),
  pregnancyStatus: field('(0010,21C0): 1 no, 2 possibly, 3 yes, 4 unknown'),
  description: field('검사 이름 (0032,1060); needed'),
  procedureCodes: codes('(0032,1064)'),
  reason: field('(0040,1002)'),
  priority: field('(0040,1003): STAT, HIGH, ROUTINE, MEDIUM or LOW'),
  referringPhysicianName: name('(0008,0090)'),
  requestingPhysicianName: name('(0032,1032)'),
  requestingService: field('(0032,1033)'),
  modality: field('장비 종류 (0008,0060), e.g. DX, US, CT; needed'),
  stationAeTitle: field('장비의 AE 타이틀 (0040,0001); without it the order is for every device'),
  stationName: field('(0040,0010)'),
  location: field('(0040,0011)'),
  startDate: field('검사일 (0040,0002), YYYYMMDD or YYYY-MM-DD; today when absent'),
  startTime: field('검사 시각 (0040,0003), HHMM or HH:MM; any time of the day when absent'),
  performingPhysicianName: name('(0040,0006)'),
  stepDescription: field('(0040,0007); the name of the procedure when absent'),
  protocolCodes: codes('(0040,0008)'),
  comments: field('(0040,0400)'),
};

export const NewOrder = z
  .strictObject({
    orderNumber: field("The EMR's own number: the same number again changes this order instead of making another"),
    ...FIELDS,
  })
  .meta({ id: 'NewOrder' });

export const OrderChange = z.strictObject(FIELDS).meta({ id: 'OrderChange' });

const OrderStatus = z.enum(['scheduled', 'in-progress', 'completed', 'discontinued', 'cancelled']);
const value = z.string();

export const OrderView = z
  .object({
    id: z.int(),
    orderNumber: value,
    status: OrderStatus.meta({ description: 'By MPPS, or completed as soon as images of the order are here' }),
    studyInstanceUid: value,
    ...(Object.fromEntries(Object.keys(FIELDS).map((key) => [key, value])) as Record<
      keyof typeof FIELDS,
      typeof value
    >),
    patientName: PersonName,
    procedureCodes: z.array(Code),
    protocolCodes: z.array(Code),
    createdAt: Instant,
    changedAt: Instant,
    startedAt: Instant.nullable(),
    endedAt: Instant.nullable(),
  })
  .meta({ id: 'Order' });

export const OrderPut = z
  .object({ outcome: z.enum(['created', 'changed', 'unchanged']), order: OrderView })
  .meta({ id: 'OrderPut' });

export const OrderQuery = z.strictObject({
  from: Day.optional(),
  to: Day.optional(),
  status: OrderStatus.optional(),
  modality: z.string().max(16).optional(),
  patientId: z.string().max(64).optional(),
  accessionNumber: z.string().max(16).optional(),
  orderNumber: z.string().max(64).optional(),
  limit: z.coerce.number().int().min(1).max(500).optional().meta({ description: '100 unless given' }),
  after: z.string().max(200).optional().meta({ description: '`after` of the page before' }),
});

export const OrderPage = z
  .object({ orders: z.array(OrderView), after: z.string().nullable() })
  .meta({ id: 'OrderPage', description: 'By date and time' });

export const OrderPath = z.object({ id: z.coerce.number().int().min(1) });
