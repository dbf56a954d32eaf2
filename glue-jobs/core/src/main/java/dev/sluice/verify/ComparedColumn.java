package dev.sluice.verify;

import org.apache.spark.sql.Column;

/**
 * A column that both sides have.
 *
 * @param name its name in the lake
 * @param form what the texts are of
 * @param sql the text as SQL over the database's relation
 * @param lake the text as an expression over curated's rows
 */
record ComparedColumn(String name, Form form, String sql, Column lake) {}
