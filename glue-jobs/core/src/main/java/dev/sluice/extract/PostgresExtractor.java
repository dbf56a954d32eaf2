package dev.sluice.extract;

import dev.sluice.SluiceException;
import dev.sluice.database.Databases;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.database.SqlFailures;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableSettings;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Reads tables, views and queries of PostgreSQL 11 and later. One connection per open table carries the bound, the
 * questions and the exported snapshot; Spark's readers have their own and join that snapshot.
 */
public final class PostgresExtractor implements Extractor {

    @Override
    public Extraction open(SourceSettings source, JdbcEndpoint endpoint, TableSettings table) {
        Connection connection = Databases.open(endpoint, Databases.Purpose.READ);
        try {
            return new PostgresExtraction(
                    connection, source, endpoint, table, PostgresTable.load(connection, endpoint, table));
        } catch (SluiceException failure) {
            try {
                connection.close();
            } catch (SQLException second) {
                failure.addSuppressed(SqlFailures.of("close the connection", endpoint, second));
            }
            throw failure;
        }
    }
}
