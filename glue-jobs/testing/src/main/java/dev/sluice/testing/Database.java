package dev.sluice.testing;

import dev.sluice.database.DatabaseKind;
import dev.sluice.database.Databases;
import dev.sluice.database.JdbcEndpoint;
import dev.sluice.settings.Relation;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** A database that tests write to: PostgreSQL or MySQL. */
public record Database(JdbcEndpoint endpoint) {

    /** A new connection in autocommit. */
    public Connection connect() {
        try {
            return DriverManager.getConnection(
                    url(), endpoint.user().orElseThrow(), endpoint.password().orElseThrow());
        } catch (SQLException failure) {
            throw new IllegalStateException("Cannot connect to " + endpoint, failure);
        }
    }

    /** The first value of a query's first row, as text. */
    public String ask(String sql) {
        return RowsOf.query(this, sql).get(0);
    }

    /** Runs statements, separated by semicolons, in one transaction. */
    public void execute(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failure) {
            throw new IllegalStateException("Cannot execute: " + sql, failure);
        }
    }

    /** The name of a table of this database as settings and SQL spell it. */
    public Relation.Table table(String name) {
        String url = endpoint.url();
        return DatabaseKind.of(endpoint) == DatabaseKind.POSTGRESQL
                ? new Relation.Table("public", name)
                : new Relation.Table(url.substring(url.lastIndexOf('/') + 1), name);
    }

    private String url() {
        String url = Databases.url(endpoint);
        return DatabaseKind.of(endpoint) == DatabaseKind.POSTGRESQL ? url : url + "&allowMultiQueries=true";
    }
}
