'use client';
import { useEffect, useRef, useState } from 'react';

export interface RateSeries {
  key: string;
  colour: string;
  values: readonly number[];
  /** Drawn as a line and not as a part of the whole. */
  line?: boolean;
}

const WIDTH = 300;
const HEIGHT = 64;

/** Rates over the last minute: parts stacked, one line a series that is none. `label` says the same in words. */
export function RateChart({
  series,
  label,
  className = '',
}: {
  series: readonly RateSeries[];
  label: string;
  className?: string;
}) {
  const length = Math.max(2, ...series.map((s) => s.values.length));
  const stacked = series.filter((s) => s.line !== true);
  const tops = stackTops(stacked, length);
  const max = Math.max(1, ...tops.flat(), ...series.filter((s) => s.line).flatMap((s) => [...s.values]));
  const x = (i: number) => (i / (length - 1)) * WIDTH;
  const y = (value: number) => HEIGHT - (value / max) * (HEIGHT - 3);
  const points = (values: readonly number[]) => values.map((value, i) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      className={`block h-16 w-full ${className}`}
    >
      {stacked.map((s, i) => {
        const below = i === 0 ? Array.from({ length }, () => 0) : (tops[i - 1] ?? []);
        return (
          <path
            key={s.key}
            d={`M${points(tops[i] ?? []).join('L')}L${points(below).reverse().join('L')}Z`}
            fill={s.colour}
            fillOpacity="0.85"
          />
        );
      })}
      {series
        .filter((s) => s.line)
        .map((s) => (
          <polyline
            key={s.key}
            points={points(padded(s.values, length)).join(' ')}
            fill="none"
            stroke={s.colour}
            strokeWidth="1.5"
            strokeDasharray="4 3"
            vectorEffect="non-scaling-stroke"
          />
        ))}
      <line
        x1="0"
        x2={WIDTH}
        y1={HEIGHT - 0.5}
        y2={HEIGHT - 0.5}
        stroke="var(--line)"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}

const padded = (values: readonly number[], length: number) => [
  ...Array.from({ length: length - values.length }, () => 0),
  ...values,
];

/** Upper edge of each part when they stand on each other. */
function stackTops(series: readonly RateSeries[], length: number): number[][] {
  const sum = Array.from({ length }, () => 0);
  return series.map((s) => {
    const values = padded(s.values, length);
    return sum.map((_, i) => {
      sum[i] = (sum[i] ?? 0) + (values[i] ?? 0);
      return sum[i] ?? 0;
    });
  });
}

const SAMPLE_MS = 1000;
const SAMPLES = 60;

/** The last minute of something that changes, looked at once a second. */
export function useLastMinute<T>(value: T): readonly T[] {
  const latest = useRef(value);
  latest.current = value;
  const [samples, setSamples] = useState<readonly T[]>([]);
  useEffect(() => {
    const timer = setInterval(() => setSamples((old) => [...old.slice(-(SAMPLES - 1)), latest.current]), SAMPLE_MS);
    return () => clearInterval(timer);
  }, []);
  return samples;
}
