package dev.sluice.database;

import dev.sluice.ErrorCode;
import dev.sluice.SluiceException;
import java.util.List;

/** The kinds of database Sluice speaks with, and how each writes names and values. */
public enum DatabaseKind {
    POSTGRESQL("PostgreSQL", List.of("jdbc:postgresql:")) {
        @Override
        public String identifier(String name) {
            return SqlText.identifier(name);
        }

        @Override
        public String literal(String value) {
            return SqlText.literal(value);
        }

        @Override
        public String text(String expression) {
            return "(" + expression + ")::text";
        }
    },
    /** MySQL, MariaDB and Aurora MySQL. */
    MYSQL("MySQL", List.of("jdbc:mysql:", "jdbc:mariadb:")) {
        @Override
        public String identifier(String name) {
            return '`' + name.replace("`", "``") + '`';
        }

        /** What a backslash means depends on the session's SQL mode; the hexadecimal form does not. */
        @Override
        public String literal(String value) {
            return value.indexOf('\\') < 0 ? '\'' + value.replace("'", "''") + '\'' : MysqlSessions.hexadecimal(value);
        }

        @Override
        public String text(String expression) {
            return "CONVERT(" + expression + " USING utf8mb4)";
        }
    },

    /** SQL Server and Azure SQL. */
    SQLSERVER("SQL Server", List.of("jdbc:sqlserver:")) {
        @Override
        public String identifier(String name) {
            return '[' + name.replace("]", "]]") + ']';
        }

        @Override
        public String literal(String value) {
            return "N'" + value.replace("'", "''") + '\'';
        }

        @Override
        public String text(String expression) {
            return "CAST(" + expression + " AS nvarchar(max))";
        }
    },

    ORACLE("Oracle", List.of("jdbc:oracle:thin:")) {
        @Override
        public String identifier(String name) {
            return SqlText.identifier(name);
        }

        @Override
        public String literal(String value) {
            return '\'' + value.replace("'", "''") + '\'';
        }

        @Override
        public String text(String expression) {
            return "TO_CHAR(" + expression + ")";
        }
    };

    private final String words;
    private final List<String> urlPrefixes;

    DatabaseKind(String words, List<String> urlPrefixes) {
        this.words = words;
        this.urlPrefixes = urlPrefixes;
    }

    /** The kind an endpoint's URL names; throws {@code SETTINGS_INVALID} where it names none. */
    public static DatabaseKind of(JdbcEndpoint endpoint) {
        for (DatabaseKind kind : values()) {
            if (kind.urlPrefixes.stream().anyMatch(endpoint.url()::startsWith)) {
                return kind;
            }
        }
        throw new SluiceException(
                ErrorCode.SETTINGS_INVALID,
                "Cannot open database: " + endpoint.display()
                        + ". It is no URL of a database Sluice knows. Give connection.jdbc-url the form"
                        + " jdbc:postgresql://host:port/database, jdbc:mysql://host:port/database,"
                        + " jdbc:sqlserver://host:port;databaseName=database or jdbc:oracle:thin:@//host:port/service");
    }

    /** The kind's name for people. */
    public String words() {
        return words;
    }

    /** A name, quoted. */
    public abstract String identifier(String name);

    /** A schema and a name in it, each quoted. */
    public String identifier(String schema, String name) {
        return identifier(schema) + "." + identifier(name);
    }

    /** A string literal, whatever the server's settings. */
    public abstract String literal(String value);

    /** An expression as text. */
    public abstract String text(String expression);
}
