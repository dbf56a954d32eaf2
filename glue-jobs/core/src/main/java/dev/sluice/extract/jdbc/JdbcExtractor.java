package dev.sluice.extract.jdbc;

import dev.sluice.SluiceException;
import dev.sluice.database.Connections;
import dev.sluice.database.Databases;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.database.SqlFailures;
import dev.sluice.extract.Extraction;
import dev.sluice.extract.Extractor;
import dev.sluice.settings.SourceSettings;
import dev.sluice.settings.TableSettings;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * Reads tables, views and queries of PostgreSQL 11 and later, and of MySQL, MariaDB and Aurora MySQL. One connection per open table carries the bound, the
 * questions and the snapshot's transaction; Spark's readers have their own.
 */
public final class JdbcExtractor implements Extractor {

    @Override
    public Extraction open(SourceSettings source, Connections connections, TableSettings table) {
        JdbcEndpoint endpoint = connections.resolve(source);
        Connection connection = Databases.open(endpoint, Databases.Purpose.READ);
        try {
            return new JdbcExtraction(connection, source, endpoint, table, JdbcTable.load(connection, endpoint, table));
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
