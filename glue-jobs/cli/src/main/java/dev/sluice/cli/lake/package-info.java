/** The lake on one machine: a folder with the three zones, secrets and a catalog, and the embedded servers beside it. */
package dev.sluice.cli.lake;
