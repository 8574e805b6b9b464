import type { ComponentType } from 'react';
import { createBrowserRouter, type RouteObject } from 'react-router';
import { StudiesPage } from '../features/studies/StudiesPage.tsx';
import { Guard } from './Guard.tsx';
import { PAGES, type PageEntry } from './page-table.ts';
import { NotFound, RouteError } from './RouteError.tsx';
import { Shell } from './Shell.tsx';

/** The list of studies comes with the first load, everything else when it is opened. */
const LOADED_LATER: Readonly<Record<Exclude<PageEntry['key'], 'studies'>, () => Promise<ComponentType>>> = {
  orders: async () => (await import('../features/orders/OrdersPage.tsx')).OrdersPage,
  transfers: async () => (await import('../features/transfers/TransfersPage.tsx')).TransfersPage,
  attention: async () => (await import('../features/attention/AttentionPage.tsx')).AttentionPage,
  devices: async () => (await import('../features/devices/DevicesPage.tsx')).DevicesPage,
  backup: async () => (await import('../features/backup/BackupPage.tsx')).BackupPage,
  audit: async () => (await import('../features/audit/AuditPage.tsx')).AuditPage,
  users: async () => (await import('../features/users/UsersPage.tsx')).UsersPage,
};

function routeOf(page: PageEntry): RouteObject {
  const { key } = page;
  const guarded = (Page: ComponentType) => (
    <Guard page={page}>
      <Page />
    </Guard>
  );
  const errorElement = <RouteError />;
  if (key === 'studies') return { index: true, errorElement, element: guarded(StudiesPage) };
  const load = LOADED_LATER[key];
  return { path: page.path, errorElement, lazy: async () => ({ element: guarded(await load()) }) };
}

/** While the code of the first page loads there is nothing worth a flash. */
function Nothing() {
  return null;
}

export const router = createBrowserRouter([
  {
    path: '/login',
    HydrateFallback: Nothing,
    errorElement: <RouteError />,
    lazy: async () => ({ Component: (await import('./LoginScreen.tsx')).LoginScreen }),
  },
  {
    path: '/first-run',
    HydrateFallback: Nothing,
    errorElement: <RouteError />,
    lazy: async () => ({ Component: (await import('./FirstRunScreen.tsx')).FirstRunScreen }),
  },
  {
    path: '/view/:id',
    HydrateFallback: Nothing,
    errorElement: <RouteError />,
    lazy: async () => ({ Component: (await import('./ViewScreen.tsx')).ViewScreen }),
  },
  {
    path: '/',
    element: <Shell />,
    HydrateFallback: Nothing,
    errorElement: <RouteError />,
    children: [...PAGES.map(routeOf), { path: '*', element: <NotFound /> }],
  },
]);
