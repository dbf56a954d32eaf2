package dev.sluice.settings;

import java.util.Objects;

/** What a table item reads in its source. */
public sealed interface Relation {

    /** A table or view, by schema and name as the database's catalog spells them (no quotes). */
    record Table(String schema, String name) implements Relation {
        public Table {
            Objects.requireNonNull(schema, "schema");
            Objects.requireNonNull(name, "name");
        }

        @Override
        public String toString() {
            return schema + "." + name;
        }
    }

    /** Files of a source of kind {@code files}. */
    record Files(FileSettings settings) implements Relation {
        public Files {
            Objects.requireNonNull(settings, "settings");
        }

        @Override
        public String toString() {
            return settings.path();
        }
    }

    /** An endpoint of a source of kind {@code http}. */
    record Http(HttpSettings settings) implements Relation {
        public Http {
            Objects.requireNonNull(settings, "settings");
        }

        @Override
        public String toString() {
            return settings.path();
        }
    }

    /** A topic with the changes of one table. */
    record Topic(String name, EventFormat format) implements Relation {
        public Topic {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(format, "format");
        }

        @Override
        public String toString() {
            return "topic " + name + " of " + Words.of(format);
        }
    }

    /** A SELECT statement without a trailing semicolon. */
    record Query(String sql) implements Relation {
        public Query {
            Objects.requireNonNull(sql, "sql");
        }

        @Override
        public String toString() {
            return "query";
        }
    }
}
