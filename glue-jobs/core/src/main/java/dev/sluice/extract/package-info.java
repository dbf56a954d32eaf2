/**
 * From a source to rows: the source's own description of a table, the bound that late commits cannot slip under, and the
 * snapshot all readers share. A kind of source is one {@link dev.sluice.extract.Extractor}.
 */
package dev.sluice.extract;
