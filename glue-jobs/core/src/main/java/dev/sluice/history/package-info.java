/**
 * The lake as it was: curated tables at an earlier time ({@link dev.sluice.history.AsOf}), and features as they held at the
 * time of a label ({@link dev.sluice.history.PointInTime}). Reads only.
 */
package dev.sluice.history;
