/** Log-in, the first administrator, users. */
import { z } from 'zod';
import { ROLES } from '../../../accounts/permissions.ts';
import { Clinic, Instant } from './shapes.ts';

const UserName = z.string().trim().min(1).max(64);
const DisplayName = z.string().trim().max(64);
const Password = z.string().min(1).max(256);

export const RoleName = z.enum(ROLES as ['administrator', 'viewer']).meta({ id: 'Role' });

export const IdentityView = z
  .object({ userName: z.string(), displayName: z.string(), role: RoleName, permissions: z.array(z.string()) })
  .meta({ id: 'Identity' });

export const Session = z
  .object({
    identity: IdentityView.nullable(),
    clinic: Clinic,
    firstRun: z.boolean().meta({ description: 'There is no user yet' }),
  })
  .meta({ id: 'Session' });

export const LogIn = z.strictObject({ name: UserName, password: Password }).meta({ id: 'LogIn' });

export const LoggedIn = z.object({ identity: IdentityView }).meta({ id: 'LoggedIn' });

export const OwnPassword = z
  .strictObject({ before: Password, password: Password })
  .meta({ id: 'OwnPassword', description: 'The password as it is, and the new one' });

export const FirstRunState = z.object({ needed: z.boolean() }).meta({ id: 'FirstRunState' });

export const FirstAdministrator = z
  .strictObject({
    token: z.string().max(128).meta({ description: 'From the one-time link that start-up prints' }),
    name: UserName,
    displayName: DisplayName.optional(),
    password: Password,
  })
  .meta({ id: 'FirstAdministrator' });

export const UserView = z
  .object({
    name: z.string(),
    displayName: z.string(),
    role: RoleName,
    enabled: z.boolean(),
    lastLoginAt: Instant.nullable(),
  })
  .meta({ id: 'User' });

export const UserList = z.object({ users: z.array(UserView) }).meta({ id: 'UserList' });

export const NewUser = z
  .strictObject({ name: UserName, displayName: DisplayName.optional(), role: RoleName, password: Password })
  .meta({ id: 'NewUser' });

export const UserPath = z.object({ name: UserName });

export const UserChange = z
  .strictObject({
    displayName: DisplayName.optional(),
    role: RoleName.optional(),
    enabled: z.boolean().optional(),
    password: Password.optional(),
  })
  .meta({ id: 'UserChange' });
