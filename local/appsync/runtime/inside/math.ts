/** As Java's: halves go up. */
const { round, min, max, random, floor } = Math

export const math = {
  roundNum: (value: number): number => round(value),
  minVal: (a: number, b: number): number => min(a, b),
  maxVal: (a: number, b: number): number => max(a, b),
  randomDouble: (): number => random(),
  /** From `start` up to, without, `end`. */
  randomWithinRange: (start: number, end: number): number => start + floor(random() * (end - start)),
}
