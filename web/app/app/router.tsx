import { createBrowserRouter, type RouteObject } from 'react-router';
import { StudiesPage } from '../features/studies/StudiesPage.tsx';
import { Guard } from './Guard.tsx';
import { PAGES, type PageEntry } from './pages.ts';
import { NotFound, RouteError } from './RouteError.tsx';
import { Shell } from './Shell.tsx';

function routeOf(page: PageEntry): RouteObject {
  const errorElement = <RouteError />;
  const place = page.path === '/' ? { index: true as const } : { path: page.path };
  if (page.load === undefined) {
    return {
      ...place,
      errorElement,
      element: (
        <Guard page={page}>
          <StudiesPage />
        </Guard>
      ),
    };
  }
  const load = page.load;
  return {
    ...place,
    errorElement,
    lazy: async () => {
      const { Component } = await load();
      const element = (
        <Guard page={page}>
          <Component />
        </Guard>
      );
      return { element };
    },
  };
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
    path: '/',
    element: <Shell />,
    HydrateFallback: Nothing,
    errorElement: <RouteError />,
    children: [...PAGES.map(routeOf), { path: '*', element: <NotFound /> }],
  },
]);
