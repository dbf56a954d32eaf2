/** A real HTTP server that answers in pages, and in all the ways that servers fail. */
package dev.sluice.testing.http;
