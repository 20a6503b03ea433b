/** Value of the first sample that has all of these texts in its line; NaN: there is none. @param text what `/metrics` answers */
export const sample = (text: string, ...parts: string[]) =>
  Number(
    text
      .split('\n')
      .find((line) => !line.startsWith('#') && parts.every((part) => line.includes(part)))
      ?.split(' ')
      .at(-1) ?? Number.NaN,
  );
