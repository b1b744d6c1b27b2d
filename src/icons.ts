/** Paths of the line icons, on a grid of 24, drawn for this product. */
export const icons = {
  cradle: '<path d="M3 7c.8 7.5 4.5 11 9 11s8.2-3.5 9-11"/><path d="M6.8 10.5c.7-3 2.7-4.6 5.2-4.6s4.5 1.6 5.2 4.6"/>',
  book: '<path d="M4 5h7v15H4zM13 5h7v15h-7z"/>',
  calendar: '<rect x="4" y="6" width="16" height="14" rx="2"/><path d="M4 10h16M9 3v4M15 3v4"/>',
  award: '<circle cx="12" cy="9" r="5"/><path d="M9 14l-1 7 4-2 4 2-1-7"/>',
  person: '<circle cx="12" cy="8" r="4"/><path d="M4 21c1-5 15-5 16 0"/>',
  people: '<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20c.8-4.5 12.2-4.5 13 0M16 5a3.5 3.5 0 010 6.8M18 15c2 .6 3.2 2.2 3.5 4.5"/>',
  package: '<path d="M4 8l8-4 8 4v9l-8 4-8-4zM4 8l8 4 8-4M12 12v9"/>',
  chart: '<path d="M4 20h16M7 20v-7M12 20V5M17 20v-10"/>',
  gear: '<circle cx="12" cy="12" r="3"/><path d="M12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.1 2.1M16.3 16.3l2.1 2.1M18.4 5.6l-2.1 2.1M7.7 16.3l-2.1 2.1"/>',
  tick: '<path d="M5 12.5l4.5 4.5L19 7.5"/>',
  cross: '<path d="M6 6l12 12M18 6L6 18"/>',
  warning: '<path d="M12 4l9 16H3zM12 10v4M12 17v.5"/>',
  back: '<path d="M15 5l-7 7 7 7"/>',
  up: '<path d="M5 15l7-7 7 7"/>',
  down: '<path d="M5 9l7 7 7-7"/>',
  flag: '<path d="M6 21V4h11l-2.5 4L17 12H6"/>',
  forward: '<path d="M9 5l7 7-7 7"/>',
  download: '<path d="M12 4v11M7 11l5 5 5-5M5 20h14"/>',
  bookmark: '<path d="M6 4h12v17l-6-5-6 5z"/>',
  search: '<circle cx="11" cy="11" r="6"/><path d="M16 16l4 4"/>',
  eye: '<path d="M2.5 12c4.5-7 14.5-7 19 0-4.5 7-14.5 7-19 0z"/><circle cx="12" cy="12" r="3"/>',
  clock: '<circle cx="12" cy="12" r="8"/><path d="M12 7.5V12l3 2"/>',
  swap: '<path d="M4 8h14M14 4l4 4-4 4M20 16H6M10 12l-4 4 4 4"/>',
  question: '<path d="M8.5 9a3.5 3.5 0 116 2.5c-1.2 1-2.5 1.7-2.5 3.5M12 18.5v.5"/>',
} as const

export type IconName = keyof typeof icons
