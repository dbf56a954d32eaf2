/**
 * Sluice on AWS: the platform, where credentials come from, where failures are told, and the entry points of the Glue
 * jobs. The entry points are thin: what a run does is in {@code dev.sluice.run}.
 */
package dev.sluice.aws;
