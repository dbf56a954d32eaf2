/** The demonstration: a shop's database that changes, and the runs that follow it. */
package dev.sluice.cli.demo;
