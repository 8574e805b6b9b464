/** The pictures of buttons and menus, drawn on a 24×24 grid. Always beside a word or under a label: hidden from readers. */
const PATHS = {
  studies: 'M4 6h16M4 12h16M4 18h10',
  attention: 'M12 4 2.8 19.5h18.4zM12 10v4.5M12 17v.4',
  devices: 'M4 5h16v10H4zM9 19h6M12 15v4M8 10h.2M12 10h4',
  orders: 'M5 6h14v14H5zM5 10h14M9 3v4M15 3v4M9 14h6',
  transfers: 'M4 9h14M14 5l4 4-4 4M20 16H6M10 12l-4 4 4 4',
  backup: 'M5 5h14v14H5zM5 14h14M15.5 16.5h.4',
  audit: 'M12 3a9 9 0 1 0 9 9M12 7v5l3.5 2M16 3.5 20.5 8',
  users:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M2.5 20c0-3.6 2.9-6 6.5-6s6.5 2.4 6.5 6M16 4.5a3.5 3.5 0 0 1 0 6.3M18 14.5c2.2.8 3.5 2.8 3.5 5.5',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14M16.2 16.2 21 21',
  help: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M9.3 9.3c.3-1.4 1.4-2.2 2.8-2.2 1.6 0 2.8 1 2.8 2.5 0 2.2-2.8 2.1-2.8 4.2M12 16.8v.4',
  logout: 'M10 4H5v16h5M14 8l4 4-4 4M18 12H9',
  light:
    'M12 16.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9M12 2v2M12 20v2M2 12h2M20 12h2M5 5l1.4 1.4M17.6 17.6 19 19M5 19l1.4-1.4M17.6 6.4 19 5',
  dark: 'M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z',
  auto: 'M4 5h16v11H4zM9 20h6M12 16v4',
  picture: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9.5h.2',
  download: 'M12 4v11M7.5 11 12 15.5 16.5 11M5 20h14',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  check: 'M5 12.5 10 17.5 19.5 7',
  plus: 'M12 5v14M5 12h14',
  up: 'M12 19V5M6 11l6-6 6 6',
  open: 'M9 6l6 6-6 6',
  offline:
    'M3 3l18 18M5 10c1.2-1.1 2.6-1.9 4.2-2.3M19 10a10 10 0 0 0-5-2.6M8.5 13.6c1-.8 2.200-1.300 3.500-1.300M12 18v.4',
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      aria-hidden="true"
      focusable="false"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.9}
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
