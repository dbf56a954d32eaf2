/**
 * What an engineer registers: source, table and view items, their parsing from a tree of maps, lists and scalars (the
 * shape of a DynamoDB item and of a file alike), their checks and their way back to a tree. No database, and no Spark
 * but its parser, which tells the columns of an expression.
 */
package dev.sluice.settings;
