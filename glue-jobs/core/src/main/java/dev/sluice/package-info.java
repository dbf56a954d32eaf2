/**
 * What every stage shares: the exception with its codes, the steps, names as Spark reads them. A row's way goes through the
 * packages {@code settings}, {@code bookmark}, {@code extract}, {@code raw}, {@code change}, {@code schema}, {@code quality},
 * {@code curate}, {@code catalog}, {@code load} and {@code verify}; {@code run} drives it.
 */
package dev.sluice;
