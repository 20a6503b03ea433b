export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];
export const THEME_COOKIE = 'enxame.theme';

export const readTheme = (text: string | undefined): Theme => themes.find((theme) => theme === text) ?? 'system';
